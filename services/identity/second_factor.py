"""The second factor: six digits of an app (TOTP, RFC 6238), or a recovery code, once each."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import Connection, text

from chassis.access.sealing import Sealer
from chassis.errors import Unauthenticated

ISSUER: Final = "Rapport"
RECOVERY_CODES: Final = 10
_STEP: Final = 30
_DIGITS: Final = 6
# A clock may be off by one interval either way.
_WINDOW: Final = (0, -1, 1)
_FIND: Final = text("""
    SELECT secret, confirmed_at, last_step FROM second_factors WHERE user_id = :user_id FOR UPDATE
""")
_STATE: Final = text("""
    SELECT confirmed_at IS NOT NULL AS enabled,
           (SELECT count(*) FROM recovery_codes c WHERE c.user_id = f.user_id) AS recovery_codes
    FROM second_factors f WHERE user_id = :user_id
""")
_BEGIN: Final = text("""
    INSERT INTO second_factors (user_id, secret) VALUES (:user_id, :secret)
    ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, last_step = NULL
    WHERE second_factors.confirmed_at IS NULL RETURNING 1
""")
_USE: Final = text("UPDATE second_factors SET last_step = :step WHERE user_id = :user_id")
_CONFIRM: Final = text("""
    UPDATE second_factors SET confirmed_at = now() WHERE user_id = :user_id
""")
_REMOVE: Final = text("DELETE FROM second_factors WHERE user_id = :user_id RETURNING 1")
_NO_CODES: Final = text("DELETE FROM recovery_codes WHERE user_id = :user_id")
_ADD_CODE: Final = text("""
    INSERT INTO recovery_codes (user_id, code_hash) VALUES (:user_id, :code_hash)
""")
_SPEND_CODE: Final = text("""
    DELETE FROM recovery_codes WHERE user_id = :user_id AND code_hash = :code_hash RETURNING 1
""")


def state_of(connection: Connection, user_id: UUID) -> dict[str, Any]:
    """Whether the user has a second factor, and how many recovery codes are left."""
    found = connection.execute(_STATE, {"user_id": user_id}).mappings().one_or_none()
    if found is None or not found["enabled"]:
        return {"enabled": False, "recovery_codes": 0}
    return dict(found)


def begin(connection: Connection, sealer: Sealer, user_id: UUID, account: str) -> dict[str, str]:
    """A new secret, not in force yet, for the app: as text and as a URI to be shown as a QR code.
    An empty dict when a second factor is in force already."""
    secret = secrets.token_bytes(20)
    values = {"user_id": user_id, "secret": sealer.seal(secret)}
    if connection.execute(_BEGIN, values).first() is None:
        return {}
    return {
        "secret": base64.b32encode(secret).decode(),
        "uri": _app(secret).get_provisioning_uri(account, ISSUER),
    }


def confirm(connection: Connection, sealer: Sealer, user_id: UUID, code: str) -> list[str] | None:
    """Put the begun secret in force with its first code; the recovery codes, told this once. None
    when the code is wrong, or nothing was begun."""
    found = connection.execute(_FIND, {"user_id": user_id}).mappings().one_or_none()
    if found is None or found["confirmed_at"] is not None:
        return None
    if not _spent(connection, sealer, user_id, found, code):
        return None
    connection.execute(_CONFIRM, {"user_id": user_id})
    return new_codes(connection, user_id)


def new_codes(connection: Connection, user_id: UUID) -> list[str]:
    """Fresh recovery codes in place of all earlier ones."""
    connection.execute(_NO_CODES, {"user_id": user_id})
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    for code in codes:
        values = {"user_id": user_id, "code_hash": _hash(code)}
        connection.execute(_ADD_CODE, values)
    return codes


def remove(connection: Connection, user_id: UUID) -> bool:
    """Take the second factor away; False when there was none in force."""
    enabled = bool(state_of(connection, user_id)["enabled"])
    connection.execute(_REMOVE, {"user_id": user_id})
    connection.execute(_NO_CODES, {"user_id": user_id})
    return enabled


def proves(connection: Connection, sealer: Sealer, user_id: UUID, code: Any) -> bool:
    """Whether `code` is one of the app, or a recovery code, that was never used; it then is."""
    found = connection.execute(_FIND, {"user_id": user_id}).mappings().one_or_none()
    if found is None or found["confirmed_at"] is None or not isinstance(code, str):
        return False
    if _spent(connection, sealer, user_id, found, code):
        return True
    values = {"user_id": user_id, "code_hash": _hash(code)}
    return connection.execute(_SPEND_CODE, values).first() is not None


def is_wanted(connection: Connection, user_id: UUID, code: Any) -> bool:
    """Whether the user has a second factor in force, and no `code` came."""
    return code in (None, "") and bool(state_of(connection, user_id)["enabled"])


def require(connection: Connection, sealer: Sealer, user_id: UUID, code: Any) -> None:
    """Raise Unauthenticated when `code` does not prove a second factor that the user has."""
    enabled = state_of(connection, user_id)["enabled"]
    if enabled and not proves(connection, sealer, user_id, code):
        raise Unauthenticated("This code is wrong, or was used.", code="wrong_otp")


def _spent(connection: Connection, sealer: Sealer, user_id: UUID, found: Any, code: str) -> bool:
    """Whether `code` is the app's of about now, newer than any that was used; it then is used."""
    digits = "".join(code.split())
    secret = sealer.open(bytes(found["secret"]))
    if secret is None or len(digits) != _DIGITS:
        return False
    now = int(time.time()) // _STEP
    for step in (now + shift for shift in _WINDOW):
        if found["last_step"] is not None and step <= found["last_step"]:
            continue
        if secrets.compare_digest(_app(secret).generate(step * _STEP), digits.encode()):
            connection.execute(_USE, {"user_id": user_id, "step": step})
            return True
    return False


def _app(secret: bytes) -> TOTP:
    return TOTP(secret, _DIGITS, SHA1(), _STEP)


def _new_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(letters[place : place + 4] for place in range(0, 16, 4))


def _hash(code: str) -> bytes:
    plain = "".join(character for character in code.lower() if character.isalnum())
    return hashlib.sha256(plain.encode()).digest()
