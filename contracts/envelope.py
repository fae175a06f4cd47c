"""The envelope of every event, and the message that carries 1 to 200 of them."""

from __future__ import annotations

from typing import Final

from marshmallow import Schema, fields, validate

from contracts.access import ACTOR_KINDS

EVENTS_PER_MESSAGE: Final = 200
DEPTH_LIMIT: Final = 5
# What `entity.erased` and `entity.purged` tell of has no personal values any more, in any database.
ERASING_VERBS: Final = ("erased", "purged")


class ActorSchema(Schema):
    """Who caused an event."""

    kind = fields.String(required=True, validate=validate.OneOf(ACTOR_KINDS))
    id = fields.UUID(required=True, allow_none=True)
    service = fields.String(required=True)


class EventSchema(Schema):
    """One event. Fields are only ever added within a release.

    `position` is gapless per service; `record` is the record after the change with its access
    facts (`owner_id`, `stage_id`, `open`, `observer_ids`, `deleted`); `changes` maps a field to
    `[before, after]`; `silent` says that no automation may start from it.
    """

    id = fields.UUID(required=True)
    entity = fields.String(required=True)
    record_id = fields.UUID(required=True)
    record_version = fields.Integer(required=True)
    position = fields.Integer(required=True)
    schema = fields.Integer(required=True)
    name = fields.String(required=True)
    actor = fields.Nested(ActorSchema, required=True)
    root_cause = fields.UUID(required=True)
    depth = fields.Integer(required=True)
    traceparent = fields.String(required=True, allow_none=True)
    silent = fields.Boolean(required=True)
    occurred_at = fields.AwareDateTime(required=True)
    record = fields.Dict(required=True)
    changes = fields.Dict(required=True)


class MessageSchema(Schema):
    """A bus message: `{"events": [...]}` of one service, in order of position.

    `follows` has, by queue, the position of what the same listener was sent last before: one that
    has not recorded that has missed something.
    """

    events = fields.List(
        fields.Nested(EventSchema),
        required=True,
        validate=validate.Length(min=1, max=EVENTS_PER_MESSAGE),
    )
    follows = fields.Dict(keys=fields.String(), values=fields.Integer())
