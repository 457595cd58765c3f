"""The demo's live chat -> a simulated X that shows it tweet by tweet, as time goes by, and lets people sign in."""

import argparse
import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime

from tests.simulators.community import VISITORS, Visitor
from tests.simulators.facts import Facts
from tests.simulators.loopback import Loopback
from tests.simulators.people import cast
from tests.simulators.practice import practice
from tests.simulators.quickening import quickened
from tests.simulators.x_api import LIMITS, Clock, XApi
from tests.simulators.x_door import XDoor, XPerson

QUICKER = 10  # an hour in six minutes
TIMES = {"lead_in_minutes": 1, "tail_minutes": 9}
TOKEN = "simulated"
SEED = 7
LIVE_SLUG = "practice-live"
MAY_ASK = {what: QUICKER * most for what, most in LIMITS.items()}  # an hour's questions come in six minutes, too


def tonight(starts_at: datetime) -> Facts:
    """The practice chat once more, with other people about, told ten times as fast.  Ids hang on the time alone."""
    facts = quickened(practice(seed=SEED, starts_at=starts_at), QUICKER)
    slug = f"{LIVE_SLUG}-{starts_at.astimezone(UTC):%Y-%m-%d-%H-%M-%S}"
    return replace(facts, slug=slug, title="Practice chat, live: driving home after nights")


def main() -> None:
    parser = argparse.ArgumentParser(description="Show the demo's live chat as X would, and sign people in.")
    parser.add_argument("--fd", type=int, required=True, help="a socket that listens, for the chat")
    parser.add_argument("--door-fd", type=int, required=True, help="another, for signing in")
    parser.add_argument("--client", required=True, help="the portal's client id at X, and its secret")
    parser.add_argument("--back", action="append", required=True, help="an address to which people may come back")
    parser.add_argument("--starts", type=datetime.fromisoformat, required=True)
    options = parser.parse_args()
    clock = Clock(datetime.now(UTC), scale=1)
    door = XDoor(visitors(), options.client, options.client, frozenset(options.back))
    with (
        XApi(tonight(options.starts), clock, token=TOKEN, listener=socket.socket(fileno=options.fd), limits=MAY_ASK),
        Loopback(door.answer, listener=socket.socket(fileno=options.door_fd)),
    ):
        threading.Event().wait()


def visitors() -> dict[str, XPerson]:
    """Whom one can be, by the number that X gives them."""
    people = [(cast()[visitor.key], visitor) for visitor in VISITORS]
    return {
        person.id: XPerson(
            person.id, person.handle, person.name, is_suspended=visitor.is_suspended, about=_about(visitor)
        )
        for person, visitor in people
    }


def _about(visitor: Visitor) -> str:
    return "suspended at X" if visitor.is_suspended else visitor.role or "a member"


if __name__ == "__main__":
    main()
