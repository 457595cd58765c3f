"""Plain values -> the words, icons, faces and shapes that templates show."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import reverse
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString

from accounts import prose
from accounts.models import Community, Revision
from chats.rendering import coming, faces, numbers, shape, times
from chats.rendering.beside import Film
from chats.rendering.icons import ICONS
from chats.rendering.months import Day, Line
from chats.rendering.values import PersonValue

register = template.Library()

MINI, LARGE = 36, 100  # pixels, of the tallest bar


class Person(Protocol):
    """Whoever has a face.  Of an account ``network`` and ``id`` are read too, and ``is_community``."""

    name: str
    handle: str


class Axis(NamedTuple):
    """What stands under the large shape of an hour: when each question was asked; from when to when, and where told."""

    asked: tuple[tuple[int, datetime], ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    zone: str = ""


class Place(NamedTuple):
    """A place in the menu: how templates call it, the name of its URL, and what readers see."""

    name: str
    url: str
    words: str


MENU = (
    Place("chats", "chats:calendar", "Chats"),
    Place("archive", "chats:archive", "Archive"),
    Place("topics", "topics", "Topics"),
    Place("blog", "blog:posts", "Blog"),
    Place("watch", "videos:videos", "Watch"),
    Place("about", "accounts:about", "About"),
)


class Signature(NamedTuple):
    """What the foot of a page says of its community."""

    name: str
    promise: str
    handle: str
    hashtag: str


class Marks(NamedTuple):
    """By what the head of a page leads to the colours, icons and feeds of its community."""

    name: str
    theme: str
    colours: tuple[int, int, int, int]


class Timed(Protocol):
    """A chat, as a row or as a value."""

    starts_at: datetime
    ends_at: datetime
    time_zone: str


register.filter("uk_time", times.clock)
register.filter("uk_date", times.day)
register.filter("zone_word", times.zone_word)
register.filter("stamp", times.stamp)
register.filter("zone_letters", coming.zone_letters)
register.filter("tile", coming.tile)
register.filter("elsewhere", coming.elsewhere)
register.filter("counted", numbers.counted)
register.filter("rounded", numbers.rounded)
register.simple_tag(coming.left, name="left")
register.simple_tag(coming.nearness, name="nearness")


@register.filter
def hours(chat: Timed) -> str:
    """From when to when it is, where the chat is at home: "9 to 10 pm"."""
    return times.hours(chat.starts_at, chat.ends_at, chat.time_zone)


@register.filter
def thousands(number: int) -> str:
    return f"{number:,}"


@register.simple_tag
def linked_data(facts: dict[str, Any]) -> SafeString:
    """Facts for machines (JSON-LD) as a block that no browser runs and no word in it can close."""
    return SafeString(json_script(facts).replace("application/json", "application/ld+json", 1))


@register.simple_tag
def names(people: Sequence[str]) -> SafeString:
    """Names as one line, each of its own reading direction: "Ann, Bob and Cat"."""
    return SafeString(numbers.listed([format_html("<strong><bdi>{}</bdi></strong>", each) for each in people]))


@register.filter
def showing(film: Film, now: datetime | None) -> str:
    """ "later" or "live" of a film that is shown live one of these days; "" else, and where a page is kept for long."""
    if now is None or film.starts_at is None or film.ends_at is None or film.ends_at <= now:
        return ""
    return "later" if now < film.starts_at else "live"


@register.filter
def named(people: Sequence[Person]) -> list[str]:
    return [each.name for each in people]


@register.simple_tag
@lru_cache(maxsize=512)  # lines stay the same for weeks, and a page of many has little else to do
def agenda_line(line: Line, level: int, on_hold: bool | None = None) -> SafeString:
    """One line of what is to come; ``level`` of its heading; whether chats are ``on_hold``."""
    return render_to_string("chats/_agenda_line.html", {"line": line, "level": level, "on_hold": on_hold})


@register.simple_tag
@lru_cache(maxsize=64)
def wall(weeks: tuple[tuple[Day, ...], ...], month: date) -> SafeString:
    """The calendar on the wall of one month."""
    return render_to_string("chats/_month.html", {"weeks": weeks, "month": month})


@register.simple_tag
def menu(community: Community | None, here: str, path: str) -> SafeString:
    """The head of every page; ``here`` is the ``Place`` that the page belongs to, ``path`` its own."""
    is_the_place = any(place.name == here and reverse(place.url) == path for place in MENU)
    return _menu(community.name if community else "We", here, "page" if is_the_place else "true")


@lru_cache(maxsize=64)  # the same on every page, and made of thirty addresses that are looked up one by one
def _menu(name: str, here: str, current: str) -> SafeString:
    return render_to_string("_menu.html", {"name": name, "places": MENU, "here": here, "current": current})


@register.simple_tag(takes_context=True)
def again(context: Context, name: str) -> SafeString:
    """What a block of the page says, once more, in an attribute: networks do not read titles from where browsers do."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks and blocks.get_block(name)
    return SafeString(block.render(context).strip().replace('"', "&quot;") if block else "")


