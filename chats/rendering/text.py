"""What somebody wrote, anywhere -> HTML that can do no harm.  The one escaping path for everything from outside.

The words stay as they were written, to the character.  What is added stands around them: links to where the network
says they lead, and isolation, so that no mark for another direction of writing reaches the neighbours.
"""

import html as standard
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from operator import itemgetter
from urllib.parse import quote, urlsplit

from django.utils.safestring import SafeString

from chats.sources.base import Span

PROFILES = {"x": "https://x.com/{}"}
HASHTAGS = {"x": "https://x.com/hashtag/{}"}
LINK = '<a href="{}" rel="nofollow ugc noopener noreferrer">{}</a>'
LABEL = '<span class="a">{}</span>'

# Behind the people a reply begins with.
_TYPED_LABEL = re.compile(r"(?:@\w+\s+)*+([AaQq]\W?\d{1,2}(?:\.\d|[a-d])?)(?!\w)")
_CONTROLS = re.compile(r"[\x00-\x20\x7f-\xa0\u2000-\u200f\u2028-\u202f\u205f-\u206f\\]")
# Most addresses: nothing in these needs a closer look, which would take ten times as long.
_PLAIN_ADDRESS = re.compile(r"https://[a-z0-9][a-z0-9.-]*(?:/[A-Za-z0-9/_.~%?=&+,;:-]*)?")
# Marks that turn the direction of what follows: harmless inside <bdi>, but a name also stands in titles and labels.
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Eight accents on one letter are more than any language writes; hundreds cover the lines above and below.
_ACCENTS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_TOWERS = re.compile(f"([{_ACCENTS}]{{8}})[{_ACCENTS}]+")


def escape(text: str) -> SafeString:
    """Django's escaping without what Django adds for words that are translated later, which takes longer than it."""
    return SafeString(standard.escape(text))


def words(text: str) -> SafeString:
    """Bare words, with no more accents on a letter than any language writes."""
    return escape(text if text.isascii() else _TOWERS.sub(r"\1", text))


def html(text: str, spans: Iterable[Span], *, network: str, is_labelled: bool = False) -> SafeString:
    """A tweet's words with their links, mentions and hashtags; ``is_labelled`` sets off the label that opens them.

    A link shows what the network shows for it and leads to the network's own address (X's display rules).
    """
    marked = [
        (each.start, each.end, _span(each.kind, each.target, each.shown, text[each.start : each.end], network))
        for each in spans
    ]
    label = _TYPED_LABEL.match(text) if is_labelled else None
    if label:
        marked = sorted([(*label.span(1), LABEL.format(escape(label[1]))), *marked], key=itemgetter(0))
    parts: list[str] = []
    done = 0
    for start, end, markup in marked:
        if done <= start < end <= len(text):
            parts += words(text[done:start]), markup
            done = end
    parts.append(words(text[done:]))
    return SafeString("".join(parts))


def address(url: str) -> str:
    """The address, if it is one that a reader may be led to; else ""."""
    if _PLAIN_ADDRESS.fullmatch(url):
        return url
    if _CONTROLS.search(url):
        return ""
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and has_host and "@" not in parts.netloc else ""


def link(target: str, shown: str) -> SafeString:
    """A link in our own lists; only words where nobody may be led there."""
    safe = address(target)
    return SafeString(LINK.format(escape(safe), escape(_shown(shown))) if safe else words(shown))


def profile(network: str, handle: str) -> str:
    """The address of somebody's page on their network, "" where that is not known."""
    pattern = PROFILES.get(network, "")
    return pattern.format(quote(handle, safe="")) if handle else ""


def name(shown: str, handle: str) -> str:
    """What to call somebody: their name on one line without marks that turn its neighbours, else the handle."""
    clean = " ".join(_DIRECTIONS.sub("", shown).split())
    return _TOWERS.sub(r"\1", clean) if _is_visible(clean) else handle


def _is_visible(text: str) -> bool:
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)


@lru_cache(maxsize=4096)  # nearly every tweet of a chat carries its hashtag
def _span(kind: str, target: str, shown: str, stands: str, network: str) -> str:
    if kind in ("link", "media"):
        safe = address(target)
        return LINK.format(escape(safe), escape(_shown(shown or stands))) if safe else words(stands)
    pattern = (PROFILES if kind == "mention" else HASHTAGS).get(network)
    return LINK.format(escape(pattern.format(quote(target, safe=""))), escape(stands)) if pattern else words(stands)


def _shown(shown: str) -> str:
    """A link's display form, with a host in foreign letters spelt out: two Cyrillic letters make another Google."""
    host, slash, rest = _DIRECTIONS.sub("", shown).partition("/")
    if host.isascii() or _is_latin(host):
        return f"{host}{slash}{rest}"
    try:
        return f"{host.encode('idna').decode('ascii')}{slash}{rest}"
    except UnicodeError:
        return f"{host.encode('ascii', 'replace').decode('ascii')}{slash}{rest}"


def _is_latin(host: str) -> bool:
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in host if letter.isalpha())
