"""Saved views: identity's entrypoints for them."""

# ruff: noqa: A002 - `id` is what the argument is called on the bus.
from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.service.entrypoints import command, query
from chassis.service.record_service import RecordService
from services.identity import views

Reply = dict[str, Any]


class ViewService(RecordService):
    """Views of the lists of any service's entities."""

    @query
    def views(self, context: Context, entity: str) -> Reply:
        """The views of lists of `entity` that the user sees, and the one to begin with."""
        return views.list_views(self.parts.database, context, entity)

    @query
    def view(self, context: Context, entity: str, id: Any) -> Reply:
        """One view."""
        return views.get_view(self.parts.database, context, entity, id)

    @query
    def view_history(
        self, context: Context, entity: str, id: Any, limit: Any = None, cursor: Any = None
    ) -> Reply:
        """A page of who changed what in a view."""
        return views.view_history(
            self.parts.database, context, entity, id, limit=limit, cursor=cursor
        )

    @command
    def create_view(self, context: Context, entity: str, values: Any) -> Reply:
        """A new view of the user's."""
        return views.create_view(self.parts.database, context, entity, values)

    @command
    def update_view(
        self, context: Context, entity: str, id: Any, values: Any, expected_version: Any = None
    ) -> Reply:
        """The changed view."""
        return views.update_view(self.parts.database, context, entity, id, values, expected_version)

    @command
    def delete_view(
        self, context: Context, entity: str, id: Any, expected_version: Any = None
    ) -> Reply:
        """Remove a view."""
        return views.delete_view(self.parts.database, context, entity, id, expected_version)

    @command
    def restore_view(self, context: Context, entity: str, id: Any) -> Reply:
        """The view, back again."""
        return views.restore_view(self.parts.database, context, entity, id)
