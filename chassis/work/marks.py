"""The mark that makes a method of a service the handler of a kind of job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Method = TypeVar("Method", bound=Callable[..., Any])


def job(kind: str) -> Callable[[Method], Method]:
    """Mark a method as the handler of jobs of `kind`: it is given the `Job`, returns its result.

    It must be safe to run again from where `job.done` and `job.saved` say it was.
    """

    def mark(method: Method) -> Method:
        method.job = kind  # type: ignore[attr-defined]
        return method

    return mark


def jobs_of(service: object) -> dict[str, Callable[..., Any]]:
    """The methods of `service` that carry the mark, by kind."""
    found = {}
    for name in dir(type(service)):
        kind = getattr(getattr(type(service), name), "job", None)
        if isinstance(kind, str):
            found[kind] = getattr(service, name)
    return found
