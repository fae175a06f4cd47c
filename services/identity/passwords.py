"""Passwords: the rules for a new one, and slow hashing off the hub."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from chassis.errors import Fault
from chassis.threads import in_thread
from services.identity.common_passwords import COMMON

SHORTEST: Final = 10
LONGEST: Final = 256

# OWASP's second choice of parameters: 19 MiB and two passes, some 35 ms of one core.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def password_faults(password: str, pointer: str = "/password", *known: str) -> list[Fault]:
    """What stands against `password` as a new one; `known` are words such as the e-mail.

    Length and a list of common passwords, no rules of composition (NIST SP 800-63B).
    """
    if len(password) < SHORTEST:
        detail = f"A password has at least {SHORTEST} characters."
        return [Fault(pointer, "password_too_short", detail)]
    if len(password) > LONGEST:
        detail = f"A password has at most {LONGEST} characters."
        return [Fault(pointer, "password_too_long", detail)]
    folded = _normal(password).casefold()
    banned = {word.casefold() for word in known if word}
    banned |= {word.partition("@")[0] for word in banned}
    if folded in COMMON or folded in banned or len(set(folded)) < 4:
        return [Fault(pointer, "password_too_common", "This password is too easy to guess.")]
    return []


def hash_password(password: str) -> str:
    """The argon2id hash of `password`, computed off the hub."""
    return in_thread(_HASHER.hash, _normal(password))


def password_matches(password: str, hashed: str | None) -> bool:
    """Whether `password` is the one that was hashed; takes as long when there is no hash."""
    matches = in_thread(_matches, _normal(password)[:LONGEST], hashed or _nobodys_hash())
    return matches and hashed is not None


def _matches(password: str, hashed: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("the password of nobody at all")
