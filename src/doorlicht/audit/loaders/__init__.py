"""Formats of model files: one small file each, declared as entry points."""
