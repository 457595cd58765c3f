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

# On Mastodon everybody, and every hashtag, has a page on one's own server: ``home``.
PROFILES = {"x": "https://x.com/{}", "bluesky": "https://bsky.app/profile/{}", "mastodon": "https://{home}/@{}"}
HASHTAGS = {
    "x": "https://x.com/hashtag/{}",
    "bluesky": "https://bsky.app/hashtag/{}",
    "mastodon": "https://{home}/tags/{}",
}
LINK = '<a href="{}" rel="nofollow ugc noopener noreferrer">{}</a>'
LABEL = '<span class="a">{}</span>'

# Behind the people a reply begins with.
_TYPED_LABEL = re.compile(r"(?:@\w+\s+)*+([AaQq]\W?\d{1,2}(?:\.\d|[a-d])?)(?!\w)")
_CONTROLS = re.compile(r"[\x00-\x20\x7f-\xa0\u2000-\u200f\u2028-\u202f\u205f-\u206f\\]")
# Most addresses: nothing in these needs a closer look, which would take ten times as long.
_PLAIN_ADDRESS = re.compile(r"https://[a-z0-9][a-z0-9.-]*(?:/[A-Za-z0-9/_.~%?=&+,;:-]*)?")
_SERVER = re.compile(r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+", re.IGNORECASE)
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


def html(text: str, spans: Iterable[Span], *, network: str, author: str = "", is_labelled: bool = False) -> SafeString:
    """A tweet's words with their links, mentions and hashtags; ``is_labelled`` sets off the label that opens them.

    ``author`` is the handle of who wrote it: on Mastodon a hashtag leads to the page that their server has of it.

    A link shows what the network shows for it and leads to the network's own address (X's display rules).
    """
    home = author.partition("@")[2]
    marked = [
        (each.start, each.end, _span(each.kind, each.target, each.shown, text[each.start : each.end], network, home))
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
    name, _, server = handle.partition("@") if network == "mastodon" else (handle, "", "")
    return _page(PROFILES.get(network, ""), name, server)


def _page(pattern: str, name: str, server: str) -> str:
    """``pattern`` filled, "" where it would lead nowhere: what is known may lack a name or a server."""
    if not name or ("{home}" in pattern and not _SERVER.fullmatch(server)):
        return ""
    return pattern.format(quote(name, safe=""), home=server)


def name(shown: str, handle: str) -> str:
    """What to call somebody: their name on one line without marks that turn its neighbours, else the handle."""
    clean = " ".join(_DIRECTIONS.sub("", shown).split())
    return _TOWERS.sub(r"\1", clean) if _is_visible(clean) else handle


def _is_visible(text: str) -> bool:
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)


@lru_cache(maxsize=4096)  # nearly every tweet of a chat carries its hashtag
def _span(kind: str, target: str, shown: str, stands: str, network: str, home: str) -> str:
    if kind in ("link", "media"):
        safe = address(target)
        return LINK.format(escape(safe), escape(_shown(shown or stands))) if safe else words(stands)
    tag = _page(HASHTAGS.get(network, ""), target, home)
    leads_to = profile(network, target) if kind == "mention" else tag
    return LINK.format(escape(leads_to), escape(stands)) if leads_to else words(stands)


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
