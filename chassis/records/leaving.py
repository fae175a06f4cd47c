"""The two writes that cannot be taken back: purging a record, and erasing the person in it."""

from __future__ import annotations

from uuid import UUID

from chassis.errors import Conflict, Forbidden, NotFound
from chassis.records.effects import Effect
from chassis.records.erasing import erase_row
from chassis.records.facts import facts_of
from chassis.records.hooks import Row
from chassis.records.purging import purge_rows
from chassis.records.rows import find_row
from chassis.records.versions import Expected, check_version
from contracts.access import Level


class LeavingEffect(Effect):
    """What happens to a record that leaves for good, or whose person does."""

    def purge(self, record_id: UUID, expected: Expected) -> Row:
        """Remove the record from the recycle bin for good: for who may delete anybody's."""
        row = self._deletable_by_all(record_id)
        self.hooks.permit(self.connection, self.context, self.entity.name, "purge", row, {})
        check_version(self.connection, self.context, self.entity, row, expected)
        if row["deleted_at"] is None:
            raise Conflict("This record is not in the recycle bin.", code="not_deleted")
        purge_rows(self.connection, self.context, self.entity, self.hooks, [row])
        return row

    def erase(self, record_id: UUID, *, by_operator: bool) -> Row:
        """Erase what is personal: for who may delete anybody's, and for who runs Rapport."""
        if by_operator:
            row = find_row(self.connection, self.entity, record_id, lock=True, deleted=None)
            if row is None:
                raise NotFound("There is no such record.")
        else:
            row = self._deletable_by_all(record_id)
        self.hooks.permit(self.connection, self.context, self.entity.name, "delete", row, {})
        return erase_row(self.connection, self.context, self.entity, self.hooks, row)

    def _deletable_by_all(self, record_id: UUID) -> Row:
        """The row, in the bin or out of it, for who may delete anybody's."""
        row = self._reachable(record_id, "delete", deleted=None)
        rights, stage_id = self.context.rights, facts_of(self.entity, row)["stage_id"]
        if rights.level(self.entity.name, "delete", stage_id) is not Level.all:
            raise Forbidden("This needs the level all for delete.", code="record_forbidden")
        return row
