"""Every operation of the OpenAPI document, fuzzed as three roles: no 5xx, nothing undocumented."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from chassis.testing.postgres import PostgresServer
from tests.system.people import make_person
from tests.system.platform import Platform, running

CONFIGURATION = Path(__file__).parent / "schemathesis.toml"
# Signing out would end the session that the other operations are tried with.
EXCLUDED = "/api/v1/auth/logout"


ROLES = ("nobody", "manager", "administrator")


@dataclass
class Tried:
    """A platform and the `Authorization` of somebody in each role; `nobody` has no role at all."""

    platform: Platform
    proofs: dict[str, str]


@pytest.fixture(scope="module")
def tried(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    """The platform in one process. Everybody signs in first: fuzzing uses up the attempts."""
    home: Path = tmp_path_factory.mktemp("contract")
    with running("embedded", amqp_uri="", admin_url=postgres.admin_url, home=home) as platform:
        administrator = platform.administrator()
        people = {
            "administrator": administrator,
            "manager": make_person(platform, administrator, "Manager", "manager", []),
            "nobody": make_person(platform, administrator, "Nobody", None, []),
        }
        proofs = {role: one.http.headers["Authorization"] for role, one in people.items()}
        yield Tried(platform, proofs)


def fuzz(tried: Tried, role: str, examples: int, phases: str) -> None:
    """Run schemathesis as `role`; fails with its report."""
    finished = subprocess.run(
        [
            str(Path(sys.executable).parent / "schemathesis"),
            "--config-file", str(CONFIGURATION),
            "run", f"{tried.platform.url}/api/v1/openapi.json",
            "--header", f"Authorization: {tried.proofs[role]}",
            "--exclude-path", EXCLUDED,
            "--max-examples", str(examples),
            "--phases", phases,
            "--generation-deterministic",
            "--suppress-health-check", "all",
        ],
        cwd=tried.platform.logs,
        env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=3500,
        check=False,
    )  # fmt: skip
    report = finished.stdout.decode(errors="replace")
    assert finished.returncode == 0, report[-20_000:]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("role", ROLES)
def test_no_operation_breaks_its_contract(tried: Tried, role: str) -> None:
    # Each boundary of each schema takes minutes: that is left to the long run.
    fuzz(tried, role, 1, "fuzzing")


@pytest.mark.full
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("role", ROLES)
def test_no_operation_breaks_its_contract_at_length(tried: Tried, role: str) -> None:
    fuzz(tried, role, 200, "coverage,fuzzing,stateful")
