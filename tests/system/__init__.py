"""The platform seen from outside: HTTP in, files and databases only to check what happened."""
