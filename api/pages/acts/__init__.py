"""办理: the form of one act on a file."""
