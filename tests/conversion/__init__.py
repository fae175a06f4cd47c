"""Conversions of leads, through leads, contacts and deals as they are, on the embedded bus."""
