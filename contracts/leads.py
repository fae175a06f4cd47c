"""What leads owns and says: potential customers on their way to becoming customers."""

from contracts.speech import EntityContract, EventContract

SERVICE = "leads"
ENTITIES = (EntityContract("lead", "leads", SERVICE, title="title", several=("Leads", "Leads")),)
EVENTS = (
    EventContract("lead.created", "A lead was captured or entered."),
    EventContract("lead.updated", "Fields of a lead changed."),
    EventContract("lead.status_changed", "A lead moved to another status."),
    EventContract("lead.converted", "A lead became a contact, company or deal, and is closed."),
    EventContract("lead.conversion_failed", "A conversion was given up; what it made is undone."),
    EventContract("lead.conversion_undone", "A conversion was undone and its lead reopened."),
    EventContract("lead.deleted", "A lead went to the recycle bin."),
    EventContract("lead.restored", "A lead came back from the recycle bin."),
    EventContract("lead.erased", "What was personal in it was erased; the rest is in the bin."),
    EventContract("lead.purged", "A lead is gone for good, out of the recycle bin."),
    EventContract("lead_status.created", "A lead status was added.", schema=2),
    EventContract(
        "lead_status.updated", "A lead status was renamed, moved or changed in kind.", schema=2
    ),
    EventContract(
        "lead_status.deleted", "A lead status was removed and its leads moved on.", schema=2
    ),
)
COMMANDS = ("convert", "conversion", "undo_conversion")
