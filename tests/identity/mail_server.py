"""A real SMTP server in a process of its own: `python -m tests.identity.mail_server FOLDER`.

It prints its port, and writes each mail as a file of FOLDER. While there is a file `refusal` in it,
that is what it answers.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class MailServer:
    """The running server, as its tests see it."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"smtp://127.0.0.1:{self.port}"

    def refuse(self, answer: str) -> None:
        """Take no mail and answer this; with an empty text take mail again."""
        (self.folder / "refusal").write_text(answer)

    @property
    def mails(self) -> list[EmailMessage]:
        """What came in, in order."""
        files = sorted(self.folder.glob("*.eml"))
        return [
            email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            for file in files
        ]

    @property
    def link(self) -> str:
        """The link in the newest mail."""
        found = re.search(r"https?://\S+", self.mails[-1].get_content())
        assert found
        return found[0]


@contextmanager
def mail_server(folder: Path) -> Iterator[MailServer]:
    """A server while the block runs."""
    command = [sys.executable, "-m", "tests.identity.mail_server", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield MailServer(folder, int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()


class _Keeper:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        refusal = self.folder / "refusal"
        if refusal.exists() and (answer := refusal.read_text()):
            return answer
        number = len(list(self.folder.glob("*.eml")))
        (self.folder / f"{number:04}.eml").write_bytes(envelope.content)
        return "250 taken"


async def _serve(folder: Path) -> None:
    from aiosmtpd.smtp import SMTP

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(_Keeper(folder)), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
