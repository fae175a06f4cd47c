"""What identity owns and says: people, how they are grouped, and what their roles allow."""

from contracts.speech import EntityContract, EventContract

SERVICE = "identity"
ENTITIES = (
    EntityContract("user", "users", SERVICE, title="name", setting="users"),
    EntityContract("department", "departments", SERVICE, title="name", setting="users"),
    EntityContract("group", "groups", SERVICE, title="name", setting="users"),
    EntityContract("role", "roles", SERVICE, title="code", setting="roles"),
)
EVENTS = (
    EventContract("user.created", "A user was added."),
    EventContract("user.updated", "A user's name, place, roles or activity changed."),
    EventContract("user.deleted", "A user went to the recycle bin."),
    EventContract("user.restored", "A user came back from the recycle bin."),
    EventContract("department.created", "A department was added."),
    EventContract("department.updated", "A department was renamed, moved or got another head."),
    EventContract("department.deleted", "A department was removed."),
    EventContract("department.restored", "A department came back."),
    EventContract("group.created", "A user or project group was added."),
    EventContract("group.updated", "A group's name or members changed."),
    EventContract("group.deleted", "A group was removed."),
    EventContract("group.restored", "A group came back."),
    EventContract("role.created", "A role was added."),
    EventContract("role.updated", "A role's grants or holders changed."),
    EventContract("role.deleted", "A role was removed."),
    EventContract("role.restored", "A role came back."),
    EventContract("organisation.updated", "The organisation's settings changed."),
)
COMMANDS = ("login", "logout", "explain")
