"""Which stage of one pipeline stands for a stage of another. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.stages.book import Stage
from chassis.stages.rules import find_stage


def mapped_stage(stages: Sequence[Stage], stage: Stage) -> Stage | None:
    """The one of `stages` that stands for `stage`: of its code and kind, else of its kind and the
    probability nearest to its own, the earlier one of two. None only among no stages of its kind.
    """
    same = find_stage(stages, stage.code)
    if same is not None and same.kind == stage.kind:
        return same
    alike = [other for other in stages if other.kind == stage.kind]
    return min(
        alike,
        key=lambda other: (abs(other.probability - stage.probability), other.position),
        default=None,
    )
