"""The reference documents say what the code has: every setting, command, event and route."""

from __future__ import annotations

import pytest

from tests.docs.reference import DOCS, REFERENCES


@pytest.mark.parametrize("name", REFERENCES)
def test_a_reference_is_what_the_code_says(name):
    written = (DOCS / name).read_text()
    assert written == REFERENCES[name]() + "\n", f"docs/{name} is out of date: run `make docs`"
