"""A real browser: Debian's Chromium without windows of its own, driven by Playwright."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Final

ARGUMENTS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
_HEADLESS: Final = "chromium-headless-shell"


def find_chromium() -> str:
    """The path of Chromium, installed from Debian when we may; raises when there is none.

    That without a shell of windows does the same for three fifths of the work.
    """
    found = shutil.which(_HEADLESS) or _install() or shutil.which("chromium")
    assert found, f"Chromium is missing: run `apt-get install {_HEADLESS}` as root."
    return found


def _install() -> str | None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-q", "-y", "--no-install-recommends", _HEADLESS]
    for command in (install, ["apt-get", "update", "-q"], install):
        subprocess.run(command, env=environment, check=False, stdin=subprocess.DEVNULL)
        if found := shutil.which(_HEADLESS):
            return found
    return None
