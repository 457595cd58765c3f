"""Posts and films -> the pictures, bylines and places that templates show."""

from collections.abc import Sequence
from datetime import timedelta

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from accounts.models import Community
from blog import announcing, captions, drawings, thread
from blog.models import Post, Rule, Video
from blog.models.post import Signer
from chats.rendering import times
from chats.rendering.numbers import listed

register = template.Library()

SIGNED = '<a href="/blog/by/{}/">{}</a>'


register.simple_tag(drawings.picture, name="picture")
register.filter("film_time", captions.clock)


@register.simple_tag
def when(video: Video, at: int, is_live: bool) -> str:
    """When something of a film is: while it is shown live the time of day, else minutes and seconds of the film."""
    if not is_live or video.starts_at is None:
        return captions.clock(at)
    return times.clock(video.starts_at + timedelta(seconds=at), video.community.time_zone)


@register.simple_tag
def shown_from(video: Video, community: Community) -> str:
    """From when to when it is shown live: "7.30 to 10.30 pm"."""
    if video.starts_at is None or video.ends_at is None:
        return ""
    return times.hours(video.starts_at, video.ends_at, community.time_zone)


@register.filter
def marking(words: str, some: str) -> SafeString:
    """Words, some of them marked by the pen."""
    before, found, after = words.partition(some) if some else (words, "", "")
    return format_html("{}<mark>{}</mark>{}", before, found, after) if found else escape(words)


@register.filter
def as_person(name: str) -> Signer:
    """Somebody of whom only the name is known, as faces are drawn."""
    return Signer("", name, name)


@register.simple_tag
def head_picture(post: Post) -> SafeString:
    """The same over its words, large and with what it shows."""
    if not post.hero_id:
        return drawings.of(post.pk)
    small, wide = announcing.hero(post, "small"), announcing.hero(post, "wide")
    image = (
        '<img class="art" src="{}" srcset="{} 640w, {} 1280w" sizes="(min-width: 48rem) 42rem, 92vw" alt="{}" '
        'width="1280" height="800">'
    )
    return format_html(image, wide, small, wide, post.hero_alt)


@register.simple_tag
def signed(signers: Sequence[Signer], by_name: bool = False) -> SafeString:
    """Those whose post it is, each with a link to their page: "@WeCops", "@ann and @bob"; or by their names."""
    links = [
        format_html(SIGNED, each.slug, format_html("<bdi>{}</bdi>", each.name) if by_name else each.signature)
        for each in signers
    ]
    return SafeString(listed(links))


@register.filter
def house_rule(number: int) -> SafeString:
    """What something was removed under, in words that lead to it."""
    return thread.rule(Rule(number))


@register.filter
def names(signers: Sequence[Signer]) -> str:
    return listed([each.name for each in signers])


@register.simple_tag
def day(post: Post, community: Community) -> str:
    """When it came out, where the community is at home: "Tuesday 26 April 2016"."""
    return times.day(post.published_at, community.time_zone) if post.published_at else ""


@register.simple_tag
def short_day(post: Post) -> str:
    """The same without the day of the week: "26 April 2016"."""
    return f"{post.published_on.day} {post.published_on:%B %Y}" if post.published_on else ""
