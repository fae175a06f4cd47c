"""A process that does a chunked job, for a test to kill: `chunks.py URL CHUNKS`."""

import sys
import time
from datetime import timedelta

from chassis import green

green.patch()

from sqlalchemy import text  # noqa: E402

from chassis.database.engine import Database  # noqa: E402
from chassis.work.due import DueWorker  # noqa: E402
from chassis.work.marks import job  # noqa: E402


@job("count")
def count(work):
    total = int(sys.argv[2])
    while work.done < total:
        with work.database.transaction() as connection:
            connection.execute(text("INSERT INTO chunks VALUES (:n)"), {"n": work.done})
            work.progress(work.done + 1, total, connection=connection)
        time.sleep(0.005)
    return {"chunks": total}


database = Database(sys.argv[1], service="leads", pool_size=3, statement_timeout=3.0)
DueWorker(database, {"count": count}, lease=timedelta(seconds=1)).run()
