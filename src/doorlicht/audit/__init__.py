"""Measuring risk models: what they use, whom they select, and how sure that is.

A neighbour of detection and lineage: it takes counts and model files, and gives records. It reads
no register and writes none.
"""
