"""Follows origin-related data through code, into risk models, selection rules and lists."""

from doorlicht.lineage.trace import TraceInput, trace_units

__all__ = ["TraceInput", "trace_units"]
