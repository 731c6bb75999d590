"""How fast, how lean and how accurate doorlicht is; ``python -m benchmarks.run`` prints it."""
