"""A process that does the jobs of leads, for a test to kill: `mover.py URL`."""

import sys
from datetime import timedelta

from chassis import green

green.patch()

from chassis.database.engine import Database  # noqa: E402
from chassis.work.due import DueWorker  # noqa: E402
from chassis.work.marks import jobs_of  # noqa: E402
from tests.leads.house import House  # noqa: E402

house = House(Database(sys.argv[1], service="leads", pool_size=3, statement_timeout=3.0))
DueWorker(house.database, jobs_of(house.service), lease=timedelta(seconds=1)).run()
