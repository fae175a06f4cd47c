"""What activities owns and says: what people did about a record, and what the system noted."""

from contracts.speech import EntityContract, EventContract

SERVICE = "activities"
ENTITIES = (EntityContract("activity", "activities", SERVICE, title="subject", listed=False),)
EVENTS = (EventContract("activity.created", "An activity was noted."),)
COMMANDS: tuple[str, ...] = ()
