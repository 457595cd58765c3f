"""The text of a tweet of X, and what else is known of it -> its entities, where the source did not keep them."""

import re
from collections.abc import Sequence

_TAG = re.compile(r"(?<![\w/&])[#\uff03](\w*[^\W\d_]\w*)")
_MENTION = re.compile(r"(?<![\w/@\uff20])[@\uff20]([A-Za-z0-9_]{1,20})(?![A-Za-z0-9_@\uff20])")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.I)
# What ends a sentence ends an address in it.
_AFTER = ".,;:!?'\")]}\u2019\u201d"
_CUT = "\u2026"
_LONGEST_SHOWN = 26
_PICTURES = ("pic.twitter.com/", "pic.x.com/")


def entities_of(text: str, *, tags: Sequence[str] = (), shorts: Sequence[str] = (), leads: Sequence[str] = ()) -> dict:
    """Entities of a text as X escaped it.

    ``tags`` are its hashtags where they are known.  ``leads`` are where its links end: those of ``shorts``, or else of
    the addresses in the text in their order, where there are as many.
    """
    addresses = _addresses(text)
    stand = shorts or [address for _, address in addresses]
    ends = dict(zip(stand, leads, strict=True)) if len(stand) == len(leads) else {}
    return {
        "hashtags": _hashtags(text, tags),
        "user_mentions": [{"screen_name": at[1], "indices": list(at.span())} for at in _MENTION.finditer(text)],
        "urls": [_url(start, address, ends.get(address, "")) for start, address in addresses],
    }


def shown(address: str) -> str:
    """How X shows an address."""
    bare = re.sub(r"\Ahttps?://(?:www\.)?", "", address, flags=re.I)
    return bare if len(bare) <= _LONGEST_SHOWN else bare[:_LONGEST_SHOWN] + _CUT


def _hashtags(text: str, tags: Sequence[str]) -> list[dict]:
    known = {tag.casefold() for tag in tags}
    found = [at for at in _TAG.finditer(text) if not known or at[1].casefold() in known]
    places = [{"text": at[1], "indices": list(at.span())} for at in found]
    stand = {at[1].casefold() for at in found}
    return places + [{"text": tag} for tag in tags if tag.casefold() not in stand]


def _addresses(text: str) -> list[tuple[int, str]]:
    """Whole addresses and where they begin; one that was cut leads nowhere."""
    found = [(at.start(), at[0]) for at in _ADDRESS.finditer(text)] if "://" in text else []
    return [(start, address.rstrip(_AFTER)) for start, address in found if _CUT not in address]


def _url(start: int, address: str, end: str) -> dict:
    place = {"url": address, "indices": [start, start + len(address)]}
    if end.startswith(_PICTURES):
        return {**place, "display_url": end, "media_key": ""}
    return {**place, "expanded_url": end or address, "display_url": shown(end or address)}
