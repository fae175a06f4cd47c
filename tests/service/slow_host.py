"""A host in a process of its own: `python -m tests.service.slow_host`."""

from chassis import green

green.patch()

from chassis import log  # noqa: E402
from chassis.service.host import Host  # noqa: E402
from chassis.settings import load  # noqa: E402
from tests.service.conftest import Toy  # noqa: E402

if __name__ == "__main__":
    settings = load()
    log.configure(settings.log_level)
    Host(settings, [Toy]).run()
