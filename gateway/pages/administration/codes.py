"""Codes of what people only name: made from the name, and free."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from itertools import count
from typing import Final

_OTHER: Final = re.compile(r"[^a-z0-9]+")
_LONGEST: Final = 50


def code_for(name: str, taken: Container[str]) -> str:
    """A code that is not among `taken`, in the letters of `name` as far as codes have them."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    code = _OTHER.sub("_", plain).strip("_")[:_LONGEST].strip("_")
    if not code[:1].isalpha():
        code = f"c_{code}".strip("_")
    if code not in taken:
        return code
    return next(f"{code}_{at}" for at in count(2) if f"{code}_{at}" not in taken)
