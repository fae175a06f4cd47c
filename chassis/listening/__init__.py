"""Hearing what other services say: copies kept, reactions done once and in order."""
