"""Stages: where records stand on their way, as rows that administrators keep."""
