"""What levels, operations, settings and switches are called. All of it is English text."""

from __future__ import annotations

from typing import Final

# Level by level: its name, and how far it reaches.
LEVELS: Final = {
    "none": ("Nothing", "No record at all."),
    "own": ("Own", "Records one is responsible for. To see, also those one observes."),
    "department": ("Department", "Own ones, and those of colleagues in the same departments."),
    "subdepartments": ("Department and below", "Also those of all departments below."),
    "open": ("… and open ones", "Also those that are marked as open to all."),
    "all": ("All", "Every record of the organisation."),
}
OPERATION_NAMES: Final = {
    "read": "See", "add": "Create", "update": "Change", "delete": "Delete", "import": "Import",
    "export": "Export",
}  # fmt: skip
FIELD_NAMES: Final = {"edit": "See and change", "read": "See only", "hidden": "Hidden"}
SETTING_NAMES: Final = {
    "users": ("Users", "People, departments and groups."),
    "roles": ("Roles", "What others may do, never more than one may oneself."),
    "fields": ("Fields", "Fields of one's own making."),
    "lists": ("Lists", "What can be chosen in selection lists."),
    "pipelines": ("Pipelines", "Pipelines, their stages, lead statuses and their rules."),
    "forms": ("Forms", "How forms are laid out."),
    "tokens": ("API tokens of others", "Ending the API tokens of other people."),
    "audit": ("Audit", "The audit log, its verification, and events that failed."),
    "integrations": ("Integrations", "What other systems are told."),
    "organisation": ("Organisation", "Its name, currency, time zone, hours and holidays."),
}
SWITCH_NAMES: Final = {
    "automation": ("Automation", "May set up what happens by itself."),
    "hide_totals": ("Hide totals", "Sees no totals in lists, boards and reports."),
    "reopen": ("Reopen", "May take a closed record back into a stage that is not final."),
}
ABOUT_RULES: Final = {
    "administrator": "It allows everything.",
    "setting": "By the setting.",
    "stage": "By its exception for the stage.",
    "grant": "By its level.",
    "silence": "It says nothing of this.",
}
