"""Invented people, tables and lookalikes of the example estate."""
