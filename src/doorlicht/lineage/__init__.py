"""Follows origin-related data through code, into risk models, selection rules and lists."""
