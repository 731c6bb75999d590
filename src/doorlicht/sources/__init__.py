"""Where data lies, and how it is counted there: connectors, readers, the engine."""
