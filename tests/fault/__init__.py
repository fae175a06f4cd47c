"""Processes are killed while people write; afterwards the client's log is held against the data."""
