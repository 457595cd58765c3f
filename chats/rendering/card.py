"""A chat -> the picture that networks show beside a link to it: PNG, 1200 by 630, after design/cards."""

import hashlib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from accounts.models import Community
from accounts.outbox import colours
from accounts.outbox.letters import tidy
from chats.models import Chat, Status
from chats.rendering import faces, numbers, times

WIDTH, HEIGHT, EDGE = 1200, 630, 72
SQUARE = 12
TITLE_SIZES, TITLE_WIDTH, TITLE_HEIGHT, LEADING = (92, 80, 68), 1056, 250, 1.04
NAMES_WIDTH = 560
DISPLAY, TEXT = "bricolage-grotesque", "figtree"
AVATAR_HUES = (25, 60, 105, 150, 195, 240, 290, 345)
DRAWN_BY = "1"  # another one makes every card anew
BARE = str.maketrans("łŁđĐħĦıŧŦ", "lLdDhHitT")  # letters that no accent can be taken from


@dataclass(frozen=True, slots=True)
class Card:
    """What is on it.  Equal cards are the same picture.  ``lead`` is the word before the names."""

    name: str
    when: str
    title: str
    hosts: tuple[tuple[str, str], ...]  # (name, handle)
    hashtag: str
    hues: tuple[int, float, int, float]
    lead: str = "With"

    @property
    def etag(self) -> str:
        return hashlib.sha256(f"{DRAWN_BY}{self!r}".encode()).hexdigest()[:20]


def of(chat: Chat) -> Card:
    """What the card of a chat says: a cancelled one that it is, every other when it is or was."""
    community: Community = chat.community
    day, hour = times.day(chat.starts_at, chat.time_zone), times.clock(chat.starts_at, chat.time_zone)
    place = times.zone_word(chat.time_zone).removesuffix(" time")
    return Card(
        name=tidy(community.name),
        when="Cancelled" if chat.status == Status.CANCELLED else f"{day}, {hour} {place}",
        title=drawable(tidy(chat.title)),
        hosts=tuple((drawable(tidy(host.name)) or host.handle, host.handle.lower()) for host in chat.hosts.all()),
        hashtag=chat.hashtags[0],
        hues=hues(community),
    )


def hues(community: Community) -> tuple[int, float, int, float]:
    """The four numbers of its colours."""
    return community.hue, float(community.chroma), community.hue_accent, float(community.chroma_accent)


def drawable(words: str) -> str:
    """Without what our fonts have no shape for, such as emoji; a letter stays, if need be without its accent."""
    kept = (
        each if _has_shape(each) else "".join(filter(_has_shape, unicodedata.normalize("NFKD", each.translate(BARE))))
        for each in unicodedata.normalize("NFC", words)
    )
    return " ".join("".join(kept).split())


@lru_cache(maxsize=4096)
def _has_shape(character: str) -> bool:
    font = _font(TEXT, 30, 500)
    shape, none = font.getmask(character), font.getmask("\U0010ffff")
    is_joiner = unicodedata.category(character) == "Cf"  # of emoji, for instance
    return not is_joiner and (shape.size != none.size or bytes(shape) != bytes(none))


def draw(card: Card) -> bytes:
    """The picture as a PNG."""
    hue, chroma, hue_accent, chroma_accent = card.hues
    deep = colours.hexadecimal(0.27, 0.095 * chroma, hue)
    accent = colours.hexadecimal(0.9, 0.17 * chroma_accent, hue_accent)
    quiet = colours.hexadecimal(0.86, 0.035, hue)
    picture = Image.new("RGB", (WIDTH, HEIGHT), deep)
    pen = ImageDraw.Draw(picture)
    _check_band(pen, colours.hexadecimal(0.64, 0.115 * chroma, hue))
    _mark(picture, colours.hexadecimal(0.53, 0.17 * chroma, hue), accent)
    pen.text((156, 116), card.name, fill="white", font=_font(DISPLAY, 46, 750), anchor="ls")
    pen.text((EDGE, 222), card.when, fill=accent, font=_font(TEXT, 36, 650), anchor="ls")
    font, lines = _fitting(card.title)
    first = 336 if len(lines) < 3 else 300
    for number, line in enumerate(lines):
        pen.text((EDGE - 4, first + number * font.size * LEADING), line, fill="white", font=font, anchor="ls")
    for x in range(EDGE, WIDTH - EDGE, 20):
        pen.line((x, 506, min(x + 10, WIDTH - EDGE), 506), fill=quiet, width=2)
    _hosts(pen, card, deep, quiet)
    pen.text((WIDTH - EDGE, 576), f"#{card.hashtag}", fill=accent, font=_font(TEXT, 30, 650), anchor="rs")
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    written = BytesIO()
    small = picture.quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    Image.Image.save(small, written, "PNG", optimize=True)
    return written.getvalue()


