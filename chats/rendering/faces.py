"""A person -> what stands for them where others would show a picture: initials on one of eight hues."""

import unicodedata
from functools import lru_cache
from zlib import crc32

from django.utils.html import format_html
from django.utils.safestring import SafeString

HUES = 8
FACE = '<span class="av {}{}" aria-hidden="true">{}</span>'
TITLES = {"dr", "prof", "professor", "mr", "mrs", "ms", "mx", "rev", "sir", "dame", "pc", "sgt", "insp", "supt"}


@lru_cache(maxsize=4096)
def face(name: str, size: str, account: tuple[str, str] | None) -> SafeString:
    """Initials on the hue of an account (network, id), or in the brand's colour; ``size`` is "s", "l" or ""."""
    tone = f"av-{hue(*account)}" if account else "av--us"
    return format_html(FACE, tone, f" av--{size}" if size else "", initials(name))


def initials(name: str) -> str:
    """ "MT" of Dr Moira Tollan, "We" of WeCops; "" where a name has neither letter nor digit."""
    words = [letters for word in name.split() if (letters := "".join(filter(str.isalnum, _composed(word))))]
    known = [word for word in words if word.lower() not in TITLES] or words
    if len(known) > 1:
        return known[0][0].upper() + known[-1][0].upper()
    return known[0][:2] if known else ""


def hue(network: str, network_id: str) -> int:
    """1 to 8, the same for one account for ever: names and handles change, ids do not."""
    return crc32(f"{network}:{network_id}".encode()) % HUES + 1


def _composed(word: str) -> str:
    """Letters with their accents as one character, so that no initial loses its own."""
    return unicodedata.normalize("NFC", word)