@register.simple_tag
def head_links(community: Community | None) -> SafeString:
    """Fonts, sheets, icons and feeds: what every page of a community leads machines to."""
    return _head_links(Marks(community.name, community.theme, community.colours) if community else None)


@lru_cache(maxsize=16)
def _head_links(community: Marks | None) -> SafeString:
    return render_to_string("_head_links.html", {"community": community})


@register.simple_tag
def footer(community: Community | None) -> SafeString:
    """The foot of every page."""
    if not community:
        return _footer(None)
    return _footer(Signature(community.name, community.promise, community.handle, community.hashtag))


@lru_cache(maxsize=16)
def _footer(community: Signature | None) -> SafeString:
    return render_to_string("_footer.html", {"community": community})


@register.simple_tag
def house_rules(community: Community) -> list[str]:
    """The rules by their headings, as the community's own page has them: one query."""
    newest = Revision.objects.newest_of(community, "/house-rules/")
    return list(_headings(newest.text)) if newest else []


@lru_cache(maxsize=64)
def _headings(text: str) -> tuple[str, ...]:
    return tuple(part.title for part in prose.parts(text) if part.title)


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the set, for the eye only."""
    return ICONS[name]


@register.inclusion_tag("_logo.html")
def logo() -> dict[str, Any]:
    return {}


@register.simple_tag
def avatar(person: Person, size: str = "", community: Any = None) -> SafeString:
    """Initials on the account's own hue; ``size`` is "s", "l" or "" for in between.

    The community's own account has the brand's colour: a person says so itself (``is_community``), a host does not, so
    there the community has to be named.
    """
    is_us = getattr(person, "is_community", False) or (community and person.handle.lower() == community.handle.lower())
    # Somebody of whom only the handle is known keeps the handle's hue.
    account = (person.network, person.id) if isinstance(person, PersonValue) else ("", person.handle.lower())
    return faces.face(person.name or person.handle, size, None if is_us else account)


@register.simple_tag
def hour(
    minutes: Sequence[int], questions: Sequence[int | None], label: str = "", size: str = "mini", **axis: Any
) -> SafeString:
    """The shape of the hour, ``size`` "mini" or "large".  The large one has an axis, for which it takes the fields of
    ``Axis``; without them each question stands at its first minute.
    """
    return _drawn(tuple(minutes), tuple(questions), label, size == "large", Axis(**axis))


@lru_cache(maxsize=512)  # a drawing costs a millisecond, an archive page shows 25, and chats do not change much
def _drawn(
    minutes: tuple[int, ...],
    questions: tuple[int | None, ...],
    label: str,
    is_large: bool,
    axis: Axis,
) -> SafeString:
    context = {
        "stretches": shape.stretches(minutes, questions, height=LARGE if is_large else MINI),
        "label": label or f"Tweets a minute, {max(minutes, default=0)} in the busiest",
        "is_large": is_large,
        "marks": _marks(questions, axis) if is_large else (),
        "zone": axis.zone,
    }
    return render_to_string("chats/_hour.html", context)


def _marks(questions: tuple[int | None, ...], axis: Axis) -> tuple[shape.Mark, ...]:
    if axis.asked and axis.starts_at and axis.ends_at:
        return shape.marks(axis.asked, starts_at=axis.starts_at, ends_at=axis.ends_at)
    return shape.changes(questions)
