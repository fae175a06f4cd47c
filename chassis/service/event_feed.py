"""What every service with records tells of what happened, to whoever may know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement

from chassis.context import Context
from chassis.errors import Malformed
from chassis.records.entity import Entity
from chassis.records.feed import end_of_feed, feed_page
from chassis.records.history import page_size
from chassis.records.past import past_page
from chassis.records.query.scoping import visible
from chassis.records.sought import Place, Sought
from chassis.service.entrypoints import query
from chassis.service.recycle_bin import RecycleBin
from contracts.catalogue import ENTITIES

_POSITIONS = range(2**53)


class EventFeed(RecycleBin):
    """The service's part of the event feed: its journal from a position on."""

    def reach(self, context: Context, entity: Entity) -> ColumnElement[bool]:
        """Which rows of `entity` the user may read now. A service whose records are readable by
        more, or less, than a scope over their own facts says so here."""
        return visible(entity, context.rights)

    @query
    def events(
        self,
        context: Context,
        after: int | None = None,
        limit: int | None = None,
        entity: str | None = None,
        name: str | None = None,
    ) -> dict[str, Any]:
        """The events after position `after`, masked by what the user may read now; none, and where
        the feed ends, without a position."""
        size = page_size(limit)
        if after is not None and (type(after) is not int or after not in _POSITIONS):
            raise Malformed("`after` is a position.", code="bad_cursor")
        if name is not None and not isinstance(name, str):
            raise Malformed("`name` is a text.", code="bad_parameter")
        entities = self._told_of(context, entity)
        with self.parts.database.reading() as connection:
            if after is None:
                return {"items": [], "position": end_of_feed(connection), "more": False}
            return feed_page(connection, context, entities, after=after, limit=size, name=name)

    @query
    def past_events(self, context: Context, query: Mapping[str, Any]) -> dict[str, Any]:
        """The events that are sought, newest first, masked by what the user may read now.

        `query` may have `entity`, `act`, `actor`, `record`, `field`, `since`, `until`, `limit`, and
        the place `before` which to go on.
        """
        size = page_size(query.get("limit"))
        before = query.get("before")
        place = None if before is None else Place.read(before)
        sought, entities = Sought.read(query), self._told_of(context, query.get("entity"))
        with self.parts.database.reading() as connection:
            return past_page(connection, context, entities, sought, before=place, limit=size)

    def _told_of(self, context: Context, entity: str | None) -> dict[Entity, ColumnElement[bool]]:
        """The entities whose events are told, or one of them, with how far the user reads each."""
        names = [model.entity.name for model in self.entities] if entity is None else [entity]
        known = [self.records(each).entity for each in names]
        # What no list shows shows no events either.
        return {each: self.reach(context, each) for each in known if ENTITIES[each.name].listed}
