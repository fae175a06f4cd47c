"""The child rows of links to records of several entities, each with its target's access facts.

The facts are those of the target's label. Whoever keeps a link holds the label until the commit,
and a label that changes takes its links along, so that neither can miss the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Table,
    TextClause,
    Uuid,
    select,
    text,
)
from sqlalchemy import text as sql_text

from chassis import wire
from chassis.access.links import linked_entities
from chassis.listening.labels import hold_labels
from chassis.records.field_types.record_links import RecordLink

if TYPE_CHECKING:
    from chassis.records.field_types.record_links import RecordLinksField

LINK_FACTS: Final = ("owner_id", "stage_id", "open", "observer_ids", "live")

# A hint with facts was told by the record's owner; one without says nothing.
_LIVE: Final = "(version > 0 OR open IS NOT NULL) AND NOT deleted"


def record_links_table(parent: Table, entity: str, field: RecordLinksField, name: str) -> Table:
    """The child table of `parent` for `field` of `entity`, such as `activity_links`.

    Its indexes walk the rows of one target, in order, and where links decide who reads a record
    those of each owner, and all of an entity, also of each value that the field filters by; and
    those of each stage.
    """
    table = Table(
        f"{entity}_{name}",
        parent.metadata,
        Column("record_id", Uuid, ForeignKey(parent.c.id, ondelete="CASCADE"), primary_key=True),
        Column("entity", String(40), primary_key=True),
        Column("target_id", Uuid, primary_key=True),
        Column("position", SmallInteger, nullable=False),
        Column("ordered", DateTime(timezone=True), nullable=parent.c[field.ordered_by].nullable),
        Column("owner_id", Uuid),
        Column("stage_id", Uuid),
        Column("open", Boolean, nullable=False),
        Column("observer_ids", ARRAY(Uuid), nullable=False),
        Column("live", Boolean, nullable=False),
        *_filtered(parent, field),
        info=dict(parent.info),
    )
    c = table.c
    Index(f"ix_{table.name}_target", c.target_id, c.ordered, c.record_id)
    if linked_entities(entity):
        _index_access(table)
    return table


def _filtered(parent: Table, field: RecordLinksField) -> list[Column[Any]]:
    if not field.filtered_by:
        return []
    repeated = parent.c[field.filtered_by]
    return [Column("filtered", repeated.type, nullable=repeated.nullable)]


def _index_access(table: Table) -> None:
    c = table.c
    walks = {"owner": (c.entity, c.owner_id), "entity": (c.entity,)}
    if "filtered" in c:
        walks |= {f"{named}_filtered": (*walks[named], c.filtered) for named in tuple(walks)}
    for named, columns in walks.items():
        # The stage rides along with an owner's rows, to be passed over without a look elsewhere.
        Index(
            f"ix_{table.name}_{named}", *columns, c.ordered, c.record_id,
            postgresql_include=["stage_id"] if named.startswith("owner") else [],
            postgresql_where=sql_text("live"),
        )  # fmt: skip
    Index(
        f"ix_{table.name}_stage", c.entity, c.stage_id, c.ordered, c.record_id,
        postgresql_include=["filtered"] if "filtered" in c else [],
        postgresql_where=sql_text("live AND stage_id IS NOT NULL"),
    )  # fmt: skip
    Index(
        f"ix_{table.name}_open", c.entity, c.ordered, c.record_id,
        postgresql_where=sql_text("live AND open"),
    )  # fmt: skip
    Index(
        f"ix_{table.name}_observers", c.observer_ids,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sql_text("live AND cardinality(observer_ids) > 0"),
    )  # fmt: skip


def record_links_of(
    connection: Connection, field: RecordLinksField, ids: Sequence[UUID]
) -> dict[UUID, list[RecordLink]]:
    """The links of the records `ids` with their targets' facts, in their order. One statement."""
    table = field.child
    assert table is not None
    c = table.c
    facts = [c[name] for name in LINK_FACTS]
    query = (
        select(c.record_id, c.entity, c.target_id, *facts)
        .where(c.record_id.in_(ids))
        .order_by(c.record_id, c.position, c.entity, c.target_id)
    )
    found: dict[UUID, list[RecordLink]] = {}
    for record_id, entity, target_id, *values in connection.execute(query):
        known = {"entity": entity, **dict(zip(LINK_FACTS, values, strict=True))}
        found.setdefault(record_id, []).append(RecordLink(entity, target_id, known))
    return found


