"""Names on the command line -> benchmarks -> one JSON object per line."""

import os
import sys

import django
from django.core.management import call_command

os.environ.setdefault("STATEMENT_TIMEOUT_SECONDS", "60")  # as the worker is started
django.setup()

from tests.bench import (  # noqa: E402 - Django must be ready first
    blogging,
    building,
    calendar,
    capturing,
    following,
    ingesting,
    judging,
    mailing,
    newsletter,
    paying,
    placing,
    serving,
    starting,
)

BENCHES = {
    "serving": serving.run,
    "building": building.run,
    "ingesting": ingesting.run,
    "judging": judging.run,
    "capturing": capturing.run,
    "following": following.run,
    "paying": paying.run,
    "placing": placing.run,
    "mailing": mailing.run,
    "newsletter": newsletter.run,
    "calendar": calendar.run,
    "blog": blogging.run,
    "starting": starting.run,
}


def main(names):
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}. There are: {', '.join(BENCHES)}.", file=sys.stderr)
        return 1
    if sys.platform != "linux":
        print("The benchmarks count CPU in /proc, which only Linux has.", file=sys.stderr)
        return 1
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    for name in names or BENCHES:
        BENCHES[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
