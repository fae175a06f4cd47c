"""What Lighthouse says of a list, a record, a board and the first page, each of 100 points.

`python -m bench.lighthouse` runs it in Debian's Chromium against a running installation with demo
data, as on a slow phone and as on a desktop, and fails when a category has fewer than `LEAST`. It
needs npm; what it takes from there is in `bench/npm`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import httpx

from bench.html import page_of
from bench.stack import Stack, expect, stack
from tests.pages.browser import find_chromium
from tests.system.platform import command

LEAST: Final = 95
_NPM: Final = Path(__file__).parent / "npm"
_FORMS: Final[dict[str, tuple[str, ...]]] = {"phone": (), "desktop": ("--preset=desktop",)}


def installed(folder: Path) -> Path:
    """Lighthouse's program, installed into `folder` by the lock file."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_NPM / name, folder)
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")
    subprocess.run(["npm", "ci", *options], cwd=folder, check=True)
    return folder / "node_modules" / ".bin" / "lighthouse"


def judged(program: Path, browser: httpx.Client, url: str, form: str) -> dict[str, Any]:
    """Lighthouse's report on `url`, as whoever is signed in with `browser` sees it."""
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    finished = subprocess.run(
        [
            str(program), url, "--quiet", "--output=json", "--output-path=stdout", *_FORMS[form],
            "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
            f"--extra-headers={json.dumps({'Cookie': cookies})}",
        ],
        env={**os.environ, "CHROME_PATH": find_chromium()},
        stdout=subprocess.PIPE,
        check=True,
    )  # fmt: skip
    report: dict[str, Any] = json.loads(finished.stdout)
    return report


def paths(running: Stack) -> dict[str, str]:
    """What is judged, by name."""
    [lead] = expect(running.platform.administrator().get("/leads", limit=1), 200)["items"]
    return {"list": "/leads", "record": f"/leads/{lead['id']}", "board": "/deals/board",
            "home": "/"}  # fmt: skip


def lost(report: dict[str, Any]) -> list[str]:
    """What cost points, by Lighthouse's names."""
    found = []
    for category in report["categories"].values():
        for part in category["auditRefs"]:
            audit = report["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                found.append(f"{audit['id']} {audit.get('displayValue', '')}".strip())
    return found


def main() -> int:
    """Run the measurement; 1 when a category of a page has too few points."""
    worst = 100
    with stack("together") as running, tempfile.TemporaryDirectory() as folder:
        command(running.environment, "seed", "--leads", "300", "--companies", "60",
                "--contacts", "200", "--deals", "200", "--wait")  # fmt: skip
        program, browser = installed(Path(folder)), page_of(running.platform)
        for name, path in paths(running).items():
            for form in _FORMS:
                report = judged(program, browser, running.platform.url + path, form)
                points = {key: round((each["score"] or 0) * 100)
                          for key, each in report["categories"].items()}  # fmt: skip
                worst = min(worst, *points.values())
                told = ", ".join(f"{key} {value}" for key, value in points.items())
                print(f"{name:8} {form:8} {told}; {', '.join(lost(report)) or 'nothing lost'}")
    return int(worst < LEAST)


if __name__ == "__main__":
    sys.exit(main())
