"""The one office: what it does for whoever comes, by program, by page or from the command line. It knows no web."""
