"""Naming a failure without its text, which may hold personal data."""

from __future__ import annotations

import traceback
from pathlib import Path


def described(error: BaseException) -> str:
    """The kind of `error` and where it was raised: `KeyError at rules.py:12`."""
    frames = traceback.extract_tb(error.__traceback__)
    kind = type(error).__name__
    if not frames:
        return kind
    return f"{kind} at {Path(frames[-1].filename).name}:{frames[-1].lineno}"
