"""Settings: the environment, read once, typed, each with a sentence that says what it does."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit


class SettingError(Exception):
    """A setting is wrong. The text is one sentence that says what to set."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable of the environment: its attribute in `Settings`, how to read it, what it does.

    `default` is the value when the variable is absent or empty; `shown` is how documents name it.
    """

    variable: str
    attribute: str
    kind: Callable[[str], Any]
    default: Any
    help: str
    shown: str = ""
    secret: bool = False


def _bus(text: str) -> str:
    if urlsplit(text).scheme not in ("amqp", "amqps", "embedded"):
        raise ValueError("a URI such as amqp://user:password@host:5672/vhost or embedded://rapport")
    return text


def _postgres(text: str) -> str:
    if urlsplit(text.replace("{service}", "x")).scheme not in ("postgresql", "postgres"):
        raise ValueError("a URL such as postgresql://user:password@host:5432/database")
    return text.replace("postgres://", "postgresql://", 1)


def _postgres_per_service(text: str) -> str:
    if "{service}" not in text:
        raise ValueError(
            "a URL that contains {service}, such as "
            "postgresql://rapport_{service}:password@host:5432/rapport_{service}"
        )
    return _postgres(text)


def _port(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if not 0 < number < 65536:
        raise ValueError("a port from 1 to 65535")
    return number


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise ValueError("a whole number of at least 1")
    return int(text)


def _whole(text: str) -> int:
    if not text.isdigit():
        raise ValueError("a whole number such as 0 or 1")
    return int(text)


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < 3600:
        raise ValueError("a number of seconds such as 2 or 0.5")
    return number


def _switch(text: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if text.lower() not in known:
        raise ValueError("1 or 0")
    return known[text.lower()]


def _folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        raise ValueError("names separated by commas, such as crm.example.com,.example.org")
    return names


def _level(text: str) -> str:
    if text.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("DEBUG, INFO, WARNING or ERROR")
    return text.upper()


def _email(text: str) -> str:
    name, at, domain = text.partition("@")
    if not (name and at and domain) or " " in text:
        raise ValueError("an e-mail address")
    return text


def _smtp(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("a URL such as smtp://user:password@host:587 or smtps://host:465")
    return text


def _sender(text: str) -> str:
    name, address = parseaddr(text)
    if "@" not in address or any(character in text for character in "\r\n"):
        raise ValueError("an address such as Rapport <crm@example.com>")
    return formataddr((name, address))


def _base(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("an address such as https://crm.example.com")
    return text.rstrip("/")


SETTINGS: Final = (
    Setting("AMQP_URI", "amqp_uri", _bus, "embedded://rapport",
            "The bus: RabbitMQ, or the embedded one inside a single process.", secret=True),
    Setting("DATABASE_URL", "database_url", _postgres_per_service, None,
            "PostgreSQL of each service; {service} stands for its name. Without it, and without "
            "DATABASE_ADMIN_URL, an embedded PostgreSQL in RAPPORT_HOME is used.", secret=True),
    Setting("DATABASE_ADMIN_URL", "database_admin_url", _postgres, None,
            "A PostgreSQL role that may create roles and databases; only crm migrate uses it.",
            secret=True),
    Setting("RAPPORT_HOME", "home", _folder, ".rapport",
            "The folder of everything kept on disk: embedded database, keys, generated secrets."),
    Setting("RAPPORT_KEYS", "keys", _folder, None,
            "The folder of the signing keys; a service needs its own private key and everybody's "
            "public keys.", shown="RAPPORT_HOME/keys"),
    Setting("HOST", "host", str, "127.0.0.1", "The address that the gateway listens on."),
    Setting("PORT", "port", _port, 8000, "The port that the gateway listens on."),
    Setting("RAPPORT_ADMIN_EMAIL", "admin_email", _email, "admin@example.com",
            "The first administrator; made once, when there is no user."),
    Setting("RAPPORT_ADMIN_PASSWORD", "admin_password", str, None,
            "The first administrator's password; without it make run generates one and prints it.",
            secret=True),
    Setting("RAPPORT_DEMO", "demo", _switch, None,
            "1 adds demo data to an empty installation, 0 does not; unset, make run asks when it "
            "is started from a terminal."),
    Setting("RAPPORT_GATEWAY_THREADS", "gateway_threads", _count, 4,
            "Requests that one gateway process answers at a time."),
    Setting("RAPPORT_SERVICE_WORKERS", "service_workers", _count, 10,
            "Calls that one service process answers at a time; also its database connections."),
    Setting("RAPPORT_READ_DEADLINE", "read_deadline", _seconds, 2.0,
            "Seconds after which a read is answered with 503."),
    Setting("RAPPORT_WRITE_DEADLINE", "write_deadline", _seconds, 5.0,
            "Seconds after which a write is answered with 503."),
    Setting("RAPPORT_STATEMENT_TIMEOUT", "statement_timeout", _seconds, 3.0,
            "Seconds after which PostgreSQL gives up on a statement."),
    Setting("RAPPORT_RATE_LIMIT", "rate_limit", _count, 600,
            "Requests a minute that one token or one address may make."),
    Setting("RAPPORT_SECURE_COOKIES", "secure_cookies", _switch, False,
            "1 when browsers reach Rapport over HTTPS: cookies are then never sent without it."),
    Setting("RAPPORT_TRUSTED_PROXIES", "trusted_proxies", _whole, 0,
            "How many reverse proxies in front of the gateway set X-Forwarded-For."),
    Setting("RAPPORT_TRUSTED_HOSTS", "trusted_hosts", _names, None,
            "The host names, separated by commas, that requests may be addressed to; unset, any.",
            shown="any"),
    Setting("RAPPORT_BASE_URL", "base_url", _base, None,
            "The address that people reach Rapport by; links in mails are made of it alone, and "
            "without it none are sent."),
    Setting("SMTP_URL", "smtp_url", _smtp, None,
            "The server for mail of the system, such as smtp://user:password@host:587; without it "
            "none is sent.", secret=True),
    Setting("RAPPORT_MAIL_FROM", "mail_from", _sender, "Rapport <rapport@localhost>",
            "The sender of mail of the system."),
    Setting("RAPPORT_METRICS", "metrics", _switch, False,
            "1 serves figures for Prometheus at /metrics; only where the port is not public."),
    Setting("RAPPORT_LOG_LEVEL", "log_level", _level, "INFO",
            "The least serious log line that is written."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process. Each attribute is explained by its row in `SETTINGS`."""

    amqp_uri: str
    database_url: str | None
    database_admin_url: str | None
    home: Path
    keys: Path
    host: str
    port: int
    admin_email: str
    admin_password: str | None
    demo: bool | None
    gateway_threads: int
    service_workers: int
    read_deadline: float
    write_deadline: float
    statement_timeout: float
    rate_limit: int
    secure_cookies: bool
    trusted_proxies: int
    trusted_hosts: list[str] | None
    base_url: str | None
    smtp_url: str | None
    mail_from: str
    metrics: bool
    log_level: str

    @property
    def embedded_bus(self) -> bool:
        """True when the bus lives and dies with this process."""
        return self.amqp_uri.startswith("embedded:")

    @property
    def embedded_database(self) -> bool:
        """True when Rapport runs its own PostgreSQL."""
        return self.database_url is None and self.database_admin_url is None

    def database_url_for(self, service: str) -> str:
        """Where `service` keeps its data; raises SettingError when nothing says so."""
        if self.database_url is None:
            raise SettingError(
                "Set DATABASE_URL to a URL that contains {service}, such as "
                "postgresql://rapport_{service}:password@host:5432/rapport_{service}."
            )
        return self.database_url.replace("{service}", service)


def _read(setting: Setting, environ: Mapping[str, str]) -> Any:
    text = environ.get(setting.variable, "").strip()
    if not text:
        text = setting.default if setting.kind is _folder and setting.default else ""
        if not text:
            return setting.default
    try:
        return setting.kind(text)
    except ValueError as error:
        said = "" if setting.secret else f" (it is {text!r})"
        raise SettingError(f"Set {setting.variable} to {error}{said}.") from None


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings that `environ` describes; raises SettingError for the first wrong one."""
    values = {setting.attribute: _read(setting, environ) for setting in SETTINGS}
    values["keys"] = values["keys"] or values["home"] / "keys"
    return Settings(**values)
