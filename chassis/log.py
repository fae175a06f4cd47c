"""Structured logs: one JSON object a line, on standard error, without personal data.

Values of records never go into a log line: an exception is logged as its type and the places it
passed through, not by its text, which may quote a row.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

from chassis import wire

_LEVELS: Final = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40}


def configure(level: str = "INFO") -> None:
    """Make this process log lines of `level` and above; libraries log warnings and above."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            _render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_LibraryFormatter())
    logging.basicConfig(level=max(_LEVELS[level], logging.WARNING), handlers=[handler], force=True)


def logger(service: str) -> Any:
    """The logger of a service: `log.info("call", method=..., duration_ms=...)`."""
    return structlog.get_logger(service=service)


def places(error: BaseException) -> list[str]:
    """Where `error` was raised, innermost last, as `file:line function`; none of its text."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]]


def _render(_logger: Any, _method: str, values: MutableMapping[str, Any]) -> bytes:
    return wire.dumps(values)


class _LibraryFormatter(logging.Formatter):
    """Lines of libraries in the same form."""

    def format(self, record: logging.LogRecord) -> str:
        values: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            values.update(error=type(error).__name__, places=places(error))
        return wire.dumps(values).decode()
