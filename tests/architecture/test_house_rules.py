"""Code stays in small files and small functions."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("chassis", "contracts", "services", "gateway")
MODULES = [
    path
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "versions" not in path.parts
]


def functions(tree: ast.AST) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_small_and_says_what_it_is_for(module):
    source = module.read_text()
    tree = ast.parse(source)
    assert len(source.splitlines()) < 300
    long = [
        f"{node.name}: {(node.end_lineno or 0) - node.lineno + 1} lines"
        for node in functions(tree)
        if (node.end_lineno or 0) - node.lineno >= 40
    ]
    assert long == []
    assert not source.strip() or ast.get_docstring(tree)


def test_rules_import_only_the_standard_library_and_contracts():
    allowed = sys.stdlib_module_names | {"contracts", "__future__"}
    foreign = {}
    for path in (ROOT / "services").rglob("rules.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names = {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names = {node.module or ""}
            else:
                continue
            if outside := {name for name in names if name.partition(".")[0] not in allowed}:
                foreign.setdefault(str(path), set()).update(outside)
    assert foreign == {}


def test_what_needs_real_threads_stands_where_it_is_run():
    named = {
        path.relative_to(ROOT).parts[1]
        for path in (ROOT / "tests").rglob("test_*.py")
        if "mark.real_threads" in path.read_text() and path != Path(__file__)
    }
    assert named == {"bus", "pages"}
