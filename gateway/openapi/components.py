"""Schemas that do not depend on an entity."""

from __future__ import annotations

from typing import Any, Final

from contracts.access import OPERATIONS, SETTINGS

_TEXT: Final = {"type": "string"}
_MAYBE_TEXT: Final = {"type": ["string", "null"]}
_ID: Final = {"type": "string", "format": "uuid"}
_MOMENT: Final = {"type": "string", "format": "date-time"}
_MAYBE_MOMENT: Final = {"type": ["string", "null"], "format": "date-time"}
_COUNT: Final = {"type": "integer", "minimum": 0}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: str, /, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


def _items(of: dict[str, Any]) -> dict[str, Any]:
    return _object("items", items={"type": "array", "items": of})


_NAMED: Final = {
    "description": "Names, separated by commas or as a list.",
    "anyOf": [_MAYBE_TEXT, {"type": "array", "items": _TEXT}],
}
_NAMES: Final = {"type": "object", "additionalProperties": _TEXT}
_KIND: Final = {"enum": ["process", "success", "failure"]}
_PROBABILITY: Final = {"type": ["integer", "null"], "minimum": 0, "maximum": 100}
_STATUS: Final = {
    "name": _TEXT, "names": _NAMES, "kind": _KIND, "probability": _PROBABILITY,
    "position": {"type": "integer"}, "required_activity": _MAYBE_TEXT,
    "maximum_days": {"type": ["integer", "null"], "minimum": 0, "maximum": 3650},
    "required_fields": {"type": ["array", "null"], "items": _TEXT},
}  # fmt: skip

_WISH: Final = {
    "description": "Make a record of these values (else the lead's), link one, or neither.",
    "type": ["object", "null"],
    "properties": {"create": {"type": "object"}, "link": _ID, "skip": {"const": True}},
    "minProperties": 1,
    "maxProperties": 1,
    "additionalProperties": False,
}
_TARGET: Final = {
    "type": ["object", "null"],
    "properties": {"id": _ID, "mode": {"enum": ["create", "link"]}},
    "required": ["id", "mode"],
}
_OFFER: Final = _object(
    "values fills known duplicates refused", values={"type": "object"},
    fills={"type": "array", "items": _TEXT,
           "description": "Fields that the conversion fills with what else it makes."},
    known={"type": ["string", "null"], "format": "uuid",
           "description": "What the lead belongs to already."},
    duplicates={"type": "array", "items": _object(
        "entity strength id", entity=_TEXT, strength={"enum": ["strong", "medium"]},
        id={"type": ["string", "null"], "format": "uuid"}, name=_MAYBE_TEXT,
        shared={"type": "array", "items": _TEXT}, ask=_MAYBE_TEXT)},
    refused={**_MAYBE_TEXT, "description": "The code of what stands against making one."},
)  # fmt: skip
_PIPELINE: Final = {"name": _TEXT, "names": _NAMES, "position": {"type": "integer"}}