def insert_record_links(
    connection: Connection,
    field: RecordLinksField,
    records: Mapping[UUID, Iterable[RecordLink]],
    *,
    held: bool = False,
) -> None:
    """Keep the links of records whose own rows are written already. Known ones stay as they are.

    `held` says that the caller holds the labels of all targets.
    """
    rows = [
        {"record_id": key, "entity": link.entity, "target_id": link.id, "position": position}
        for key, links in records.items()
        for position, link in enumerate(links)
    ]
    if not rows or field.child is None:
        return
    if not held:
        targets = {(link.entity, link.id) for links in records.values() for link in links}
        hold_labels(connection, targets)
    connection.execute(
        _keep(field.child, tuple(field.repeated.items())), {"links": wire.dumps(rows).decode()}
    )


def refresh_record_links(
    connection: Connection, field: RecordLinksField, entity: str, ids: Collection[UUID]
) -> None:
    """Bring the facts beside links to the records `ids` of `entity` to those of their labels."""
    if ids and field.child is not None:
        given = {"entity": entity, "ids": [str(each) for each in sorted(ids)]}
        connection.execute(_refresh(field.child), given)


def repeat_in_record_links(
    connection: Connection, field: RecordLinksField, record_id: UUID
) -> None:
    """Have the links of a record follow what its lists are ordered and filtered by."""
    table = field.child
    assert table is not None
    parent = next(iter(table.c.record_id.foreign_keys)).column.table
    values = {column: parent.c[name] for column, name in field.repeated.items()}
    linked = (table.c.record_id == parent.c.id) & (parent.c.id == record_id)
    connection.execute(table.update().where(linked).values(values))


@lru_cache(maxsize=20)
def _keep(table: Table, repeated: tuple[tuple[str, str], ...]) -> TextClause:
    parent = next(iter(table.c.record_id.foreign_keys)).column.table
    columns = ", ".join(column for column, _ in repeated)
    values = ", ".join(f'p."{name}"' for _, name in repeated)
    return text(f"""
        INSERT INTO "{table.name}" (record_id, entity, target_id, position, {columns}, owner_id,
                                    stage_id, open, observer_ids, live)
        SELECT w.record_id, w.entity, w.target_id, w.position, {values}, l.owner_id,
               l.stage_id, coalesce(l.open, false), coalesce(l.observer_ids, '{{}}'),
               l.live
        FROM jsonb_to_recordset(CAST(:links AS jsonb))
             AS w (record_id uuid, entity text, target_id uuid, position smallint)
        JOIN "{parent.name}" p ON p.id = w.record_id
        JOIN LATERAL (SELECT *, {_LIVE} AS live FROM labels) l
          ON l.entity = w.entity AND l.id = w.target_id
        ON CONFLICT DO NOTHING
    """)


@lru_cache(maxsize=20)
def _refresh(table: Table) -> TextClause:
    return text(f"""
        UPDATE "{table.name}" k
        SET owner_id = b.owner_id, stage_id = b.stage_id, open = b.open,
            observer_ids = b.observer_ids, live = b.live
        FROM (SELECT id, owner_id, stage_id, coalesce(open, false) AS open,
                     coalesce(observer_ids, '{{}}') AS observer_ids,
                     {_LIVE} AS live
              FROM labels WHERE entity = :entity AND id = ANY(CAST(:ids AS uuid[]))) b
        WHERE k.target_id = b.id AND k.entity = :entity
          AND (k.owner_id, k.stage_id, k.open, k.observer_ids, k.live)
              IS DISTINCT FROM (b.owner_id, b.stage_id, b.open, b.observer_ids, b.live)
    """)
