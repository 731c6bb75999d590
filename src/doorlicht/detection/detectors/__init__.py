"""The detectors that doorlicht ships with, one small file each."""
