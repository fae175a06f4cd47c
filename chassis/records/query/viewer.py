"""For whom a query is read: who is `@me`, what are `@now` and `@today`, which fields exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.errors import Malformed

if TYPE_CHECKING:
    from chassis.access.organisation import Organisation
    from chassis.access.rights import Rights
    from chassis.context import Context


@dataclass(frozen=True, eq=False)
class Viewer:
    """The person a list is for, at one moment."""

    user_id: UUID
    organisation: Organisation
    rights: Rights
    now: datetime

    @classmethod
    def of(cls, context: Context) -> Viewer:
        """The viewer of a call; raises Forbidden when it acts for nobody."""
        return cls(context.user_id, context.organisation, context.rights, datetime.now(UTC))

    @cached_property
    def zone(self) -> ZoneInfo:
        """The viewer's time zone, else the organisation's, else UTC."""
        return self.organisation.zone_of(self.user_id)

    @property
    def today(self) -> date:
        """The day it is where the viewer is."""
        return self.now.astimezone(self.zone).date()

    @property
    def department_ids(self) -> frozenset[UUID]:
        """The departments the viewer stands in now."""
        user = self.organisation.users.get(self.user_id)
        return user.department_ids if user else frozenset()

    @property
    def colleagues(self) -> frozenset[UUID]:
        """The people of the viewer's own departments, the viewer among them."""
        return self.organisation.members(self.department_ids) | {self.user_id}

    def starts(self, day: date) -> datetime:
        """The moment at which `day` begins where the viewer is, in UTC."""
        try:
            return datetime.combine(day, time(), self.zone).astimezone(UTC)
        except OverflowError:
            raise Malformed("The date is out of range.", code="wrong_type") from None

    def days_away(self, days: int) -> date:
        """The day `days` after today, or before it when negative."""
        return self.today + timedelta(days=days)
