"""A sequencer in a process of its own, for a test to kill: `leader.py URL FILE`.

What it publishes is appended to FILE, a message a line, as a broker would keep it.
"""

import os
import sys

from chassis import green

green.patch()

from chassis.database.engine import Database  # noqa: E402
from chassis.journal.sequencer import Sequencer  # noqa: E402


class FileBus:
    def __init__(self, path):
        self.file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def publish(self, messages):
        for message in messages:
            os.write(self.file, b"\n" + message[2] + b"\n")


database = Database(sys.argv[1], service="leads", pool_size=2, statement_timeout=3.0)
Sequencer(database, FileBus(sys.argv[2]), "leads").run()
