"""A way onto the broker for somebody who got its address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

import amqp

from tests.system.platform import Platform


@contextmanager
def connect(platform: Platform) -> Iterator[amqp.Channel]:
    """A channel to the broker of `platform`."""
    uri = urlsplit(platform.environment["AMQP_URI"])
    with amqp.Connection(
        f"{uri.hostname}:{uri.port}", userid=uri.username, password=uri.password,
        virtual_host=unquote(uri.path[1:]) or "/",
    ) as connection:  # fmt: skip
        yield connection.channel()
