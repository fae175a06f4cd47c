"""What activities owns and says: what people do about records and are to do, what was noted."""

from contracts.speech import EntityContract, EventContract

SERVICE = "activities"
ENTITIES = (
    EntityContract(
        "activity",
        "activities",
        SERVICE,
        title="subject",
        linked=("lead", "contact", "company", "deal"),
    ),
    EntityContract("task", "tasks", SERVICE, title="title"),
)
EVENTS = (
    EventContract("activity.created", "Somebody entered an activity, planned or done."),
    EventContract("activity.updated", "An activity was moved, completed, cancelled or linked."),
    EventContract("activity.deleted", "An activity went to the recycle bin."),
    EventContract("activity.restored", "An activity came back from the recycle bin."),
    EventContract("task.created", "A task was given to somebody, or to oneself."),
    EventContract(
        "task.updated", "A task was changed, ticked off, moved, handed over or reopened."
    ),
    EventContract("task.finished", "A task was done, each time that it is."),
    EventContract("task.deleted", "A task went to the recycle bin."),
    EventContract("task.restored", "A task came back from the recycle bin."),
)
COMMANDS = ("timeline", "notifications", "mark_notification", "mark_notifications")
