"""An evening at its real cadence, by X's clock alone -> what X charges for it, against the least it could charge."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from chats.ingest.cadence import Evening, is_sweep, next_look
from chats.sources.base import SourceTweet
from chats.sources.x_asking import Access
from chats.sources.x_sweeps import XSearch
from chats.sources.x_timelines import XTimeline, is_timeline
from tests.bench.measure import report
from tests.simulators.practice import practice
from tests.simulators.x_api import Clock, XApi
from tests.simulators.x_prices import optimum

SCALE = 2  # of the practice chat
LEAD_IN, TAIL, NIGHT = timedelta(minutes=15), timedelta(minutes=90), timedelta(hours=9)
FOUND_AFTER = timedelta(seconds=40)  # a question was asked, and a build has seen it
TAG = "#WeCops"
OWNER = "WeCops"


@dataclass
class Asked:
    """One capture: what is asked, when next, and what came of it."""

    query: str
    due: datetime | None
    conversations: int = 0  # that are followed, where it is one of them
    cursor: str = ""
    last: datetime | None = None
    had: dict[str, SourceTweet] = field(default_factory=dict)


def run():
    """By searches alone; then by an app that is the community's own, which reads its timelines first."""
    facts = practice(SCALE)
    _pay("paying", facts, "")
    _pay("paying.owner", facts, OWNER)


def _pay(name, facts, owner):
    evening = _evening(facts)
    clock = Clock(evening.opens_at - timedelta(minutes=1))
    captures = _captures(facts, evening, owner)
    with XApi(facts, clock, owner=owner) as api:
        while coming := [each for each in captures if each.due]:
            _look(min(coming, key=lambda each: each.due), api, evening)
        had = {id_ for each in captures for id_ in each.had}
        owned = {id_ for each in captures if is_timeline(each.query) for id_ in each.had}
        least = optimum([said for said in facts.public if said.id in had], owned=owned)
        dollars = api.ledger.dollars
        report(f"{name}.dollars", dollars, "$", ratio=dollars / least, against="the least possible")
        report(f"{name}.requests", len(api.requests), f"requests for {len(had)} tweets")


def _evening(facts):
    closes_at = facts.ends_at + TAIL
    return Evening(facts.starts_at - LEAD_IN, facts.ends_at, closes_at, closes_at + NIGHT)


def _captures(facts, evening, owner):
    timelines = [Asked(f"from:{owner}", evening.opens_at), Asked(f"@{owner}", evening.opens_at)] if owner else []
    mentions = [] if owner else [Asked(f"(@WeCops OR from:WeCops) -{TAG}", evening.opens_at)]
    asked = [said for said in facts.tweets if said.truth.why == "asked"]
    return [
        *timelines,
        Asked(TAG, evening.opens_at),
        *mentions,
        *(Asked(f"conversation_id:{said.id} -{TAG}", said.at + FOUND_AFTER, len(asked)) for said in asked),
    ]


def _look(capture, api, evening):
    api.clock.advance(max(timedelta(), capture.due - api.clock.now()))
    now = api.clock.now()
    window = {"starts_at": evening.opens_at, "ends_at": evening.closes_at}
    access = Access(api.url, api.token)
    is_cheap = is_timeline(capture.query)
    source = (XTimeline if is_cheap else partial(XSearch, reach="recent"))(access, capture.query, **window)
    if capture.last and is_sweep(evening, capture.last, now):
        minutes = Counter(
            tweet.created_at.astimezone(UTC).replace(second=0, microsecond=0) for tweet in capture.had.values()
        )
        capture.cursor = source.again(capture.cursor, stored=minutes).cursor
    for page in source.pages(capture.cursor):
        capture.had |= {tweet.id: tweet for tweet in page.tweets}
        capture.cursor = page.cursor
    capture.last, capture.due = now, next_look(evening, now, conversations=capture.conversations)
