"""The recycle bin: what was deleted of each kind, and bringing it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from chassis.errors import Malformed
from contracts.access import Level
from gateway import parameters
from gateway.answers import Answer
from gateway.pages.house import House
from gateway.pages.lists import PAGE
from gateway.pages.naming import names_of
from gateway.pages.navigation import navigation, plural_label
from gateway.pages.undoing import MOST, done_to_each
from gateway.pages.viewer import viewer_of
from gateway.permissions import Granted, SignedIn
from gateway.registry import Route

if TYPE_CHECKING:
    from contracts.speech import EntityContract
    from gateway.asked import Asked

PATH: Final = "/bin"
_LIMIT: Final = 25
# What the API keeps deleted records for when the organisation says nothing else.
_DEFAULT_DAYS: Final = 30
_QUERY: Final = tuple(each for each in parameters.LIST if each.name in ("q", "cursor"))


def bin_page(house: House) -> Iterator[Route]:
    """The page around the bins of all kinds."""
    yield Route(
        method="GET", path=PATH, name="pages.bin", area="pages", page=True, permission=SignedIn(),
        summary="What was deleted and can be brought back", replies=PAGE,
        parameters=tuple(each for each in _QUERY if each.name == "q"),
        answer=lambda asked: _page(house, asked),
    )  # fmt: skip


def bin_pages(house: House, entity: EntityContract) -> Iterator[Route]:
    """The bin of one kind, which comes after the page, and bringing records back from it."""
    named = f"pages.{entity.plural}"
    yield Route(
        method="GET", path=f"/{entity.plural}/bin", name=f"{named}.bin", area="pages", page=True,
        summary=f"Deleted {entity.plural}", permission=Granted(entity.name, "read"),
        parameters=_QUERY, replies=PAGE, answer=lambda asked: _rows(house, entity, asked),
    )  # fmt: skip
    yield Route(
        method="POST", path=f"/{entity.plural}/bin/restore", name=f"{named}.bin.restore",
        area="pages", page=True, summary=f"Bring {entity.plural} back", writes=True,
        permission=Granted(entity.name, "delete"), repeatable=True, replies=PAGE,
        renews=entity.setting is not None, answer=lambda asked: _restore(house, entity, asked),
    )  # fmt: skip


def _page(house: House, asked: Asked) -> Answer:
    assert asked.user is not None
    places = navigation(asked.user.rights, viewer_of(asked))
    return house.page(asked, "bin.html", places=places, q=asked.query.get("q") or "",
                      days=_days(asked))  # fmt: skip


def _rows(house: House, entity: EntityContract, asked: Asked, **said: Any) -> Answer:
    found = _deleted(asked, entity)
    names = names_of(
        asked, [("user", r["deleted_by"]) for r in found["items"] if r.get("deleted_by")]
    )
    assert asked.user is not None
    return house.page(
        asked, "bin_rows.html", entity=entity, page=found, names=names,
        label=plural_label(entity, viewer_of(asked)), q=asked.query.get("q") or "",
        further=asked.query.get("cursor") is not None, kept_until=_kept_until(_days(asked)),
        may_restore=asked.user.rights.anywhere(entity.name, "delete") is not Level.none,
        **{"restored": [], "failed": [], **said},
    )  # fmt: skip


def _deleted(asked: Asked, entity: EntityContract) -> Mapping[str, Any]:
    query = {"deleted": True, "limit": _LIMIT, **asked.query}
    found: Mapping[str, Any] = asked.call(
        entity.service, "list", {"entity": entity.name, "query": query}
    )
    return found


def _restore(house: House, entity: EntityContract, asked: Asked) -> Answer:
    def act(keyed: Asked, identifier: str) -> Any:
        return keyed.call(entity.service, "restore", {"entity": entity.name, "id": identifier})

    done, failed = done_to_each(asked, _ids(asked), act)
    if asked.form.get("from") == "bin":
        restored = [(identifier, _title(entity, reply)) for identifier, reply in done]
        return _rows(house, entity, asked, restored=restored, failed=failed)
    return Answer({"done": len(done), "failed": failed})


def _title(entity: EntityContract, reply: Mapping[str, Any]) -> str:
    record = reply.get("record", reply)
    return str(record.get(entity.title) or f"#{record.get('number', '')}")


def _ids(asked: Asked) -> list[str]:
    given = [part for text in asked.form.getlist("ids") for part in text.split(",") if part]
    try:
        ids = list(dict.fromkeys(str(UUID(part)) for part in given))
    except ValueError:
        raise Malformed("Nothing is selected.") from None
    if not 0 < len(ids) <= MOST:
        raise Malformed(f"Select between 1 and {MOST}.")
    return ids


def _days(asked: Asked) -> int:
    assert asked.user is not None
    return int(asked.user.rights.organisation.settings.get("bin_days") or _DEFAULT_DAYS)


def _kept_until(days: int) -> Any:
    def until(deleted_at: str) -> str:
        return (datetime.fromisoformat(deleted_at) + timedelta(days=days)).isoformat()

    return until
