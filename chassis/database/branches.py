"""The two lines of migrations in a service's database: the chassis's and the service's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, inspect

from chassis.database.metadata import chassis_metadata
from chassis.records.entity import Base, tables_of

_ENVIRONMENT = Path(__file__).parent / "migrations"
_ROOT = Path(__file__).parents[2]
_VERSION_TABLES = ("chassis_version", "service_version")


@dataclass(frozen=True)
class Branch:
    """One line of migrations: its `tables`, the folder of its versions and its version table.

    `foreign` tables belong to the other line; any further table in the database is left over.
    """

    metadata: MetaData
    tables: frozenset[str]
    foreign: frozenset[str]
    folder: Path
    version_table: str

    def pending(self, connection: Connection) -> list[str]:
        """The messages of the migrations that this database lacks, oldest first."""
        scripts = ScriptDirectory.from_config(self._config(connection))
        current = self._current(connection)
        missing = list(scripts.iterate_revisions("heads", current or "base"))
        return [f"{script.revision} {script.doc}" for script in reversed(missing)]

    def upgrade(self, connection: Connection) -> None:
        """Bring the database to the newest version."""
        command.upgrade(self._config(connection), "heads")

    def differences(self, connection: Connection) -> list[Any]:
        """What the declared tables have that the database lacks, or the other way round."""
        options = {
            "version_table": self.version_table,
            "include_object": self._include(),
            "compare_type": True,
            "compare_server_default": True,
        }
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, self.metadata))

    def generate(self, connection: Connection, message: str) -> Path | None:
        """Write a migration that makes the database what the tables declare; None when equal."""
        if not self.differences(connection):
            return None
        config = self._config(connection)
        number = len(list(self.folder.glob("[0-9]*.py"))) + 1
        self.folder.mkdir(parents=True, exist_ok=True)
        script = command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
        assert script is not None and not isinstance(script, list)
        path = Path(script.path)
        path.write_text(_tidy(path.read_text()))
        return path

    def _current(self, connection: Connection) -> str | None:
        if not inspect(connection).has_table(self.version_table):
            return None
        context = MigrationContext.configure(connection, opts={"version_table": self.version_table})
        return context.get_current_revision()

    def _config(self, connection: Connection) -> Config:
        config = Config()
        config.set_main_option("script_location", str(_ENVIRONMENT).replace("%", "%%"))
        config.set_main_option("path_separator", "newline")
        config.set_main_option("version_locations", str(self.folder).replace("%", "%%"))
        config.attributes.update(
            connection=connection,
            metadata=self.metadata,
            version_table=self.version_table,
            include_object=self._include(),
        )
        return config

    def _include(self) -> Callable[..., bool]:
        ours, foreign = self.tables, self.foreign | set(_VERSION_TABLES)

        def include(item: Any, name: str, kind: str, reflected: bool, _compared: Any) -> bool:
            table = name if kind == "table" else getattr(getattr(item, "table", None), "name", "")
            return table in ours or (reflected and table not in foreign)

        return include


def _tidy(source: str) -> str:
    """A generated migration without what only alembic and the running process are interested in."""
    source = re.sub(r"\n +# ### .*", "", source)
    return re.sub(r",\n +info=\{[^}]*\}", "", source)


def declare_tables(service: str) -> list[Table]:
    """Import what declares the tables of the chassis and of `service`; the latter."""
    import_module("chassis.database.tables")
    for module in ("models", "tables"):
        if find_spec(f"services.{service}.{module}") is not None:
            import_module(f"services.{service}.{module}")
    return tables_of(service)


def branches(service: str) -> tuple[Branch, Branch]:
    """The two lines of `service`, in the order in which they are run."""
    own = frozenset(table.name for table in declare_tables(service))
    common = frozenset(chassis_metadata.tables)
    versions = _ROOT / "services" / service / "migrations" / "versions"
    return (
        Branch(chassis_metadata, common, own, _ENVIRONMENT / "versions", _VERSION_TABLES[0]),
        Branch(Base.metadata, own, common, versions, _VERSION_TABLES[1]),
    )
