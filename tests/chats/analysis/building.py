"""Invented conversations as plain records."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from chats.analysis.records import Question, Tweet

START = datetime(2026, 11, 18, 21, 0, tzinfo=UTC)
END = START + timedelta(hours=1)
HOST, COHOST, ANN, BOB, CAT = range(1, 6)

TEXTS = (
    "",
    "Q1 What do you wish somebody had told you? #WeCops",
    "Q2: Who helped?",
    "Q2 coming right up",
    "What do you wish somebody had told you?",
    "A1 Take a pen. Take two.",
    "RT @ann: A1 Take a pen. Take two.",
    "A2 My tutor & my mum",
    "A9 No such question",
    "Hello from the night shift",
    "@ann And a sandwich",
    "The custody sergeant, every time",
    "🙂",
)


def at(minute, second=0):
    return START + timedelta(minutes=minute, seconds=second)


def said(key, text="The custody sergeant, every time", *, minute=5.0, author=ANN, **fields):
    """A tweet, ``minute`` minutes into the chat."""
    return Tweet(key=key, author=author, text=text, created_at=at(minute), **fields)


def asked(key, text, *, minute, author=HOST, **fields):
    """A tweet of a host."""
    return said(key, text, minute=minute, author=author, is_host=True, **fields)


def question(number, *, minute=None, tweet=None, text=""):
    return Question(number, text or f"Number {number}?", None if minute is None else at(minute), tweet)


@st.composite
def conversations(draw):
    """Up to fifteen tweets in order of time, of few authors and texts, that lead to each other in every direction."""
    size = draw(st.integers(0, 15))
    keys = st.none() | st.integers(1, size + 1)
    tweets = []
    for key in range(1, size + 1):
        author = draw(st.integers(HOST, CAT))
        is_retweet = draw(st.booleans())
        reply_to = None if is_retweet else draw(keys)
        corrected = draw(st.sampled_from([{}, {}, {}, {"is_corrected": True, "moved_to": 1}, {"is_corrected": True}]))
        tweets.append(
            said(
                key,
                draw(st.sampled_from(TEXTS)),
                minute=draw(st.integers(-5, 70)),
                author=author,
                is_host=author == HOST,
                is_retweet=is_retweet,
                retweet_of=draw(keys) if is_retweet else None,
                reply_to=reply_to,
                quote_of=None if is_retweet else draw(keys),
                misses_parent=not is_retweet and reply_to is None and draw(st.booleans()),
                **corrected,
            )
        )
    return sorted(tweets, key=lambda tweet: (tweet.created_at, tweet.key))
