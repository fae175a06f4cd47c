"""Signing in and out, what is the user's own, and API tokens: identity's entrypoints for these."""

# ruff: noqa: A002 - `id` is what the argument is called on the bus.
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from chassis.access.sealing import Sealer
from chassis.context import Context
from chassis.mail.outgoing import Outgoing
from chassis.service.entrypoints import command, query
from chassis.service.record_service import RecordService
from chassis.work.job import Job
from services.identity import (
    accounts,
    api_tokens,
    own_password,
    own_profile,
    own_second_factor,
    password_reset,
    second_factor,
    viewing,
)
from services.identity.own_view import own_view
from services.identity.preferences import read_preferences

GATEWAY = ("gateway",)
Reply = dict[str, Any]


class AccountService(RecordService):
    """What people do with their own accounts."""

    @command(callers=GATEWAY)
    def login(
        self,
        context: Context,
        email: Any,
        password: Any,
        ip: str | None = None,
        user_agent: str | None = None,
        otp: Any = None,
    ) -> Reply:
        """A fresh session: its token, when it ends, and whose it is."""
        return accounts.login(
            self.parts.database, self.sealer, email, password, otp, ip, user_agent
        )

    @command(for_viewers=True)
    def logout(self, context: Context) -> None:
        """End the session that the call came with."""
        accounts.logout(self.parts.database, context, viewing.note_end)

    @query(callers=GATEWAY)
    def session(self, context: Context, token_hash: str) -> Reply:
        """Whose session this is; Unauthenticated when it lives no longer."""
        return accounts.session(self.parts.database, token_hash)

    @query
    def me(self, context: Context) -> Reply:
        """The signed-in user and what they may do."""
        return self._own_view(context)

    @command
    def change_password(
        self, context: Context, current_password: Any, new_password: Any, ip: str | None = None
    ) -> None:
        """Give the signed-in user another password; their other sessions end."""
        database = self.parts.database
        own_password.change_password(database, context, self, current_password, new_password, ip)
        self.known_here()

    @command
    def update_me(self, context: Context, values: Any) -> Reply:
        """The signed-in user after a merge patch of what is theirs to set up."""
        own_profile.update_profile(self.parts.database, context, self, values)
        self.known_here()
        return self._own_view(replace(context, organisation=self.parts.holder.current))

    @query
    def tokens(self, context: Context) -> Reply:
        """The signed-in user's API tokens."""
        return api_tokens.own_tokens(self.parts.database, context)

    @command
    def create_token(
        self, context: Context, name: Any, scopes: Any, expires_at: Any = None
    ) -> Reply:
        """A new API token, shown this once."""
        return api_tokens.create_token(self.parts.database, context, name, scopes, expires_at)

    @command
    def delete_token(self, context: Context, id: Any) -> None:
        """End an API token."""
        api_tokens.delete_token(self.parts.database, context, id)

    @command(callers=GATEWAY)
    def request_password_reset(self, context: Context, email: Any, ip: str | None = None) -> None:
        """Mail a link to a new password to who has an account."""
        password_reset.request_reset(self.parts.database, self.parts.settings, email, ip)

    @command(callers=GATEWAY)
    def reset_password(self, context: Context, token: Any, password: Any) -> None:
        """Give whoever has the link a new password; all of their sessions end."""
        password_reset.reset_password(self.parts.database, context, self, token, password)
        self.known_here()

    @command
    def begin_second_factor(
        self, context: Context, current_password: Any, ip: str | None = None
    ) -> Reply:
        """A secret for an app, to be confirmed by its first code."""
        database = self.parts.database
        return own_second_factor.begin(database, context, self.sealer, current_password, ip)

    @command
    def confirm_second_factor(self, context: Context, otp: Any, ip: str | None = None) -> Reply:
        """Put the second factor in force; its recovery codes."""
        found = own_second_factor.confirm(self.parts.database, context, self.sealer, otp, ip)
        self.known_here()
        return found

    @command
    def renew_recovery_codes(
        self, context: Context, current_password: Any, otp: Any, ip: str | None = None
    ) -> Reply:
        """Fresh recovery codes."""
        database = self.parts.database
        return own_second_factor.renew_codes(
            database, context, self.sealer, current_password, otp, ip
        )

    @command
    def end_second_factor(
        self, context: Context, current_password: Any, otp: Any, ip: str | None = None
    ) -> None:
        """Do without a second factor."""
        database = self.parts.database
        own_second_factor.end(database, context, self.sealer, current_password, otp, ip)

    @command
    def remove_second_factor(self, context: Context, id: Any) -> None:
        """Take the second factor away from somebody who lost it."""
        own_second_factor.remove_for(self.parts.database, context, self.record_id(id))

    @command
    def view_as(
        self,
        context: Context,
        id: Any,
        reason: Any = None,
        ip: str | None = None,
        user_agent: str | None = None,
    ) -> Reply:
        """A session in which the administrator sees what a user sees."""
        database = self.parts.database
        return viewing.begin_view(database, context, self.record_id(id), reason, ip, user_agent)

    @cached_property
    def sealer(self) -> Sealer:
        """Seals what apps make codes from."""
        return Sealer(self.parts.settings.keys, self.name, "second_factor")

    def short_work(self) -> Mapping[str, Callable[[Any], Any]]:
        """Mail that waits to be sent, and looks that end by themselves."""
        return {password_reset.MAIL: self._send_link, viewing.END: self._end_view}

    def _send_link(self, job: Job) -> None:
        settings = self.parts.settings
        if settings.smtp_url is not None:
            outgoing = Outgoing(settings.smtp_url, settings.mail_from)
            password_reset.send_link(self.parts.database, settings, outgoing.send, job)

    def _end_view(self, job: Job) -> None:
        viewing.end_view(self.parts.database, job, self.parts.holder.at_least(1))

    def known_here(self) -> None:
        """Take over what was just written, so that the next call here knows it."""
        self.parts.holder.refresh()

    def _own_view(self, context: Context) -> Reply:
        with self.parts.database.reading() as connection:
            preferences = read_preferences(connection, context.user_id)
            factor = second_factor.state_of(connection, context.user_id)
        return own_view(context) | {"preferences": preferences, "second_factor": factor}
