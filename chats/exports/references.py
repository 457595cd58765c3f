"""A transcript's own facts -> a reference to this version, as reference managers read it: RIS and BibTeX."""

import re
from zoneinfo import ZoneInfo

from accounts.models import Community
from chats.rendering import times
from chats.rendering.values import TranscriptValue

KIND = "transcript of a tweet chat"
# A brace by a backslash would still be counted when the entry's end is looked for.
TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    **{sign: f"\\{sign}" for sign in "#$%&_"},
}

_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def ris(transcript: TranscriptValue, community: Community) -> bytes:
    """A web page of a corporate author; CR LF behind every line."""
    chat = transcript.chat
    day = chat.starts_at.astimezone(ZoneInfo(chat.time_zone))
    fields = [
        ("TY", "ELEC"),
        ("AU", community.name),
        ("TI", f"{chat.title}: {KIND}"),
        ("PY", f"{day:%Y}"),
        ("DA", f"{day:%Y/%m/%d}"),
        ("ET", _version(transcript)),
        *(("KW", f"#{tag}") for tag in chat.hashtags),
        ("LA", "en"),
        ("PB", community.name),
        ("UR", f"{community.site}{chat.path}"),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {_one_line(words)}\r\n" for tag, words in fields).encode()


def bibtex(transcript: TranscriptValue, community: Community) -> bytes:
    chat = transcript.chat
    day = chat.starts_at.astimezone(ZoneInfo(chat.time_zone))
    fields = {
        "author": f"{{{_tex(community.name)}}}",
        "title": f"{{{_tex(f'{chat.title}: {KIND}')}}}",
        "year": f"{day:%Y}",
        "month": f"{day.month}",
        "day": f"{day.day}",
        "note": _tex(_version(transcript)),
        "keywords": _tex(", ".join(f"#{tag}" for tag in chat.hashtags)),
        "url": f"{community.site}{chat.path}",
    }
    entry = "".join(f"  {name} = {{{words}}},\n" for name, words in fields.items())
    return f"@misc{{{community.slug}-{day:%Y}-{chat.slug},\n{entry}}}\n".encode()


def _version(transcript: TranscriptValue) -> str:
    return f"Version {transcript.version} of {times.day(transcript.built_at, transcript.chat.time_zone)}"


def _tex(words: str) -> str:
    return "".join(TEX.get(character, character) for character in _one_line(words))


def _one_line(words: str) -> str:
    """A line break would begin another field."""
    return _BLANKS.sub(" ", words).strip()
