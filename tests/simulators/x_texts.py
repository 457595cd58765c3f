"""A tweet's plain text -> the text as X gives it, and what X finds in it."""

import re
import unicodedata
from functools import cache

from tests.simulators.people import cast

ROOM = 280
_TAG = re.compile(r"(?<![\w/])#(\w*[^\W\d_]\w*)")
_MENTION = re.compile(r"(?<![\w/])@(\w{1,15})")
_SHORT_LINK = re.compile(r"https://t\.co/\w{10}")
_LEADING_MENTIONS = re.compile(r"(?:@\w+ )*")
_LINK_WEIGHT = 23
# Code points that X counts once; all others count twice.
_HEAVY = re.compile("[^\0-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")


def weight(said):
    """How much of the room for one tweet its text takes."""
    words = _LEADING_MENTIONS.sub("", said.text, count=1) if said.reply_to else said.text
    words, links = _SHORT_LINK.subn("", unicodedata.normalize("NFC", words))
    return len(words) + len(_HEAVY.findall(words)) + _LINK_WEIGHT * links


def is_long(said):
    return not said.retweet_of and weight(said) > ROOM


def cut(said, room):
    """The beginning that fits, with X's sign that there is more."""
    return said.text if len(said.text) <= room else said.text[: room - 1] + "…"


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def hashtags(text):
    """(start, end, tag) of every hashtag in an escaped text."""
    return [(found.start(), found.end(), found[1]) for found in _TAG.finditer(text)]


def mentions(text):
    """(start, end, person) of every mention of somebody who exists in an escaped text."""
    known = _by_handle()
    found = [(found.start(), found.end(), known.get(found[1].lower())) for found in _MENTION.finditer(text)]
    return [each for each in found if each[2]]


def links(said, text):
    """(start, end, link) of every short address that stands in an escaped text; the picture's is last."""
    every = [*said.links, said.picture] if said.picture else said.links
    found = [(text.find(link.short), link) for link in every]
    return [(start, start + len(link.short), link) for start, link in found if start >= 0]


def shown(address):
    """How X shows an address."""
    bare = address.removeprefix("https://")
    return bare if len(bare) <= 26 else bare[:26] + "…"


@cache
def _by_handle():
    return {person.handle.lower(): person for person in cast().values()}