def _check_band(pen: ImageDraw.ImageDraw, tone: str) -> None:
    pen.rectangle((0, 0, WIDTH, 2 * SQUARE - 1), fill="white")
    for row in (0, 1):
        for x in range(row * SQUARE, WIDTH, 2 * SQUARE):
            pen.rectangle((x, row * SQUARE, x + SQUARE - 1, (row + 1) * SQUARE - 1), fill=tone)


def _mark(picture: Image.Image, bubble: str, accent: str) -> None:
    """The mark of templates/_logo.html, drawn four times as large and made small: edges are smooth that way."""
    scale = 1.7 * 4
    size = int(40 * scale)
    mark = Image.new("RGBA", (size, size))
    pen = ImageDraw.Draw(mark)

    def at(*numbers: float) -> tuple[float, ...]:
        return tuple(number * scale for number in numbers)

    pen.rounded_rectangle(at(2, 3, 38, 31), radius=7 * scale, fill=bubble)
    pen.polygon(at(10.5, 30, 10.5, 38, 19, 31, 19, 30), fill=bubble)
    for x, y, fill in ((8, 10.5, "white"), (20, 10.5, "white"), (14, 16.5, accent), (26, 16.5, accent)):
        pen.rectangle(at(x, y, x + 6, y + 6), fill=fill)
    small = mark.resize((68, 68), Image.Resampling.LANCZOS)
    picture.paste(small, (EDGE, 66), small)


def _hosts(pen: ImageDraw.ImageDraw, card: Card, deep: str, quiet: str) -> None:
    x = EDGE + 28
    for name, handle in card.hosts[:3]:
        hue = AVATAR_HUES[faces.hue("", handle) - 1]
        round_ = (x - 27, 539, x + 27, 593)
        pen.ellipse(round_, fill=colours.hexadecimal(0.91, 0.055, hue), outline=deep, width=3)
        ink = colours.hexadecimal(0.34, 0.09, hue)
        pen.text((x, 573), faces.initials(name), fill=ink, font=_font(TEXT, 20, 700), anchor="ms")
        x += 44
    font = _font(TEXT, 30, 500)
    words = f"{card.lead} {numbers.listed([name for name, _ in card.hosts])}" if card.hosts else "Everyone is welcome"
    at = x + 2 if card.hosts else EDGE
    tag = _font(TEXT, 30, 650).getlength(f"#{card.hashtag}")
    pen.text((at, 576), _cut_to(words, font, WIDTH - EDGE - tag - 40 - at), fill=quiet, font=font, anchor="ls")


def _cut_to(words: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    longest = len(words)
    while longest > 1 and font.getlength(_cut(words, longest)) > width:
        longest -= 1
    return _cut(words, longest)


def _cut(text: str, longest: int) -> str:
    """The text, or as many of its words as fit, with an ellipsis."""
    if len(text) <= longest:
        return text
    return (text[:longest].rpartition(" ")[0] or text[: longest - 1]).rstrip(" ,;:.") + "…"


def _fitting(title: str) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The title in the largest of three sizes that fits; else cut at a word in the smallest."""
    for size in TITLE_SIZES:
        font = _font(DISPLAY, size, 750)
        most = int(TITLE_HEIGHT // (size * LEADING))
        lines = _broken(title, font)
        if len(lines) <= most and all(font.getlength(line) <= TITLE_WIDTH for line in lines):
            return font, lines
    kept = lines[:most]
    rest = " ".join(lines[most - 1 :]) if len(lines) > most else kept[-1]
    return font, [*(_cut_to(line, font, TITLE_WIDTH) for line in kept[:-1]), _cut_to(rest, font, TITLE_WIDTH)]


def _broken(title: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """Lines of whole words, as many words in each as fit."""
    lines: list[str] = []
    for word in title.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= TITLE_WIDTH:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@lru_cache
def _font(family: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(settings.BASE_DIR / "static" / "fonts" / f"{family}-latin-wght-normal.woff2", size)
    font.set_variation_by_axes([weight])
    return font
