"""Signing in and out, what is the user's own, and API tokens: identity's entrypoints for these."""

# ruff: noqa: A002 - `id` is what the argument is called on the bus.
from __future__ import annotations

from dataclasses import replace
from typing import Any

from chassis.context import Context
from chassis.service.entrypoints import command, query
from chassis.service.record_service import RecordService
from services.identity import accounts, api_tokens, own_password, own_profile
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
    ) -> Reply:
        """A fresh session: its token, when it ends, and whose it is."""
        return accounts.login(self.parts.database, email, password, ip, user_agent)

    @command
    def logout(self, context: Context) -> None:
        """End the session that the call came with."""
        accounts.logout(self.parts.database, context)

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

    def known_here(self) -> None:
        """Take over what was just written, so that the next call here knows it."""
        self.parts.holder.refresh()

    def _own_view(self, context: Context) -> Reply:
        with self.parts.database.reading() as connection:
            preferences = read_preferences(connection, context.user_id)
        return own_view(context) | {"preferences": preferences}
