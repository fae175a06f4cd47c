"""Nameko's own decorators lose events, run calls twice and wait for ever: only ours are used."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]


def used_decorators(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                names.add(
                    called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                )
    return names


def imported_from_nameko(tree: ast.AST) -> set[str]:
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "nameko"
        for alias in node.names
    }


def bare_decorators(source: str) -> set[str]:
    tree = ast.parse(source)
    imported = imported_from_nameko(tree)
    return used_decorators(tree) & imported


def test_no_module_uses_a_decorator_of_nameko():
    found = {
        str(path.relative_to(ROOT)): names
        for folder in ("chassis", "services", "gateway")
        for path in (ROOT / folder).rglob("*.py")
        if (names := bare_decorators(path.read_text()))
    }
    assert found == {}


def test_the_check_sees_a_bare_decorator():
    source = "from nameko.events import event_handler\n@event_handler('a', 'b')\ndef on(s, e): ..."
    assert bare_decorators(source) == {"event_handler"}
