"""A transcript's values -> the files below its chat: for machines, for spreadsheets, for reading, for citing.

What each may tell of tweets from X is settled in one place, ``facts.document``: all files are written from its facts.
"""

from collections.abc import Iterator

from accounts.models import Community
from chats.exports.facts import TextPolicy, Told, document, encode, fingerprint, tell
from chats.exports.markup import page
from chats.exports.parts import Reader, heading
from chats.exports.references import bibtex, ris
from chats.exports.tables import table
from chats.exports.words import plain
from chats.rendering.values import TranscriptValue

__all__ = ["TYPES", "Told", "files", "fingerprint", "tell"]

TYPES = {
    "transcript.json": "application/json",
    "transcript.csv": "text/csv; charset=utf-8; header=present",
    "transcript.txt": "text/plain; charset=utf-8",
    "transcript.html": "text/html; charset=utf-8",
    "cite.ris": "application/x-research-info-systems; charset=utf-8",
    "cite.bib": "application/x-bibtex; charset=utf-8",
}


def files(
    transcript: TranscriptValue, told: Told, community: Community, sha256: str, *, text: TextPolicy
) -> Iterator[tuple[str, bytes]]:
    """Every file behind its name; its type is in ``TYPES``.  ``told`` is the whole of ``transcript``."""
    whole = document(transcript, told, sha256, text=text)
    tweets, title = whole["tweets"], transcript.chat.title
    yield "transcript.json", encode(whole)
    yield "transcript.csv", table(tweets)
    above = heading(transcript, community.site)
    parts = list(Reader(transcript, tweets).parts(whole["questions"]))
    is_whole = all(tweet.get("text", "") is not None for tweet in tweets)
    yield "transcript.txt", plain(title, above, parts, is_whole=is_whole)
    yield "transcript.html", page(title, community.name, above, parts, is_whole=is_whole)
    yield "cite.ris", ris(transcript, community)
    yield "cite.bib", bibtex(transcript, community)
