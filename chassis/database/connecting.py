"""Connecting to PostgreSQL by address: libpq would look names up itself and hold the process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from chassis.addresses import addresses_of


def connect_by_address(
    dialect: Any, _record: Any, arguments: tuple[Any, ...], options: Mapping[str, Any]
) -> Any:
    """A connection as SQLAlchemy's `do_connect` asks for it, by the addresses of its hosts.

    libpq still has the names, to check certificates by, and tries the addresses in turn.
    """
    hosts = str(options.get("host") or "")
    # Without a name there is nothing to look up: a socket in the file system, or an address given.
    if not hosts or hosts.startswith("/") or "hostaddr" in options:
        return dialect.connect(*arguments, **options)
    try:
        places = list(_places(hosts.split(","), str(options.get("port") or "").split(",")))
    except OSError as error:
        raise dialect.loaded_dbapi.OperationalError(str(error)) from error
    names, addresses, ports = (",".join(each) for each in zip(*places, strict=True))
    found = {"host": names, "hostaddr": addresses, "port": ports}
    return dialect.connect(*arguments, **{**options, **found})


def _places(hosts: list[str], ports: list[str]) -> Iterator[tuple[str, str, str]]:
    """Name, address and port of every place to try; raises OSError when there is none."""
    failure, found = OSError("no host"), False
    # One port stands for all hosts, as it does for libpq.
    for host, port in zip_longest(hosts, ports, fillvalue=ports[-1]):
        try:
            addresses = addresses_of(host)
        except OSError as error:
            failure = error
            continue
        for address in addresses:
            found = True
            yield host, address, port
    if not found:
        raise failure
