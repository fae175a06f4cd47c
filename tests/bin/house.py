"""Who works in the house, what they make, and what is left of a word in any of its databases."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import cached_property
from typing import Any
from uuid import uuid4

import psycopg2

from chassis.database.engine import Database
from chassis.journal.verifying import verify
from chassis.testing.postgres import PostgresServer
from contracts.catalogue import ENTITIES, SERVICES
from tests.bin.samples import MODELS, Samples
from tests.system.client import Client
from tests.system.people import make_person
from tests.system.platform import Platform

_SHARED = ("user", "department", "group")
OWN = {"read": "own", "add": "own", "update": "own", "delete": "own"}


class House:
    """A platform with an administrator, two workers who see their own, and who only reads."""

    def __init__(self, platform: Platform, postgres: PostgresServer) -> None:
        self.platform = platform
        self.postgres = postgres
        self.root = platform.administrator()
        self._shared: dict[str, str] = {}

    @cached_property
    def worker(self) -> Client:
        return self._person(OWN)

    @cached_property
    def stranger(self) -> Client:
        return self._person(OWN)

    @cached_property
    def reader(self) -> Client:
        return self._person({"read": "all"})

    def keeper(self, entity: str) -> Client:
        """Whoever makes and deletes records of `entity`."""
        return self.root if ENTITIES[entity].setting else self.worker

    def samples(self, entity: str) -> Samples:
        """Values with a mark of their own, pointing at records of whoever keeps `entity`."""
        mark = "m" + "".join(chr(97 + int(digit, 16)) for digit in uuid4().hex[:12])
        return Samples(mark, lambda target: self.refer(entity, target))

    def refer(self, entity: str, target: str) -> str:
        """The id of a record of `target` that a record of `entity` may point at."""
        if target in self._shared:
            return self._shared[target]
        made = self.made(target, self.samples(target).body(target, whole=False))
        if target in _SHARED:
            self._shared[target] = made["id"]
        return str(made["id"])

    def made(self, entity: str, body: dict[str, Any], by: Client | None = None) -> dict[str, Any]:
        """A new record, as soon as its owner has heard of what it points at."""
        client, path = by or self.keeper(entity), f"/{ENTITIES[entity].plural}"

        def answered() -> Any:
            answer = client.post(path, body)
            waits = answer.status_code == 422 and "unreadable_reference" in answer.text
            return None if waits else answer

        answer = self.wait_for(answered)
        assert answer.status_code == 201, answer.text
        record: dict[str, Any] = answer.json()
        return record

    def path(self, record: dict[str, Any]) -> str:
        """Where the record is."""
        return f"/{ENTITIES[record['type']].plural}/{record['id']}"

    def whole(self, client: Client, record: dict[str, Any]) -> dict[str, Any]:
        """The record as `client` sees it, once the names of all that it points at are there."""
        return self.wait_for(lambda: self._named(client, record))

    def seen(self, client: Client, record: dict[str, Any]) -> dict[str, Any]:
        """The record as `client` sees it, with what it points at."""
        aliases = [field.alias for field in MODELS[record["type"]].reference_fields]
        answer = client.get(self.path(record), include=",".join(aliases))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def _named(self, client: Client, record: dict[str, Any]) -> dict[str, Any] | None:
        found = self.seen(client, record)
        for field in MODELS[record["type"]].reference_fields:
            shown = found.get(field.alias) or []
            for each in shown if isinstance(shown, list) else [shown]:
                if each["name"] is None:
                    return None
        return found

    def history(self, client: Client, record: dict[str, Any]) -> list[dict[str, Any]]:
        """Who changed what in the record, newest first."""
        answer = client.get(f"{self.path(record)}/history", limit=100)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    def deleted(self, client: Client, record: dict[str, Any]) -> None:
        """Put the record into the recycle bin as it is now."""
        version = client.get(self.path(record)).json()["version"]
        answer = client.delete(self.path(record), version=version)
        assert answer.status_code == 204, answer.text

    def bin(self, client: Client, entity: str) -> dict[str, dict[str, Any]]:
        """What `client` sees in the recycle bin, by id."""
        answer = client.get(f"/{ENTITIES[entity].plural}/bin", limit=500)
        assert answer.status_code == 200, answer.text
        return {item["id"]: item for item in answer.json()["items"]}

    def database(self, service: str) -> Any:
        """A connection to the database of `service`, with all rights."""
        connection = psycopg2.connect(self._url(service))
        connection.autocommit = True
        return connection

    def traces(self, *words: str) -> list[str]:
        """`service.table: word` for every table in which one of `words` stands."""
        searched = SERVICES if words else ()
        return [trace for service in searched for trace in self._traces(service, words)]

    def traceless(self, *words: str, seconds: float = 15.0) -> list[str]:
        """What `traces` finds once the services have heard of all that happened."""
        limit = time.monotonic() + seconds
        while (found := self.traces(*words)) and time.monotonic() < limit:
            time.sleep(0.1)
        return found

    def wait_for(self, condition: Callable[[], Any], seconds: float = 15.0) -> Any:
        """What `condition` gives as soon as it is something."""
        limit = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < limit, "waited in vain"
            time.sleep(0.05)
        return found

    def breaks(self) -> list[str]:
        """Every break of the journal of any service."""
        found = []
        for service in SERVICES:
            database = Database(
                self._url(service), service=service, pool_size=1, statement_timeout=30
            )
            with database.reading() as connection:
                found += [f"{service}: {each}" for each in verify(connection)]
            database.close()
        return found

    def _url(self, service: str) -> str:
        pattern = self.platform.environment["DATABASE_URL"].rpartition("/")[2]
        return self.postgres.url(pattern.format(service=service))

    def _traces(self, service: str, words: tuple[str, ...]) -> list[str]:
        connection = self.database(service)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT table_name FROM information_schema.tables"
                " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            )
            looks = " UNION ALL ".join(
                f"(SELECT '{service}.{table}: ' || substring(t::text FROM %(any)s)"
                f' FROM "{table}" t WHERE t::text ~* %(any)s LIMIT 1)'
                for (table,) in cursor.fetchall()
            )
            cursor.execute(looks, {"any": "|".join(re.escape(word) for word in words)})
            found = [trace for (trace,) in cursor.fetchall()]
        connection.close()
        return found

    def _person(self, levels: dict[str, str]) -> Client:
        grants = {name: levels for name, each in ENTITIES.items() if each.setting is None}
        code = f"role_{uuid4().hex[:10]}"
        self.root.made("/roles", {"code": code, "name": code, "grants": grants})
        return make_person(self.platform, self.root, code.title(), code, [])
