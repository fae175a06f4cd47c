"""Merge-patch (RFC 7396) inside the objects of a role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def merged(current: Mapping[str, Any] | None, patch: Mapping[str, Any]) -> dict[str, Any]:
    """`current` with `patch` merged in: null removes, objects merge, anything else replaces.

    An empty patch empties the object: as a merge it would say nothing at all.
    """
    if not patch:
        return {}
    result = dict(current or {})
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping):
            known = result.get(key)
            result[key] = merged(known if isinstance(known, Mapping) else None, value)
        else:
            result[key] = value
    return result
