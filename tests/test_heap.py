"""What a process has loaded is not garbage, and what it drops later still is."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import gc, weakref
from chassis import heap

class Ring:
    def __init__(self):
        self.itself = self

heap.settle()
assert gc.get_freeze_count() > 1_000 and not gc.get_objects(2)
dropped = weakref.ref(Ring())
gc.collect()
assert dropped() is None
"""


def test_only_what_came_later_is_looked_through() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True, timeout=60)
