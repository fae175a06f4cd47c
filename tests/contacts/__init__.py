"""Tests of contacts and companies."""
