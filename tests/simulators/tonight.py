"""The demo's live chat -> a simulated X that shows it tweet by tweet, as time goes by."""

import argparse
import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime

from tests.simulators.facts import Facts
from tests.simulators.practice import practice
from tests.simulators.quickening import quickened
from tests.simulators.x_api import Clock, XApi

QUICKER = 10  # an hour in six minutes
TIMES = {"lead_in_minutes": 1, "tail_minutes": 9}
TOKEN = "simulated"
SEED = 7
LIVE_SLUG = "practice-live"


def tonight(starts_at: datetime) -> Facts:
    """The practice chat once more, with other people about, told ten times as fast.  Ids hang on the time alone."""
    facts = quickened(practice(seed=SEED, starts_at=starts_at), QUICKER)
    slug = f"{LIVE_SLUG}-{starts_at.astimezone(UTC):%Y-%m-%d-%H-%M-%S}"
    return replace(facts, slug=slug, title="Practice chat, live: driving home after nights")


def main() -> None:
    parser = argparse.ArgumentParser(description="Show the demo's live chat as X would.")
    parser.add_argument("--fd", type=int, required=True, help="a socket that listens")
    parser.add_argument("--starts", type=datetime.fromisoformat, required=True)
    options = parser.parse_args()
    listener = socket.socket(fileno=options.fd)
    with XApi(tonight(options.starts), Clock(datetime.now(UTC), scale=1), token=TOKEN, listener=listener):
        threading.Event().wait()


if __name__ == "__main__":
    main()
