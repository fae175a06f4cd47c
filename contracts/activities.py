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
        several=("Activities", "Atividades"),
    ),
    EntityContract("task", "tasks", SERVICE, title="title", several=("Tasks", "Tarefas")),
)
EVENTS = (
    EventContract("activity.created", "Somebody entered an activity, planned or done."),
    EventContract("activity.updated", "An activity was moved, completed, cancelled or linked."),
    EventContract("activity.deleted", "An activity went to the recycle bin."),
    EventContract("activity.restored", "An activity came back from the recycle bin."),
    EventContract("activity.purged", "An activity is gone for good, out of the recycle bin."),
    EventContract("activity.erased", "What was personal in it was erased; the rest is in the bin."),
    EventContract(
        "activity_times.changed",
        "Another activity is the last done about a record, or the next planned.",
    ),
    EventContract("task.created", "A task was given to somebody, or to oneself."),
    EventContract(
        "task.updated", "A task was changed, ticked off, moved, handed over or reopened."
    ),
    EventContract("task.finished", "A task was done, each time that it is."),
    EventContract("task.deleted", "A task went to the recycle bin."),
    EventContract("task.restored", "A task came back from the recycle bin."),
    EventContract("task.purged", "A task is gone for good, out of the recycle bin."),
    EventContract("task.erased", "What was personal in it was erased; the rest is in the bin."),
)
# What owners of records copy from `activity_times.changed`, and where they note its version.
TIMES = ("next_activity_at", "last_activity_at")
TIMES_VERSION = "activity_times_version"
COMMANDS = ("timeline", "notifications", "mark_notification", "mark_notifications")
