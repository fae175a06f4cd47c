"""What activities owns and says: what people do about records, and what the system noted."""

from contracts.speech import EntityContract, EventContract

SERVICE = "activities"
ENTITIES = (
    EntityContract(
        "activity", "activities", SERVICE, linked=("lead", "contact", "company", "deal")
    ),
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
)
# What owners of records copy from `activity_times.changed`, and where they note its version.
TIMES = ("next_activity_at", "last_activity_at")
TIMES_VERSION = "activity_times_version"
COMMANDS = ("timeline",)
