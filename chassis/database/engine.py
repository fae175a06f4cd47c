"""A service's database: transactions that journal, reads without a commit, errors as refusals."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import QueuePool

from chassis import wire
from chassis.database.connecting import connect_by_address
from chassis.errors import Invalid, Refusal, Unavailable

Result = TypeVar("Result")

_POOL_TIMEOUT = 2.0
_IDLE_BEFORE_PING = 1.0
# Some 50 kB each. Viewers of one role share theirs; more than these are not in use at one time.
_COMPILED_STATEMENTS = 200
_QUERY_CANCELED = "57014"
_LOCK_NOT_AVAILABLE = "55P03"
_RETRYABLE = {"40001", "40P01"}  # serialization failure, deadlock
# A server that was demoted, or that we were led to before it was promoted.
_READ_ONLY_SERVER = "25006"
# Locks are given up before statements, so that a wait is not taken for an expensive query.
_LOCK_SHARE = 0.8


def _dumps(value: Any) -> str:
    return wire.dumps(value).decode()


def _options(statement_timeout: float) -> str:
    milliseconds = int(statement_timeout * 1000)
    values = {
        "statement_timeout": milliseconds,
        "lock_timeout": int(milliseconds * _LOCK_SHARE),
        "idle_in_transaction_session_timeout": 30_000,
        "timezone": "UTC",
        # Pages are small and their plans wide: compiling one costs more than running it.
        "jit": "off",
    }
    return " ".join(f"-c {name}={value}" for name, value in values.items())


def with_driver(url: str) -> str:
    """`url` for SQLAlchemy with psycopg2, the driver that eventlet can make green."""
    return url.replace("postgresql://", "postgresql+psycopg2://", 1)


def make_engine(url: str, *, name: str, pool_size: int, statement_timeout: float) -> Engine:
    """An engine whose sessions are in UTC, bounded in time and named in `pg_stat_activity`."""
    engine = create_engine(
        with_driver(url),
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=_POOL_TIMEOUT,
        pool_use_lifo=True,
        query_cache_size=_COMPILED_STATEMENTS,
        json_serializer=_dumps,
        json_deserializer=wire.loads,
        connect_args={
            "application_name": name,
            "connect_timeout": 3,
            "options": _options(statement_timeout),
        },
    )
    event.listen(engine, "do_connect", connect_by_address)
    event.listen(engine, "checkin", _remember_return)
    event.listen(engine, "checkout", _ping_after_rest)
    event.listen(engine, "handle_error", _leave_read_only_server)
    return engine


def _remember_return(_connection: Any, record: Any) -> None:
    record.info["returned_at"] = time.monotonic()


def _ping_after_rest(connection: Any, record: Any, _proxy: Any) -> None:
    # A ping is a round trip, so only a connection that rested is asked whether it still lives.
    if time.monotonic() - record.info.get("returned_at", time.monotonic()) < _IDLE_BEFORE_PING:
        return
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        connection.autocommit = False
    except connection.Error as error:
        raise exc.DisconnectionError from error


def _leave_read_only_server(context: ExceptionContext) -> None:
    """Connect anew after a failover: the address leads to the server that takes writes by then."""
    if getattr(context.original_exception, "pgcode", None) == _READ_ONLY_SERVER:
        context.is_disconnect = True


@contextmanager
def _without_transaction(connection: Connection) -> Iterator[None]:
    """Have the driver open no transaction, so that a read is its statement and nothing more.

    By the driver's own switch, which only changes what it does next: SQLAlchemy's isolation level
    AUTOCOMMIT costs a round trip each time that it is taken back.
    """
    driver: Any = connection.connection.driver_connection
    driver.autocommit = True
    try:
        yield
    finally:
        if not driver.closed:
            driver.autocommit = False


def _refuse_write(*event_arguments: Any) -> None:
    context = event_arguments[4]
    if context.isinsert or context.isupdate or context.isdelete:
        raise exc.InvalidRequestError("reading() was given a statement that writes")


class Database:
    """The database of `service`. `after_journal` is called after each commit that journaled."""

    def __init__(self, url: str, *, service: str, pool_size: int, statement_timeout: float) -> None:
        self.url = url
        self.service = service
        self.engine = make_engine(
            url,
            name=f"rapport-{service}",
            pool_size=pool_size,
            statement_timeout=statement_timeout,
        )
        self._reader = self.engine.execution_options()
        event.listen(self._reader, "before_cursor_execute", _refuse_write)
        self.after_journal: Callable[[], None] = lambda: None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction: committed on exit, rolled back by any exception."""
        with self._refusing(too_slow=Unavailable), self.engine.connect() as connection:
            journaled = False
            try:
                yield connection
                journaled = bool(connection.info.pop("journaled", False))
                connection.commit()
            except BaseException:
                if not connection.invalidated:
                    connection.info.pop("journaled", None)
                raise
        if journaled:
            self.after_journal()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for statements that only read: each sees what is committed by then."""
        with (
            self._refusing(too_slow=Invalid),
            self._reader.connect() as connection,
            _without_transaction(connection),
        ):
            yield connection

    def run(self, unit: Callable[[Connection], Result]) -> Result:
        """`unit` in a transaction; once more when the connection was lost or it was a deadlock.

        `unit` must be safe to run twice: a lost connection may have committed.
        """
        try:
            with self.transaction() as connection:
                return unit(connection)
        except Unavailable as refusal:
            if refusal.code != "database_lost":
                raise
        with self.transaction() as connection:
            return unit(connection)

    def close(self) -> None:
        """Close every connection that is not in use."""
        self.engine.dispose()

    @contextmanager
    def _refusing(self, *, too_slow: type[Refusal]) -> Iterator[None]:
        try:
            yield
        except exc.TimeoutError as error:
            raise Unavailable(
                "Too many calls at once.", code="database_busy", retry_after=1
            ) from error
        except exc.DBAPIError as error:
            refusal = _refusal_for(error, too_slow)
            if refusal is None:
                raise
            raise refusal from error


def _refusal_for(error: exc.DBAPIError, too_slow: type[Refusal]) -> Refusal | None:
    state = getattr(error.orig, "pgcode", None)
    if state == _QUERY_CANCELED and too_slow is Invalid:
        return Invalid(
            "This query takes too long: filter it further, or sort by another field.",
            code="query_too_expensive",
        )
    if state in (_QUERY_CANCELED, _LOCK_NOT_AVAILABLE):
        return Unavailable("The database is too slow.", code="database_slow", retry_after=2)
    if error.connection_invalidated or state in _RETRYABLE or _is_shutdown(state):
        return Unavailable("The database was lost.", code="database_lost", retry_after=1)
    if isinstance(error, exc.OperationalError) or _is_own_failure(state):
        return Unavailable("The database cannot be used.", code="database_down", retry_after=2)
    return None


def _is_shutdown(state: str | None) -> bool:
    # Class 57P: shut down by an administrator, after a crash, or not accepting connections yet.
    return state is not None and state.startswith("57P")


def _is_own_failure(state: str | None) -> bool:
    # Class XX: what the server could not do though nothing is wrong with the statement, such as to
    # write a file beyond its quota. A full disk and a failed one are OperationalErrors.
    return state is not None and state.startswith("XX")
