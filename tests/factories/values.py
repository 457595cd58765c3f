"""Values as the pages print them, without a database behind them."""

from datetime import timedelta

from chats.rendering.copies import CompletenessValue
from chats.rendering.values import (
    ChatValue,
    FiguresValue,
    PersonValue,
    SectionValue,
    TranscriptValue,
    TweetValue,
)
from tests.factories.chats import START

PATH = "/chats/2026/11/18/first-night/"
COMMUNITY = PersonValue("x", "1", "WeCops", "WeCops", is_host=True, is_community=True, sent=1)


def person(name="Ann Okelu", **fields):
    handle = name.split()[0].lower()
    return PersonValue(**{"network": "x", "id": f"id-{handle}", "handle": handle, "name": name, "sent": 1, **fields})


def tweet(number, text="", **fields):
    """Tweet ``number``, said ``number`` minutes into the chat."""
    values = {
        "number": number,
        "author": person(),
        "text": text or f"Words of tweet {number}",
        "spans": (),
        "created_at": START + timedelta(minutes=number, seconds=5),
        "url": f"https://x.com/ann/status/{number}",
        "lang": "en",
        "kind": "answer",
        "question": 1,
        "placed_by": "label",
        "network_id": str(number),
    }
    return TweetValue(**{**values, **fields})


def asked(number, **fields):
    said = {"author": COMMUNITY, "kind": "question", "question": number, "placed_by": "host"}
    return tweet(number, f"Q{number} What helps?", **{**said, **fields})


def section(*tweets, name="question", number=1, text="What helps?", asked=None):
    question = {"number": number, "text": text, "asked_at": asked.created_at if asked else None, "asked": asked}
    if name != "question":
        question = {"number": None, "text": "", "asked_at": None, "asked": None}
    answers = sum(each.kind == "answer" for each in tweets)
    people = len({each.author.id for each in tweets})
    return SectionValue(name=name, tweets=tweets, people=people, answers=answers, **question)


def transcript(*sections, timeline=None, **fields):
    """A transcript of these sections; its timeline is all of their tweets unless it is given."""
    inside = {each.number: each for part in sections for each in (*part.tweets, *([part.asked] if part.asked else []))}
    chat = ChatValue(
        slug="first-night",
        title="First night",
        summary="What helps, and what does not.",
        path=PATH,
        hashtags=("WeCops",),
        starts_at=START,
        ends_at=START + timedelta(hours=1),
        opens_at=START - timedelta(minutes=15),
        closes_at=START + timedelta(minutes=150),
        time_zone="Europe/London",
        hosts=(),
    )
    values = {
        "chat": chat,
        "version": 1,
        "built_at": START + timedelta(days=1),
        "sections": sections,
        "timeline": tuple(inside[number] for number in sorted(inside)) if timeline is None else timeline,
        "retweets": (),
        "figures": figures(),
        "people": (COMMUNITY, person()),
        "completeness": CompletenessValue(sources=(), missing_parents=0, outside_window=0, removed=0),
    }
    return TranscriptValue(**{**values, **fields})


def figures(**fields):
    values = {
        "people": 2,
        "tweets": 3,
        "replies": 1,
        "retweets": 0,
        "followers_known": 2,
        "potential_impressions": 1234,
        "potential_audience": 1000,
        "busiest_minute": START,
        "busiest_count": 2,
        "minutes": (2, 1, *[0] * 58),
        "questions": (None, 1, *[1] * 58),
    }
    return FiguresValue(**{**values, **fields})
