"""What a route demands before a service is asked: nothing, a session, a grant or a setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from chassis.access.rights import Rights
from chassis.errors import NotFound


@dataclass(frozen=True, slots=True)
class Public:
    """Open to everyone."""

    signed_in = False

    def require(self, rights: Rights) -> None:
        """Nothing is required."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Open to every active user; the service decides the rest."""

    signed_in = True

    def require(self, rights: Rights) -> None:
        """A session is enough."""


@dataclass(frozen=True, slots=True)
class Own:
    """Open to every active user for what is theirs, as far as the scopes of their token go."""

    subject: str
    operation: str
    signed_in = True

    def require(self, rights: Rights) -> None:
        """Raise Forbidden when the token does not allow the operation."""
        rights.require_own(self.subject, self.operation)


@dataclass(frozen=True, slots=True)
class Granted:
    """Open to users whose roles grant `operation` on `entity` in any stage."""

    entity: str
    operation: str
    signed_in = True

    def require(self, rights: Rights) -> None:
        """Raise Forbidden when no role grants the operation in any stage."""
        rights.require(self.entity, self.operation)


@dataclass(frozen=True, slots=True)
class Holding:
    """Open to users who hold `setting`."""

    setting: str
    signed_in = True

    def require(self, rights: Rights) -> None:
        """Raise Forbidden when no role gives the setting."""
        rights.require_setting(self.setting)


@dataclass(frozen=True, slots=True)
class Concealed:
    """Open to users who hold any of `settings`; for everybody else there is nothing here."""

    settings: tuple[str, ...]
    signed_in = True

    def require(self, rights: Rights) -> None:
        """Raise NotFound, as for a path that is nobody's, when no role gives any of them."""
        if not any(rights.may_set(setting) for setting in self.settings):
            raise NotFound("There is nothing here.", code="no_such_path")


Permission: TypeAlias = Public | SignedIn | Own | Granted | Holding | Concealed
