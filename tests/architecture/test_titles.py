"""What a contract calls the title of an entity is what the entity calls it."""

from __future__ import annotations

from chassis.command_line.services import load_services
from contracts.catalogue import ENTITIES


def test_contracts_and_entities_agree_on_what_names_a_record():
    entities = [model.entity for service in load_services() for model in service.entities]
    assert {entity.name: entity.title for entity in entities} == {
        name: contract.title for name, contract in ENTITIES.items()
    }
