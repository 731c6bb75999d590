"""The command line: reads a request, calls one run, shows the answer."""
