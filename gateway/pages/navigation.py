"""Where one can go: every entity of the catalogue that the viewer may read, without naming any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chassis.access.rights import Rights
from contracts.access import SETTINGS, Level
from contracts.catalogue import ENTITIES
from contracts.speech import EntityContract
from gateway.routes.statuses import STAGED

if TYPE_CHECKING:
    from gateway.pages.viewer import Viewer
    from gateway.sessions import SignedInUser

# How a kind of record is drawn; one that is not named here is drawn as a folder.
_ICONS: Final = {
    "lead": "target-arrow", "contact": "address-book", "company": "building", "deal": "coins",
    "activity": "calendar-event", "task": "checkbox", "user": "users", "department": "hierarchy",
    "group": "users-group", "role": "shield-lock",
}  # fmt: skip
_ORDER: Final = ("lead", "deal", "contact", "company", "task", "activity")


@dataclass(frozen=True)
class Place:
    """An entry of the menu. `administration` ones stand apart."""

    entity: EntityContract
    label: str
    icon: str
    may_add: bool
    administration: bool
    board: bool

    @property
    def path(self) -> str:
        """Where its list is."""
        return f"/{self.entity.plural}"

    @property
    def new_label(self) -> str:
        """An English text: what it is to make one."""
        return f"New {self.entity.name.replace('_', ' ')}"


def navigation(rights: Rights, viewer: Viewer) -> list[Place]:
    """The menu of whoever has `rights`."""
    known = sorted(ENTITIES.values(), key=_place)
    return [
        _entry(entity, rights, viewer)
        for entity in known
        if entity.listed and rights.anywhere(entity.name, "read") is not Level.none
        if entity.setting is None or rights.may_set(entity.setting)
    ]


def administers(rights: Rights) -> bool:
    """Whether there is anything for them to set up."""
    return any(rights.may_set(setting) for setting in SETTINGS)


def viewed_by(user: SignedInUser) -> str | None:
    """Who looks as `user` does, if it is not they themselves."""
    viewer = user.session.actor.viewed_by
    found = user.rights.organisation.users.get(viewer) if viewer else None
    return found.name if found else None


def icon_of(entity: str) -> str:
    """How a kind of record is drawn."""
    return _ICONS.get(entity, "folder")


def plural_label(entity: EntityContract, viewer: Viewer) -> str:
    """What several of them are called."""
    return viewer.labelled(entity.plural_labels)


def has_board(entity: EntityContract) -> bool:
    """Whether its records stand in stages."""
    return entity.pipelined or entity.name in STAGED


def _entry(entity: EntityContract, rights: Rights, viewer: Viewer) -> Place:
    return Place(
        entity,
        plural_label(entity, viewer),
        icon_of(entity.name),
        rights.anywhere(entity.name, "add") is not Level.none,
        entity.setting is not None,
        has_board(entity),
    )


def _place(entity: EntityContract) -> int:
    return _ORDER.index(entity.name) if entity.name in _ORDER else len(_ORDER)
