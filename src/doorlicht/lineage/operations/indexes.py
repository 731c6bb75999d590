"""The index of a pandas table: columns that changes of all names leave alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from doorlicht.lineage.operations.tables import same
from doorlicht.lineage.values import Frame, Value, texts_of

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter


def set_index(run: Interpreter, site: CallSite) -> Value:
    """Follow ``set_index``: the named columns become the index."""
    value, keys = same(run, site), site.value("keys")
    if not isinstance(value, Frame) or keys is None:
        return value
    changed = value.copy()
    changed.index = frozenset(text.text for text in texts_of(keys))
    return changed


def reset_index(run: Interpreter, site: CallSite) -> Value:
    """Follow ``reset_index``: what was the index are columns as any other."""
    value = same(run, site)
    if not isinstance(value, Frame) or not value.index:
        return value
    changed = value.copy()
    changed.index = frozenset()
    return changed
