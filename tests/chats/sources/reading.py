"""What a file gives, in one go."""

from datetime import UTC

from chats.sources.base import Rejected
from chats.sources.files import FORMATS, FileSource
from chats.sources.files.lines import Position


def pages(path, kind="auto", *, page_size=500, time_zone=UTC, cursor=""):
    return list(FileSource(path, kind, page_size=page_size, time_zone=time_zone).pages(cursor))


def read(path, kind="auto", **settings):
    """All tweets and all rejected rows of a file."""
    had = pages(path, kind, **settings)
    return [tweet for page in had for tweet in page.tweets], [row for page in had for row in page.rejected]


def meanings(tweet):
    """The spans of a tweet as (kind, what stands there, target)."""
    return [(span.kind, tweet.text[span.start : span.end], span.target) for span in tweet.spans]


def is_fitting(tweet):
    """Whether the spans are in order, apart, and say what stands in the text.

    Elsewhere than on X a link may stand behind any words, and a handle without its server.
    """
    signs = {"hashtag": "#\uff03", "mention": "@\uff20"}
    done = 0
    for kind, stands, target in meanings(tweet):
        named = {target.casefold(), target.casefold().split("@")[0]} if tweet.network != "x" else {target.casefold()}
        if kind in signs and (stands[0] not in signs[kind] or stands[1:].casefold() not in named):
            return False
        if kind not in signs and stands != target and tweet.network == "x":
            return False
    for span in tweet.spans:
        if not done <= span.start < span.end <= len(tweet.text):
            return False
        done = span.end
    return True


def rows_of_lines(path, kind):
    """What each line of a file gives, refused rows as (reason,); these must know their line themselves."""
    found = {}
    with path.open("rb") as file:
        for position, row in FORMATS[kind].read(file, Position(), UTC):
            number = position.line + 1
            is_refused = isinstance(row, Rejected)
            assert not is_refused or row.line == number
            found.setdefault(number, []).append((row.reason,) if is_refused else row)
    return found
