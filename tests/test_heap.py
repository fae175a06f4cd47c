"""What a process has loaded is not garbage; what it drops later is, and goes back to the system."""

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


HASHING = """
import resource
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from chassis import heap
from services.identity.passwords import hash_password

def kept():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20

heap.settle()
with ThreadPoolExecutor(8) as pool:
    list(pool.map(hash_password, ["one of many long passwords"] * 32))
    assert kept() < 100, kept()
"""


def test_memory_of_a_password_s_hash_is_given_back_by_every_thread() -> None:
    subprocess.run([sys.executable, "-c", HASHING], check=True, timeout=60)
