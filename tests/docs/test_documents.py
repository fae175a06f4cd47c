"""Documents link to what exists and name nothing of the machine they were written on."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SPAN = re.compile(r"`[^`\n]*`")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
NAMED_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
CODE = re.compile(r"`((?:chassis|contracts|services|gateway)/[\w./]+)`")
MACHINE = re.compile(r"(?<![\w.])/(?:home|root|work|Users|mnt)/\w")


def documents() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return [ROOT / name for name in listed if (ROOT / name).exists()]


def anchors(document: Path) -> set[str]:
    titles = HEADING.findall(document.read_text())
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    dead = []
    for link in LINK.findall(SPAN.sub("", document.read_text())):
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_documents_name_no_folder_of_one_machine(document):
    assert MACHINE.findall(document.read_text()) == []


def test_architecture_names_code_that_is_there_and_every_folder_of_the_chassis():
    told = (ROOT / "docs" / "architecture.md").read_text()
    named = [name for name in CODE.findall(told) if "NAME" not in name]
    assert [name for name in named if not (ROOT / name).exists()] == []
    folders = {path.parent.name for path in (ROOT / "chassis").glob("*/__init__.py")}
    assert [name for name in sorted(folders) if f"`chassis/{name}/`" not in told] == []


def test_tests_that_the_faults_name_are_there():
    told = (ROOT / "docs" / "faults.md").read_text()
    rows = [line for line in told.splitlines() if line.startswith("| ")][1:]
    assert [row for row in rows if not NAMED_TEST.search(row)] == []
    missing = [
        f"{module}::{name}"
        for module, name in NAMED_TEST.findall(told)
        if f"def {name}(" not in (ROOT / module).read_text()
    ]
    assert missing == []
