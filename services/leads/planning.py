"""What a conversion will write, decided before anything is: values, links, responsible person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from chassis.errors import Fault, Malformed
from chassis.sagas.definition import made_id
from services.leads.mapping import mapped_values
from services.leads.wishes import CREATE, Wish

if TYPE_CHECKING:
    from chassis.context import Context

# The fields that the conversion itself fills with what it makes or links.
LINKS: Final = {
    "company": ("lead_id",),
    "contact": ("lead_id", "companies"),
    "deal": ("lead_id", "company_id", "contacts"),
}


@dataclass(slots=True)
class Plan:
    """`values` are those of what is made, `links` the names among them that the conversion fills
    itself; `ids` are of all targets, made and linked. `inherits` are the targets that have the
    lead's responsible person."""

    ids: dict[str, str]
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    links: dict[str, tuple[str, ...]] = field(default_factory=dict)
    inherits: set[str] = field(default_factory=set)

    def checked(self, target: str) -> dict[str, Any]:
        """The values as the owner of `target` can check them: without links to what is not yet."""
        links = self.links[target]
        return {name: value for name, value in self.values[target].items() if name not in links}

    def disinherit(self, target: str) -> None:
        """Leave `target` to whoever converts, in place of the lead's responsible person."""
        self.inherits.remove(target)
        del self.values[target]["owner_id"]


def plan_conversion(
    context: Context,
    conversion: UUID,
    lead: Mapping[str, Any],
    wishes: Mapping[str, Wish],
) -> Plan:
    """The plan for `lead` (in wire form, as far as the caller sees it)."""
    plan = Plan({
        target: str(wish.id or made_id(conversion, target)) for target, wish in wishes.items()
    })  # fmt: skip
    for target, wish in wishes.items():
        if wish.mode != CREATE:
            continue
        if "id" in wish.values:
            fault = Fault(f"/{target}/create/id", "unknown_field", "No such field.")
            raise Malformed("The body cannot be understood.", faults=[fault])
        own = mapped_values(target, lead, with_contact="contact" in wishes)
        links = _links(target, lead, plan.ids)
        offered = {**own, **_owner(context, target, lead), **links}
        allowed = {
            name: value
            for name, value in offered.items()
            if context.rights.field(target, name) == "edit"
        }
        plan.values[target] = {**allowed, **wish.values}
        if "owner_id" in allowed and "owner_id" not in wish.values:
            plan.inherits.add(target)
        plan.links[target] = tuple(n for n in links if n in allowed and n not in wish.values)
    return plan


def _links(target: str, lead: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    links: dict[str, Any] = {"lead_id": lead["id"]}
    if target == "contact" and "company" in ids:
        links["companies"] = [{"id": ids["company"], "role": lead.get("position"), "primary": True}]
    if target == "deal" and "company" in ids:
        links["company_id"] = ids["company"]
    if target == "deal" and "contact" in ids:
        links["contacts"] = [{"id": ids["contact"], "primary": True}]
    return {name: links[name] for name in LINKS[target] if name in links}


def _owner(context: Context, target: str, lead: Mapping[str, Any]) -> dict[str, Any]:
    """The lead's responsible person, where the caller may choose them in any stage; the owner of
    `target` knows in which one it begins."""
    owner = lead.get("owner_id")
    if owner is None:
        return {}
    rights, organisation = context.rights, context.organisation
    user = organisation.users.get(UUID(owner))
    reached = rights.owners(rights.anywhere(target, "add"))
    fits = user is not None and user.active and (reached is None or user.id in reached)
    return {"owner_id": owner} if fits else {}
