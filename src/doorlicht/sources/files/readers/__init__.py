"""One reader per format, one small file each."""
