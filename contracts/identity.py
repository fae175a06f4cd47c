"""What identity owns and says: people, how they are grouped, and what their roles allow."""

from contracts.speech import EntityContract, EventContract

SERVICE = "identity"
ENTITIES = (
    EntityContract("user", "users", SERVICE, setting="users", several=("Users", "Usuários")),
    EntityContract(
        "department",
        "departments",
        SERVICE,
        setting="users",
        several=("Departments", "Departamentos"),
    ),
    EntityContract("group", "groups", SERVICE, setting="users", several=("Groups", "Grupos")),
    EntityContract(
        "role", "roles", SERVICE, title="code", setting="roles", several=("Roles", "Papéis")
    ),
)
EVENTS = (
    EventContract("user.created", "A user was added."),
    EventContract("user.updated", "A user's name, place, roles or activity changed."),
    EventContract("user.deleted", "A user went to the recycle bin."),
    EventContract("user.restored", "A user came back from the recycle bin."),
    EventContract("user.erased", "What was personal in it was erased; the rest is in the bin."),
    EventContract("user.purged", "A user is gone for good, out of the recycle bin."),
    EventContract("user.second_factor_enabled", "A user signs in with a code, too."),
    EventContract("user.second_factor_disabled", "A user signs in without a code again."),
    EventContract("user.view_begun", "An administrator began to look at Rapport as the user."),
    EventContract("user.view_ended", "An administrator looks as the user no longer."),
    EventContract("department.created", "A department was added."),
    EventContract("department.updated", "A department was renamed, moved or got another head."),
    EventContract("department.deleted", "A department was removed."),
    EventContract("department.restored", "A department came back."),
    EventContract("department.purged", "A department is gone for good, out of the recycle bin."),
    EventContract("group.created", "A user or project group was added."),
    EventContract("group.updated", "A group's name or members changed."),
    EventContract("group.deleted", "A group was removed."),
    EventContract("group.restored", "A group came back."),
    EventContract("group.purged", "A group is gone for good, out of the recycle bin."),
    EventContract("role.created", "A role was added."),
    EventContract("role.updated", "A role's grants or holders changed."),
    EventContract("role.deleted", "A role was removed."),
    EventContract("role.restored", "A role came back."),
    EventContract("role.purged", "A role is gone for good, out of the recycle bin."),
    EventContract("view.created", "A view of a list was saved."),
    EventContract("view.updated", "A view was changed, or shared otherwise."),
    EventContract("view.deleted", "A view was removed."),
    EventContract("view.restored", "A view came back."),
    EventContract("organisation.updated", "The organisation's settings changed."),
)
COMMANDS = ("login", "logout", "explain")
