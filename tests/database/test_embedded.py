"""The embedded database starts anywhere, keeps its data and survives being killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from chassis.database.account import Account
from chassis.database.binaries import find_binaries
from chassis.database.embedded import EmbeddedDatabase, ensure_db

CHILD = """
import sys
from pathlib import Path
from chassis.database.embedded import ensure_db
database = ensure_db(Path(sys.argv[1]))
print(database.admin_url, flush=True)
sys.stdin.read()
"""

# The interpreter may lie where only root can read, so it imports first and drops its rights then.
BECOME_NOBODY = """
import os
import psycopg2.extensions, secrets, chassis.database.embedded
os.setgroups([]); os.setgid(65534); os.setuid(65534)
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """A home folder that nobody else may enter, as a clone under /root is."""
    above = Path(tempfile.mkdtemp(prefix="rapport-home-"))
    above.chmod(0o700)
    yield above / "clone" / ".rapport"
    data = above / "clone" / ".rapport" / "postgres"
    if data.is_symlink():
        shutil.rmtree(data.resolve())
    shutil.rmtree(above)


def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def postmaster(database: EmbeddedDatabase) -> int:
    return int((database.cluster.data / "postmaster.pid").read_text().splitlines()[0])


def test_data_is_kept_between_starts_and_the_server_stops(home):
    database = ensure_db(home)
    execute(database.admin_url, "CREATE TABLE kept AS SELECT 1 AS one")
    database.release()
    with pytest.raises(psycopg2.OperationalError):
        execute(database.admin_url, "SELECT 1")
    again = ensure_db(home)
    assert execute(again.admin_url, "SELECT one FROM kept") == [(1,)]
    again.release()


def test_a_killed_server_starts_again(home):
    database = ensure_db(home)
    execute(database.admin_url, "CREATE TABLE kept AS SELECT 1 AS one")
    os.kill(postmaster(database), signal.SIGKILL)
    again = ensure_db(home)
    assert execute(again.admin_url, "SELECT one FROM kept") == [(1,)]
    database.release()
    again.release()


def test_a_pid_that_belongs_to_a_stranger_by_now_does_not_stop_the_start(home):
    database = ensure_db(home)
    os.kill(postmaster(database), signal.SIGKILL)
    file = database.cluster.data / "postmaster.pid"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    again = ensure_db(home)
    assert execute(again.admin_url, "SELECT 1") == [(1,)]
    database.release()
    again.release()


def test_a_server_whose_process_was_killed_is_taken_over_and_shared(home):
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    url = child.stdout.readline().strip()
    mine = ensure_db(home)
    assert mine.admin_url == url
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()
    other = ensure_db(home)
    mine.release()
    assert execute(url, "SELECT 1") == [(1,)]
    other.release()
    with pytest.raises(psycopg2.OperationalError):
        execute(url, "SELECT 1")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_runs_it_without_another_account():
    nobody = Account(65534, 65534)
    if not nobody.reaches(find_binaries().folder / "postgres"):
        pytest.skip("an ordinary user cannot enter this clone")
    with tempfile.TemporaryDirectory(prefix="rapport-user-") as folder:
        nobody.own(Path(folder))
        child = subprocess.Popen(
            [sys.executable, "-c", BECOME_NOBODY + CHILD, f"{folder}/.rapport"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        url = child.stdout.readline().strip()
        assert execute(url, "SELECT 1") == [(1,)]
        assert (Path(folder) / ".rapport" / "postgres").owner() == "nobody"
        child.communicate()
        with pytest.raises(psycopg2.OperationalError):
            execute(url, "SELECT 1")


def test_copied_programs_run(tmp_path):
    copied = find_binaries().copied(tmp_path / "aside")
    for program in ("initdb", "postgres", "pg_ctl"):
        subprocess.run([copied.folder / program, "--version"], check=True, capture_output=True)
