"""What a process has loaded to begin with: it stays for as long as the process runs."""

from __future__ import annotations

import gc


def settle() -> None:
    """Keep Python's collector from looking through all that is there now, over and over again.

    To be called when everything is loaded. Reading JSON makes objects by the thousand, which sets
    the collector going; what it would look through each time is above all modules and statements.
    """
    gc.collect()
    gc.freeze()
