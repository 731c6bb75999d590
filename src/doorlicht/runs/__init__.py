"""Where the stages meet: each run takes a request, joins stages, and returns a result."""
