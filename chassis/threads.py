"""What would hold the hub, off it: in a real thread when the process is green, else right here."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from chassis.green import is_patched

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def in_thread(
    function: Callable[Parameters, Result],
    *args: Parameters.args,
    **kwargs: Parameters.kwargs,
) -> Result:
    """What `function(...)` returns or raises, without keeping other green threads waiting.

    `function` must only compute, or ask the system: it may not touch sockets, locks or the
    database.
    """
    if not is_patched():
        return function(*args, **kwargs)
    from eventlet import tpool

    result: Result = tpool.execute(function, *args, **kwargs)
    return result
