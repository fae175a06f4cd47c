"""What a process keeps in memory: what it loaded first, and nothing of what it gave back."""

from __future__ import annotations

import ctypes
import gc
from typing import Final

# mallopt(3) of glibc.
_M_MMAP_THRESHOLD: Final = -3
_LARGE_BLOCK_BYTES: Final = 2**20


def settle() -> None:
    """Keep Python's collector from looking through all that is there now, over and over again.

    To be called when everything is loaded. Reading JSON makes objects by the thousand, which sets
    the collector going; what it would look through each time is above all modules and statements.
    """
    gc.collect()
    gc.freeze()
    _give_large_blocks_back()


def _give_large_blocks_back() -> None:
    """Have the system take every large block back when it is freed.

    By default glibc raises the size from which it does so to that of the largest block freed: the
    19 MiB of one password's hash would then stay with each thread that ever made one.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK_BYTES)
