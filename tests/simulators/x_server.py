"""A scale and a moment -> the simulated X in a process of its own, with the practice chat in it.

    python -m tests.simulators.x_server --starts-in 60 --time-scale 30

prints its address and serves until its input ends or it is told to stop.
"""

import argparse
import sys
from datetime import UTC, datetime, timedelta

from tests.simulators.practice import practice
from tests.simulators.x_api import Clock, XApi


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description="The practice chat as X would tell it.")
    parser.add_argument("--scale", type=int, default=1, help="how many times as large")
    parser.add_argument("--starts-in", type=float, default=60, help="seconds until the chat; below 0, it lies back")
    parser.add_argument("--time-scale", type=float, default=1, help="seconds that pass in each real one")
    parser.add_argument("--vocabulary", choices=["tweet", "post", "mixed"], default="tweet")
    parser.add_argument("--token", default="simulated")
    asked = parser.parse_args(arguments)
    now = datetime.now(UTC).replace(microsecond=0)
    facts = practice(asked.scale, starts_at=now + timedelta(seconds=asked.starts_in))
    clock = Clock(now, asked.time_scale)
    with XApi(facts, clock, vocabulary=asked.vocabulary, token=asked.token) as api:
        print(api.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1:])
