"""What leads owns and says: potential customers on their way to becoming customers."""

from contracts.speech import EntityContract, EventContract

SERVICE = "leads"
ENTITIES = (EntityContract("lead", "leads", SERVICE),)
EVENTS = (
    EventContract("lead.created", "A lead was captured or entered."),
    EventContract("lead.updated", "Fields of a lead changed."),
    EventContract("lead.status_changed", "A lead moved to another status."),
    EventContract("lead.deleted", "A lead went to the recycle bin."),
    EventContract("lead.restored", "A lead came back from the recycle bin."),
    EventContract("lead_status.created", "A lead status was added."),
    EventContract("lead_status.updated", "A lead status was renamed, moved or changed in kind."),
    EventContract("lead_status.deleted", "A lead status was removed and its leads moved on."),
)
COMMANDS: tuple[str, ...] = ()
