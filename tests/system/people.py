"""A small sales organisation, made through the API as an administrator would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from tests.system.client import Client
from tests.system.platform import Platform

PASSWORD = "a long pass phrase"
ZONE = ZoneInfo("America/Sao_Paulo")


def today() -> date:
    """The day it is for these people."""
    return datetime.now(ZONE).date()


@dataclass
class People:
    """Signed-in clients: two departments, a head of the first, sellers in both, a chief."""

    administrator: Client
    chief: Client
    head: Client
    ana: Client
    bruno: Client
    carla: Client
    departments: dict[str, dict[str, Any]]


def make_person(
    platform: Platform, administrator: Client, name: str, role: str | None, departments: list[str]
) -> Client:
    """A new user with one role, signed in."""
    email = f"{name.lower()}.{uuid4().hex[:8]}@example.com"
    administrator.made(
        "/users",
        {
            "email": email,
            "name": name,
            "password": PASSWORD,
            "department_ids": departments,
            "role_codes": [role] if role else [],
            "locale": "en",
            "time_zone": ZONE.key,
        },
    )
    return platform.client(email, PASSWORD)


def make_people(platform: Platform) -> People:
    """Sales with North and South below it; Ana and Bruno sell in North, Carla in South."""
    administrator = platform.administrator()
    departments: dict[str, dict[str, Any]] = {}
    for name, parent in (("Sales", None), ("North", "Sales"), ("South", "Sales")):
        departments[name] = administrator.made(
            "/departments",
            {
                "name": f"{name} {uuid4().hex[:6]}",
                "parent_id": parent and departments[parent]["id"],
                "head_id": None,
            },
        )
    north, south = [departments["North"]["id"]], [departments["South"]["id"]]
    return People(
        administrator=administrator,
        chief=make_person(platform, administrator, "Helena", "chief_executive", []),
        head=make_person(platform, administrator, "Otto", "head_of_department", north),
        ana=make_person(platform, administrator, "Ana", "manager", north),
        bruno=make_person(platform, administrator, "Bruno", "manager", north),
        carla=make_person(platform, administrator, "Carla", "manager", south),
        departments=departments,
    )
