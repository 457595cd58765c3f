"""Links that people shared -> what they shared: one entry a place, with who brought it and the words beside it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

LONGEST_SENTENCE = 240  # letters
LONGEST_WITHIN = 100  # of an address in it
RESEARCH_TAGS = {"academicpony", "ebp"}  # how people mark research
NEAR = 500  # letters before and behind a link are looked at: a hostile text is long

PORTS = {"http": "80", "https": "443"}
_PARTS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[^/?#@:\s]+)(?::(?P<port>\d+))?(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?(?:#.*)?",
    re.IGNORECASE | re.DOTALL,
)
X_HOSTS = {f"{front}{host}" for host in ("twitter.com", "x.com") for front in ("", "www.", "mobile.", "m.")}
_STATUS = re.compile(r"/(?:[^/]+|i/web)/status(?:es)?/(\d+)(/(?:photo|video)/\d+)?", re.IGNORECASE)
_FOLLOWED = re.compile(r"(?:utm_.*|(?:fbclid|gclid)=.*)", re.IGNORECASE)  # where a reader came from
_DOI = re.compile(r"(?:^|[/=:])10\.\d{4,9}(?:/|%2F)\S", re.IGNORECASE)

_PART = re.compile(r"(?<=[.!?\u2026])\s+|\n+")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
# What X showed before and behind an address that it shortened.
_CUT = re.compile(r"\u2026(?=https?://)|\u2026\Z|(https?://\S+)\s{1,2}\u2026", re.IGNORECASE)
_CUT_BEHIND = re.compile(r"\A\s{0,2}\u2026")
_LABEL = re.compile(r"\s*(?:@\w+\s+)*(?:[AaQq]\W?\d{1,2}(?:\.\d|[a-d])?(?!\w)[\s:.)\u2013-]*)?")
_SIGNS = " :>-\u2013\u2192\U0001f447\U0001f448\U0001f449"  # what points at a link


_ENDS = _SIGNS + ".,;!&\u2026"


class Shared(NamedTuple):
    """One link in one tweet: where it leads, and where it stands in ``text``.  ``is_marked``: tagged as research."""

    tweet: int
    author: int
    at: datetime
    address: str
    text: str
    start: int
    end: int
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Resource:
    """A place that people led to.  ``shared`` are (key of the tweet, the sentence it came with), the earliest of each
    person, oldest first.  ``is_tweet``: the place is a tweet elsewhere.
    """

    address: str
    shared: tuple[tuple[int, str], ...]
    is_academic: bool
    is_tweet: bool


def group(links: Iterable[Shared], *, tweets_here: Iterable[str] = ()) -> tuple[Resource, ...]:
    """Same places together, those of the most people first, then the earliest.

    ``tweets_here`` are the ids on X of the chat's own tweets: who points to one of them quotes it, or shows a picture.
    """
    here = set(tweets_here)
    places: dict[str, list[Shared]] = {}
    names: dict[str, str] = {}
    for link in sorted(links, key=_moment):
        name = names.get(link.address) or names.setdefault(link.address, place(link.address))
        if name.removeprefix("tweet:") not in here and not name.startswith("picture:"):
            places.setdefault(name, []).append(link)
    ordered = sorted(places, key=lambda name: (-len({each.author for each in places[name]}), places[name][0].at, name))
    return tuple(_resource(name, places[name]) for name in ordered)


def place(address: str) -> str:
    """What two addresses of one place have in common: no scheme, port, fragment, last slash, or who sent the reader."""
    parts = _PARTS.fullmatch(address)
    if parts is None:
        return address
    host, path = parts["host"].lower(), parts["path"] or ""
    status = _STATUS.fullmatch(path) if host in X_HOSTS else None
    if status:
        return f"picture:{status[1]}" if status[2] else f"tweet:{status[1]}"
    port = f":{parts['port']}" if parts["port"] and parts["port"] != PORTS[parts["scheme"].lower()] else ""
    asked = [each for each in (parts["query"] or "").split("&") if each and not _FOLLOWED.fullmatch(each)]
    return f"{host}{port}{path.rstrip('/')}{'?' if asked else ''}{'&'.join(asked)}"


def is_paper(address: str) -> bool:
    """Whether it names a DOI, as research does."""
    return bool(_DOI.search(address))


def readable(address: str) -> str:
    """An address without what nobody reads: "nap.example/study"."""
    return address.partition("://")[2].removeprefix("www.").rstrip("/") or address


def sentence(text: str, start: int, end: int, address: str) -> str:
    """The sentence in which, or behind which, the link ``text[start:end]`` stands; "" where it stands alone.

    Where it is part of the sentence, ``address``, to which it leads, stands for it.
    """
    near = _CUT.sub(r"\1", text[max(0, start - NEAR) : start])
    before = [part for part in _PART.split(_LABEL.sub("", near, count=1)) if part.strip()]
    after = _PART.split(_CUT.sub(r"\1", _CUT_BEHIND.sub("", text[end : end + NEAR])))[0]
    place = address if _ADDRESS.fullmatch(address) else ""
    words = f"{before[-1] if before else ''} {place} {after}".split()
    while words and (words[-1][0] in "#@" or _ADDRESS.fullmatch(words[-1]) or not words[-1].strip(_ENDS)):
        words.pop()
    plain = " ".join(_within(word) if _ADDRESS.fullmatch(word) else word for word in words).rstrip(_SIGNS)
    return plain if len(plain) <= LONGEST_SENTENCE else f"{plain[:LONGEST_SENTENCE].rsplit(' ', 1)[0]} \u2026"


def _within(address: str) -> str:
    """An address as it stands in a sentence: one of 300 letters would leave no room for the words."""
    shown = readable(address)
    return shown if len(shown) <= LONGEST_WITHIN else f"{shown[:LONGEST_WITHIN]}\u2026"


def _moment(link: Shared) -> tuple[datetime, str, int, int]:
    """The order of sharing; never that of arrival, unless two say the same at the same moment."""
    return link.at, link.text, link.start, link.tweet


def _resource(name: str, links: list[Shared]) -> Resource:
    first = {link.author: link for link in reversed(links)}
    shared = sorted(first.values(), key=_moment)
    addresses = {link.address for link in links}
    return Resource(
        # The shortest has the least that says where its reader came from.
        address=min(addresses, key=lambda each: (len(each), each)),
        shared=tuple((link.tweet, sentence(link.text, link.start, link.end, link.address)) for link in shared),
        is_academic=any(link.is_marked for link in links) or any(map(is_paper, addresses)),
        is_tweet=name.startswith("tweet:"),
    )
