"""Classes of libraries, understood from the inert nodes of a pickle: one small reader a family."""
