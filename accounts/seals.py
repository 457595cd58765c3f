"""A value -> words for a link that nobody can read or change, and back; for what must not stand open in an address.

Addresses of pages are written down by servers and browsers on the way: nobody's email address belongs into one.
"""

import json
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


class Broken(ValueError):
    """It was not sealed by us for this purpose, or too long ago."""


def keys(purpose: str) -> MultiFernet:
    """The newest key first; those of SECRET_KEY_FALLBACKS still open what they closed."""
    every = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [salted_hmac(purpose, "key", secret=key, algorithm="sha256").digest() for key in every]
    return MultiFernet([Fernet(urlsafe_b64encode(digest)) for digest in digests])


def sealed(purpose: str, value: Any) -> str:
    """Anything that JSON can say, as letters, digits, "-" and "_"."""
    return keys(purpose).encrypt(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")


def opened(purpose: str, token: str, *, lasts: timedelta) -> Any:
    """What was ``sealed`` no longer ago than it ``lasts``; raises ``Broken``."""
    try:
        padded = token + "=" * (-len(token) % 4)
        return json.loads(keys(purpose).decrypt(padded.encode(), ttl=int(lasts.total_seconds())))
    except (InvalidToken, ValueError) as error:
        raise Broken("That link is not whole, or too old.") from error
