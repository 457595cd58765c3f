"""A picture that an editor hands in -> our own copies, made anew from its pixels in two widths."""

import hashlib
from datetime import datetime
from io import BytesIO

from django.core.exceptions import ValidationError
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.models import Community
from blog.models import Picture

WIDE, SMALL = (1280, 800), (640, 400)
FORMATS = ("PNG", "JPEG", "WEBP")
MOST_BYTES = 12 * 2**20
LARGEST = 50_000_000  # pixels: a small file may claim to be as large as a wall
QUALITY = 78
NARROWEST = 320


def copies(file: bytes) -> tuple[bytes, bytes]:
    """WebP files of ``WIDE`` and ``SMALL``, cut to that shape around the middle; raises ``ValidationError``."""
    if len(file) > MOST_BYTES:
        raise ValidationError(f"The picture has more than {MOST_BYTES // 2**20} MB. Save it smaller.")
    try:
        with Image.open(BytesIO(file), formats=FORMATS) as picture:
            if picture.width * picture.height > LARGEST:
                raise ValidationError("The picture has too many pixels. Save it smaller.")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValidationError("That is no picture that we can read: hand in a PNG, JPEG or WebP.") from error
    if upright.width < NARROWEST:
        raise ValidationError(f"The picture is only {upright.width} pixels wide. Readers see it at {WIDE[0]}.")
    return _webp(ImageOps.fit(upright, WIDE)), _webp(ImageOps.fit(upright, SMALL))


def _webp(picture: Image.Image) -> bytes:
    written = BytesIO()
    Image.frombytes(picture.mode, picture.size, picture.tobytes()).save(written, "WEBP", quality=QUALITY)
    return written.getvalue()


def keep(community: Community, file: bytes, *, now: datetime) -> Picture:
    """Our copies of it, once: the same picture is the same row."""
    wide, small = copies(file)
    key = hashlib.sha256(f"{community.pk} ".encode() + wide).hexdigest()[:32]
    found = {"community": community, "wide": wide, "small": small, "added_at": now}
    return Picture.objects.get_or_create(key=key, defaults=found)[0]


def drop_unused(community: Community) -> None:
    """Throw away what no post and no film shows any more."""
    Picture.objects.filter(community=community, posts=None, videos=None).delete()
