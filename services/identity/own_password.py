"""A user's own password: changed by whoever knows it, from a session, which alone lives on."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, text

from chassis.context import Context
from chassis.database.engine import Database
from chassis.errors import Fault, Forbidden, Invalid, Malformed, NotFound
from chassis.records.commands import Command
from chassis.records.effects import Effect
from chassis.records.field_types.texts import text_faults
from chassis.records.hooks import Hooks
from chassis.records.rows import find_row
from services.identity import throttle
from services.identity.accounts import counted_address, proven
from services.identity.models import User
from services.identity.passwords import LONGEST, password_faults

_ACCOUNT: Final = text("SELECT name, email, password_hash FROM users WHERE id = :id")
_POINTER: Final = "/new_password"


def change_password(
    database: Database, context: Context, hooks: Hooks, current: Any, new: Any, ip: str | None
) -> None:
    """Give the signed-in user the password `new` and end their other sessions and tokens.

    Guesses at the current one count as failed sign-ins. An equal repeat changes nothing more.
    """
    if context.actor.scopes is not None:
        raise Forbidden("Sign in to change a password.", code="token_scope")
    if not isinstance(current, str) or not isinstance(new, str):
        raise Malformed("Both passwords must be texts.", code="wrong_type")
    # The hash of what was asked is kept, so that no password may be a part of it.
    command = Command(context, "user.change_password", str(context.user_id))
    with database.reading() as connection:
        if command.answered(connection) is not None:
            return
        account = connection.execute(_ACCOUNT, {"id": context.user_id}).mappings().one_or_none()
    if account is None:
        raise NotFound("There is no such user.")
    _refuse_weak(new, account)
    counted = throttle.subjects(account["email"], counted_address(ip))
    if not proven(database, counted, current, account["password_hash"]):
        raise _wrong()

    def effect(connection: Connection) -> None:
        if command.claim(connection) is not None:
            return
        hooks.begin(connection, User.entity.name)
        row = find_row(connection, User.entity, context.user_id, lock=True)
        if row is None or row["password_hash"] != account["password_hash"]:
            raise _wrong()
        throttle.forgive(connection, counted)
        values = {"password": new}
        hooks.permit(connection, context, User.entity.name, "update", row, values)
        after = Effect(connection, context, User, hooks).change(row, values)
        command.answer(connection, {"id": str(after["id"]), "version": after["version"]})

    database.run(effect)


def _refuse_weak(new: str, account: Any) -> None:
    faults = text_faults(new, LONGEST, _POINTER)
    faults = faults or password_faults(new, _POINTER, account["email"], account["name"])
    if faults:
        raise Invalid("This password will not do.", code=faults[0].code, faults=faults)


def _wrong() -> Invalid:
    detail = "This is not the current password."
    fault = Fault("/current_password", "wrong_password", detail)
    return Invalid(detail, code="wrong_password", faults=[fault])
