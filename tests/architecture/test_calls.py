"""Services call in one direction: what waits for an answer never waits for itself."""

from __future__ import annotations

from graphlib import TopologicalSorter

from chassis.command_line.services import load_services
from contracts.catalogue import SERVICES


def test_calls_between_services_form_no_circle():
    calls = {service.name: set(service.calls) for service in load_services()}
    assert set().union(*calls.values()) <= set(SERVICES)
    tuple(TopologicalSorter(calls).static_order())
