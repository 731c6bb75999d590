"""Counting tables where they lie, in DuckDB, without a value leaving the engine's memory."""
