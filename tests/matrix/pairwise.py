"""Choices of combinations that are much smaller than all of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product
from typing import Any


def pairwise(*factors: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Combinations, one value of each factor: any two values of two factors meet in one of them."""
    every = list(product(*(range(len(factor)) for factor in factors)))
    missing = {pair for places in every for pair in _pairs(places)}
    chosen = []
    while missing:
        best = max(every, key=lambda places: len(missing.intersection(_pairs(places))))
        missing.difference_update(_pairs(best))
        chosen.append(best)
    return [
        tuple(factor[place] for factor, place in zip(factors, places, strict=True))
        for places in chosen
    ]


def with_two(values: Sequence[Any], others: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Each of `values` with two of `others`, which take turns."""
    return [
        (value, others[(place + turn) % len(others)])
        for turn in (0, 1)
        for place, value in enumerate(values)
    ]


def _pairs(places: tuple[int, ...]) -> list[tuple[tuple[int, int], ...]]:
    return list(combinations(enumerate(places), 2))
