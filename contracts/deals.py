"""What deals owns and says: the business one hopes for, and the pipelines it goes through."""

from contracts.speech import EntityContract, EventContract

SERVICE = "deals"
ENTITIES = (
    EntityContract(
        "deal", "deals", SERVICE, title="title", pipelined=True, several=("Deals", "Negócios")
    ),
)
EVENTS = (
    EventContract("deal.created", "A deal was opened."),
    EventContract("deal.updated", "Fields of a deal, or its contacts, changed."),
    EventContract("deal.stage_changed", "A deal moved to another stage."),
    EventContract("deal.deleted", "A deal went to the recycle bin."),
    EventContract("deal.restored", "A deal came back from the recycle bin."),
    EventContract("deal.erased", "What was personal in it was erased; the rest is in the bin."),
    EventContract("deal.purged", "A deal is gone for good, out of the recycle bin."),
    EventContract("deal_stage.created", "A stage was added to a pipeline.", schema=2),
    EventContract(
        "deal_stage.updated", "A stage was renamed, moved, or demands something else.", schema=2
    ),
    EventContract("deal_stage.deleted", "A stage was removed and its deals moved on.", schema=2),
    EventContract("pipeline.created", "A pipeline was added."),
    EventContract("pipeline.updated", "A pipeline was renamed or moved."),
    EventContract("pipeline.deleted", "A pipeline was removed and its deals moved on."),
)
COMMANDS = ("create_pipeline", "update_pipeline", "delete_pipeline")
# The kinds of activity that a stage may demand to have been done.
DEMANDED_ACTIVITIES = ("call", "email", "meeting", "note", "message")
