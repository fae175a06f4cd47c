"""Sign-ins are throttled for each account and each address, by the database's clock."""

from __future__ import annotations

import hashlib
from typing import Final

from sqlalchemy import Connection, text

from chassis.errors import TooMany

FAILURES: Final = 5
WINDOW_SECONDS: Final = 15 * 60

_BLOCKING: Final = text("""
    SELECT max(ceil(extract(epoch FROM nth + make_interval(secs => :window) - now())))
    FROM unnest(CAST(:subjects AS text[])) AS s (subject)
    CROSS JOIN LATERAL (
        SELECT failed_at AS nth FROM failed_sign_ins f
        WHERE f.subject = s.subject AND f.failed_at > now() - make_interval(secs => :window)
        ORDER BY failed_at DESC OFFSET :allowed LIMIT 1
    ) AS recent
""")
_COUNT: Final = text("""
    INSERT INTO failed_sign_ins (subject) SELECT unnest(CAST(:subjects AS text[]))
""")
_FORGET_OLD: Final = text("""
    DELETE FROM failed_sign_ins WHERE failed_at < now() - make_interval(secs => :window)
""")
_FORGET: Final = text("DELETE FROM failed_sign_ins WHERE subject = :subject")
_FORGET_NEWEST: Final = text("""
    DELETE FROM failed_sign_ins
    WHERE id = (SELECT max(id) FROM failed_sign_ins WHERE subject = :subject)
""")
# Attempts for one subject wait for each other, so that parallel guesses are counted too.
_QUEUE: Final = text("""
    SELECT pg_advisory_xact_lock(hashtextextended(subject, 0))
    FROM (SELECT unnest(CAST(:subjects AS text[])) AS subject ORDER BY 1) AS ordered
""")


def subjects(email: str, ip: str | None) -> list[str]:
    """What an attempt is counted for. Accounts are kept as hashes: they are personal data."""
    account = hashlib.sha256(email.encode()).hexdigest()
    return [f"account:{account}", *([f"ip:{ip}"] if ip else [])]


def refuse_when_blocked(connection: Connection, counted: list[str]) -> None:
    """Raise TooMany when one of `counted` has failed too often lately."""
    values = {"subjects": counted, "window": WINDOW_SECONDS, "allowed": FAILURES}
    wait = connection.execute(_BLOCKING, values).scalar()
    if wait is not None:
        raise TooMany(
            "Too many failed sign-ins. Try again later.",
            code="too_many_sign_ins",
            retry_after=max(1, int(wait)),
        )


def count_attempt(connection: Connection, counted: list[str]) -> None:
    """Count an attempt as failed, before it is known: a parallel guess must not slip through."""
    connection.execute(_QUEUE, {"subjects": counted})
    refuse_when_blocked(connection, counted)
    connection.execute(_COUNT, {"subjects": counted})
    connection.execute(_FORGET_OLD, {"window": WINDOW_SECONDS})


def forgive(connection: Connection, counted: list[str]) -> None:
    """Forget the account's failures, and this attempt for its address, after a right password."""
    connection.execute(_FORGET, {"subject": counted[0]})
    take_back(connection, counted[1:])


def take_back(connection: Connection, counted: list[str]) -> None:
    """Forget this attempt, which was no failure, and no other."""
    for subject in counted:
        connection.execute(_FORGET_NEWEST, {"subject": subject})
