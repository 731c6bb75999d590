"""Turn code, and files that code reads, into the nodes of ``records/code.py``."""
