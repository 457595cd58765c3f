"""Where X says a picture is -> our small copy, made anew from its pixels; no page ever asks X for it.

The address came from outside: only X's own host for pictures is asked, and the one that the operator named for X.
"""

from datetime import timedelta
from io import BytesIO
from urllib.parse import urlsplit

from django.conf import settings
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts import leases
from accounts.leases import Claim
from accounts.models import Portrait, User
from chats.sources.base import SourceError
from chats.sources.http import Door

PIXELS = 96
HOST = "pbs.twimg.com"
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MOST_BYTES = 2**20
LARGEST = 2000 * 2000  # pixels: a small file may claim to be as large as a wall
DEADLINE = timedelta(seconds=10)
AT_ONCE = 1  # nobody waits for it


def want(user: User, address: str) -> None:
    """The picture at ``address`` is theirs from now on; a new address comes due, no address takes the copy away."""
    known = Portrait.objects.filter(user=user)
    if not address:
        known.delete()
    elif not known.filter(address=address).exists():
        portrait, _ = Portrait.objects.update_or_create(user=user, defaults={"address": address})
        leases.make_due(portrait)


def claim_due() -> list[Claim[Portrait]]:
    return leases.claim_due(Portrait, AT_ONCE)


def fetch(claim: Claim[Portrait]) -> None:
    """Ask for the picture and keep a copy.  What cannot be had is written into the row; nothing else depends on it."""
    with leases.working(claim):
        address = Portrait.objects.values_list("address", flat=True).get(pk=claim.id)
        image = small(_asked(address))
        with leases.hold(claim):
            Portrait.objects.filter(pk=claim.id).update(image=image, fetched_at=leases.clock())
            leases.done(claim)


def _asked(address: str) -> bytes:
    parts, own = urlsplit(address), urlsplit(settings.X_PROFILE_URL)
    is_own = parts.netloc == own.netloc  # the operator named it: the stand-in for X, on this machine
    if not is_own and (parts.scheme, parts.netloc) != ("https", HOST):
        raise SourceError(f"{parts.netloc} is not where X keeps pictures.", code="address_refused", permanent=True)
    base = f"{parts.scheme}://{parts.netloc}"
    with Door(base, trusted=is_own, deadline=DEADLINE, most_bytes=MOST_BYTES) as door:
        answer = door.get(address.replace("_normal.", "_bigger."))  # 73 pixels wide, not 48
    answer.check_available()
    if answer.status != 200:
        raise SourceError(f"There is no picture: {answer.status}.", code="no_picture", permanent=True)
    return answer.body


def small(file: bytes) -> bytes:
    """A picture of any size as a small PNG, square, first frame only; raises ``SourceError`` for what is none."""
    try:
        with Image.open(BytesIO(file), formats=FORMATS) as picture:
            if picture.width * picture.height > LARGEST:
                raise SourceError("The picture is too large.", code="too_large", permanent=True)
            square = ImageOps.fit(ImageOps.exif_transpose(picture).convert("RGB"), (PIXELS, PIXELS))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise SourceError("That is no picture.", code="no_picture", permanent=True) from error
    written = BytesIO()
    Image.frombytes(square.mode, square.size, square.tobytes()).save(written, "PNG")
    return written.getvalue()