SCHEMAS: Final[dict[str, Any]] = {
    "ConversionCreate": {
        "type": "object",
        "properties": {"id": {"type": ["string", "null"], "format": "uuid"},
                       "contact": _WISH, "company": _WISH, "deal": _WISH,
                       "duplicates": {"enum": ["allow", "refuse", None]}},
        "additionalProperties": False,
    },
    "Conversion": _object(
        "id type lead_id state contact company deal failure remaining undo_until",
        id=_ID, type={"const": "conversion"}, lead_id=_ID,
        state={"enum": ["running", "done", "undoing", "undone", "failed", "needs_attention"]},
        contact=_TARGET, company=_TARGET, deal=_TARGET,
        failure={"type": ["object", "null"]},
        remaining={"type": "array", "items": _object("type id code", type=_TEXT, id=_ID,
                                                     code=_TEXT)},
        created_by={"type": ["string", "null"], "format": "uuid"}, created_at=_MOMENT,
        finished_at=_MAYBE_MOMENT, undo_until=_MAYBE_MOMENT,
    ),
    "ConversionOffer": _object("contact company deal", contact=_OFFER, company=_OFFER, deal=_OFFER),
    "Problem": _object(
        "type title status detail instance code errors",
        type=_TEXT, title=_TEXT, status={"type": "integer"}, detail=_TEXT, instance=_TEXT,
        code=_TEXT, request_id=_TEXT,
        errors={"type": "array", "items": _object("pointer code detail", pointer=_TEXT, code=_TEXT,
                                                  detail=_TEXT)},
    ),
    "Filter": {
        "type": "object",
        "description": 'Fields with a value or operators, and `and`, `or`, `not`, five deep: '
                       '`{"status": "new", "amount": {"gte": "100"}}`.',
    },
    "Query": {
        "type": "object",
        "description": "What a list takes as parameters; null is as good as absent.",
        "properties": {
            "limit": {"type": ["integer", "null"], "minimum": 1, "maximum": 500},
            "cursor": _MAYBE_TEXT,
            "sort": _NAMED,
            "filter": {"anyOf": [_ref("Filter"), {"type": "null"}]},
            "q": _MAYBE_TEXT,
            "fields": _NAMED,
            "include": _NAMED,
            "count": {"enum": ["none", "estimate", "exact", None]},
        },
        "additionalProperties": False,
    },
    "OutOfSight": {
        **_object("id version", id=_ID, version={"type": "integer"}),
        "description": "The write was made, and ended one's own right to read the record.",
    },
    "History": _object(
        "items next_cursor",
        items={"type": "array", "items": _object(
            "id version occurred_at changes", id=_ID, name=_TEXT, version={"type": "integer"},
            occurred_at=_MOMENT, actor={"type": "object"}, changes={"type": "object"})},
        next_cursor={"type": ["string", "null"]},
    ),
    "Event": _object(
        "id name service entity record_id version occurred_at actor changes record",
        id=_ID, name=_TEXT, service=_TEXT, entity=_TEXT, record_id=_ID,
        version={"type": "integer"}, occurred_at=_MOMENT, actor={"type": "object"},
        changes={"type": "object"}, record={"type": "object"}),
    "EventPage": _object(
        "items next_cursor more unavailable",
        items={"type": "array", "items": _ref("Event")},
        next_cursor=_TEXT, more={"type": "boolean"},
        unavailable={"type": "array", "items": _TEXT},
    ),
    "PastEventPage": _object(
        "items next_cursor unavailable",
        items={"type": "array", "items": _ref("Event")},
        next_cursor=_MAYBE_TEXT,
        unavailable={"type": "array", "items": _TEXT,
                     "description": "The services that are away, whose events are missing."},
    ),
    "EntitySchema": {"type": "object"},
    "Status": _object("id code name kind probability position", id=_ID, code=_TEXT, **_STATUS),
    "StatusList": _items(_ref("Status")),
    "StatusCreate": {**_object("code kind", code=_TEXT, **_STATUS), "additionalProperties": False},
    "StatusChange": {"type": "object", "properties": _STATUS, "additionalProperties": False},
    "Pipeline": _object("id code name position stages", id=_ID, code=_TEXT, **_PIPELINE,
                        version={"type": "integer"},
                        stages={"type": "array", "items": _ref("Status")}),
    "PipelineList": _items(_ref("Pipeline")),
    "PipelineCreate": {**_object("code", code=_TEXT, **_PIPELINE,
                                 stages={"type": ["array", "null"], "items": _ref("StatusCreate")}),
                       "additionalProperties": False},
    "PipelineChange": {"type": "object", "properties": _PIPELINE, "additionalProperties": False},
    "Stays": _items(_object(
        "stage_id stage name kind pipeline_id entered_at left_at seconds actor",
        stage_id=_ID, stage=_TEXT, name=_TEXT, kind=_KIND,
        pipeline_id={"type": ["string", "null"], "format": "uuid"}, entered_at=_MOMENT,
        left_at=_MAYBE_MOMENT, seconds=_COUNT, actor={"type": ["object", "null"]},
        reason=_MAYBE_TEXT)),
    "Total": _object("amount currency", amount=_TEXT, currency=_TEXT),
    "Report": _object(
        "groups more",
        groups={"type": "array", "items": _object(
            "key figures filter",
            key={"type": "object",
                 "description": "Its value of what was grouped by; of a period the first day."},
            figures={"type": "object", "additionalProperties": {
                "anyOf": [{"type": ["integer", "string", "null"]}, _ref("MoneyFigure")]}},
            filter={**_ref("Filter"), "description": "With the same `q` it lists the rows."})},
        more={"type": "boolean"},
    ),
    "MoneyFigure": _object(
        "base by_currency without_rate", base=_ref("MaybeTotal"),
        by_currency={"type": "array", "items": _ref("MaybeTotal")},
        without_rate={**_COUNT, "description": "Rows that `base` leaves out."},
    ),
    "MaybeTotal": _object("amount currency", amount=_MAYBE_TEXT, currency=_TEXT),
    "Notification": _object(
        "id type kind record actor data created_at read_at", id=_ID, type={"const": "notification"},
        kind={"enum": ["assigned", "mentioned", "task_due", "reminder"]},
        record={**_object("type id name", type=_TEXT, name=_MAYBE_TEXT,
                          id={"type": ["string", "null"], "format": "uuid"}),
                "description": "Without id and name when you may not read it, or not any more."},
        actor={"type": ["object", "null"],
               "properties": {"id": _ID, "name": _MAYBE_TEXT}, "required": ["id", "name"]},
        data={"type": "object"}, created_at=_MOMENT, read_at=_MAYBE_MOMENT,
    ),
    "NotificationPage": _object(
        "items next_cursor unread", items={"type": "array", "items": _ref("Notification")},
        next_cursor=_MAYBE_TEXT, unread=_COUNT,
    ),
    "Unread": _object("unread", unread=_COUNT),
    "JobTicket": _object("job", job=_TEXT),
    "Job": _object("state done total", id=_TEXT, state=_TEXT, done=_COUNT,
                   total={"type": ["integer", "null"]}, errors_url={"type": ["string", "null"]},
                   result={}),
    "ManyChange": {
        "description": "Either ids, or a filter that at most 500 of them match.",
        "type": "object",
        "properties": {
            "ids": {"type": "array", "items": _ID, "minItems": 1, "maxItems": 500},
            "filter": _ref("Filter"),
            "action": {"enum": ["update", "delete", "restore"]},
            "changes": {"type": ["object", "null"], "description": "What an update writes."},
        },
        "required": ["action"],
        "oneOf": [{"required": ["ids"]}, {"required": ["filter"]}],
        "additionalProperties": False,
    },
    "ManyOutcome": {
        **_object("done refused left outcomes", done=_COUNT, refused=_COUNT, left=_COUNT,
                  outcomes={"type": "array", "items": _object(
                      "id outcome", id=_ID, outcome={"enum": ["done", "refused", "left"]},
                      version={"type": "integer"}, status={"type": "integer"}, code=_TEXT,
                      detail=_TEXT, errors={"type": "array", "items": {"type": "object"}})}),
        "description": "The `result` of a job that changes many records: each has its outcome.",
    },
    "Transfer": {
        **_object("to", to={"description": "A user; or a user for each kind of record.",
                            "anyOf": [_ID, {"type": "object", "additionalProperties": _ID}]},
                  only_open={"type": ["boolean", "null"],
                             "description": "Leave what is closed with who closed it."}),
        "additionalProperties": False,
    },
    "SignedIn": _object("token expires_at user", token=_TEXT, expires_at=_MOMENT,
                        user={"type": "object"}),
    "Me": {"type": "object"},
    "Token": _object("id name scopes", id=_ID, name=_TEXT,
                     scopes={"type": ["array", "null"], "items": _TEXT},
                     created_at=_MOMENT, used_at=_MAYBE_MOMENT, expires_at=_MAYBE_MOMENT),
    "TokenList": _items(_ref("Token")),
    "NewToken": _object("id token", id=_ID, token=_TEXT),
    "Organisation": {"type": "object"},
    "OrganisationChange": {"type": "object"},
    "Explanation": _object("allowed level", allowed={"type": "boolean"}, level=_TEXT,
                           entity=_TEXT, operation={"enum": list(OPERATIONS)},
                           setting={"enum": [*SETTINGS, None]}),
    "Live": _object("live", live={"type": "boolean"}),
    "Readiness": _object("ready services", ready={"type": "boolean"},
                         organisation={"type": "object"},
                         services={"type": "object", "additionalProperties": _object(
                             "ready checks", ready={"type": "boolean"},
                             checks={"type": "object"})}),
}  # fmt: skip
