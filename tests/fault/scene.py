"""A platform whose services die where they are told, and conversions that must outlive that."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.fault.conversions import faults
from tests.fault.deeds import Deed, converting, new_lead, undoing
from tests.fault.hearing import unheard
from tests.fault.points import Mortal, Point, Strike
from tests.system.client import Client
from tests.system.platform import Platform

WHOLE_SECONDS = 60.0
# Events that came one by one when they were recorded may come as one message another time.
_TRIES = 5
_QUIET_SECONDS = 0.2


@dataclass
class Scene:
    """A running platform, its mortal services by name, and the leads that are done or undone."""

    platform: Platform
    mortals: dict[str, Mortal]
    client: Client
    done: list[str] = field(default_factory=list)
    undone: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the databases are; it names `{service}`."""
        return self.platform.environment["DATABASE_URL"]

    def recorded(self, kind: str) -> dict[str, list[Point]]:
        """The points, by service, that one undisturbed deed of that kind passes."""
        deed = self._deed(kind)
        before = {name: mortal.passed() for name, mortal in self.mortals.items()}
        deed.begin()
        deed.end(_from_now())
        self.calm(_from_now())
        return {name: mortal.since(before[name]) for name, mortal in self.mortals.items()}

    def survive(self, kind: str, name: str, strikes: Sequence[Strike]) -> float:
        """Have `name` die at each of `strikes` in turn during one deed; hold what is left against
        the promise. Returns the seconds from the last death until the client had its answer.

        A deed during which it did not die is void, and another one is begun.
        """
        for _ in range(_TRIES):
            deed = self._deed(kind)
            self.mortals[name].arm(strikes[0])
            deed.begin()
            if self._died(name, deed):
                break
        else:
            raise AssertionError(f"{name} was never killed {strikes[0]}")
        for strike in strikes[1:]:
            self.mortals[name].arm(strike)
            self.platform.start(name)
            assert self._died(name, deed), f"{name} was not killed {strike}"
        seconds = self._recovered(name, deed)
        found = faults(self.url, self.done, self.undone)
        assert found == [], f"{name} killed {strikes}: {found}"
        return seconds

    def calm(self, limit: float) -> None:
        """Return when all has been heard and no mortal service does anything more."""
        while not self._is_calm():
            assert time.monotonic() < limit, f"not heard in time: {unheard(self.url)}"
            time.sleep(0.05)

    def _is_calm(self) -> bool:
        passed = [mortal.passed() for mortal in self.mortals.values()]
        if unheard(self.url):
            return False
        time.sleep(_QUIET_SECONDS)
        return passed == [mortal.passed() for mortal in self.mortals.values()]

    def _deed(self, kind: str) -> Deed:
        """Something new to do while nothing else is done: a lead to convert, or that to undo."""
        lead = new_lead(self.client)
        deed = converting(self.client, lead)
        if kind == "undo":
            deed.begin()
            deed = undoing(self.client, deed.end(_from_now())["id"])
        (self.done if kind == "convert" else self.undone).append(lead)
        self.calm(_from_now())
        return deed

    def _died(self, name: str, deed: Deed) -> bool:
        mortal, process = self.mortals[name], self.platform.processes[name]
        limit = _from_now()
        while not mortal.struck:
            if deed.done and self._is_calm():
                mortal.disarm()
                if not mortal.struck:
                    return False
            assert process.poll() is None or mortal.struck, f"{name} died of itself"
            assert time.monotonic() < limit, f"neither done nor dead: {deed.refused[-3:]}"
            time.sleep(0.02)
        assert process.wait(10) == -signal.SIGKILL
        return True

    def _recovered(self, name: str, deed: Deed) -> float:
        began = time.monotonic()
        self.platform.start(name)
        deed.end(began + WHOLE_SECONDS)
        self.platform.wait_ready(since=began)
        # The conversion had its time; what others hear of it has its own.
        self.calm(_from_now())
        return max(0.0, deed.answered - began)


def _from_now() -> float:
    return time.monotonic() + WHOLE_SECONDS
