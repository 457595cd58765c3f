"""A film -> what its page and its chat's page tell of it: its words, its player's address, the facts machines read."""

import re
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.duration import duration_iso_string

from accounts.models import Community
from accounts.outbox.letters import tidy
from accounts.ready import Ready
from blog import announcing, captions, drawings
from blog.captions import Cue
from blog.models import Carrier, Video
from chats.models import Chat, Event
from chats.rendering import card, times
from chats.rendering.beside import Film
from chats.rendering.numbers import counted

# The whole of what a frame on our pages may show, and where else the film is found.
FRAMES = {Carrier.YOUTUBE: "https://www.youtube-nocookie.com", Carrier.VIMEO: "https://player.vimeo.com"}
PAGES = {Carrier.YOUTUBE: "https://www.youtube.com/watch?v=", Carrier.VIMEO: "https://vimeo.com/"}
_TYPED = re.compile(
    r"https://(?:(?:(?:www\.|m\.)?youtube(?:-nocookie)?\.com/(?:watch\?(?:\S*&)?v=|embed/|live/|shorts/)|youtu\.be/)"
    r"(?P<youtube>[-\w]{11})|(?:www\.|player\.)?vimeo\.com/(?:video/)?(?P<vimeo>\d{5,12})(?!/))(?:[/?&#]\S*)?",
    re.ASCII,
)
OTHERS = 4
LONGEST = 24 * 3600  # seconds


class Place(NamedTuple):
    """Where a film is played."""

    carrier: Carrier
    key: str


def place(typed: str) -> Place | None:
    """The address of a film as people copy it -> where it is played; None where that is none of ``Carrier``."""
    found = _TYPED.fullmatch(typed.strip())
    name = found.lastgroup if found else None
    return Place(Carrier(name), found[name]) if found and name else None


def elsewhere(video: Video) -> str:
    """Its page at whoever carries it; "" where nobody does yet."""
    return f"{PAGES[Carrier(video.carrier)]}{video.key}" if video.key else ""


def frame(video: Video, at: int | None = None) -> str:
    """What a frame shows: the player, from that second on, or as machines may know it."""
    if video.carrier == Carrier.VIMEO:
        told = urlencode({"dnt": 1, "autoplay": 1} if at is not None else {"dnt": 1})
        return f"{FRAMES[Carrier.VIMEO]}/video/{video.key}?{told}{f'#t={at}s' if at else ''}"
    told = urlencode({"autoplay": 1, "rel": 0, **({"start": at} if at else {})}) if at is not None else ""
    return f"{FRAMES[Carrier.YOUTUBE]}/embed/{video.key}{f'?{told}' if told else ''}"


def page(community: Community, slug: str) -> Video | None:
    """The film named ``slug``, in whatever state, with all that its page tells: one query."""
    video = Video.objects.of(community).told().filter(slug=slug).first()
    if video is None:
        return None
    video.community = community
    roles = {each["name"]: each["role"] for each in video.speaker_facts}
    for bite in video.bite_facts:
        bite["role"] = roles.get(bite["by"], "")
    return video


def others(video: Video) -> list[Video]:
    """The newest of the community besides it."""
    shown = Video.objects.of(video.community).published().exclude(pk=video.pk).defer("transcript")
    return list(shown[:OTHERS])


def cues(video: Video) -> list[Cue]:
    """Its words; none where they cannot be read, which the desk says while they are typed."""
    names = [each["name"] for each in video.speaker_facts]
    try:
        return captions.read(video.transcript, names)
    except captions.BadLine:
        return []


def beside(chat: Chat) -> list[Film]:
    """The films that stand beside a chat, oldest first."""
    return [_told(video) for video in _BESIDE(chat=chat.pk)]


def of_event(event: Event) -> list[Film]:
    """The films of an event, and those of the chat that goes with it, oldest first."""
    of_it = Q(event=event) | Q(chat=event.live_chat_id) if event.live_chat_id else Q(event=event)
    videos = Video.objects.filter(of_it, community=event.community_id).published().defer("transcript")
    return [_told(video) for video in videos.order_by("published_at", "pk")]


def _told(video: Video) -> Film:
    return Film(
        title=video.title,
        summary=video.summary,
        path=video.get_absolute_url(),
        picture=drawings.picture(video),
        minutes=video.minutes,
        starts_at=video.starts_at,
        ends_at=video.ends_at,
    )


def address(video: Video) -> str:
    """The whole address of its page."""
    return f"{video.community.site}{video.get_absolute_url()}"


def facts(video: Video) -> dict[str, Any]:
    """The film as schema.org's VideoObject; each chapter is a clip of it."""
    here, community = address(video), video.community
    site = {"@type": "Organization", "name": community.name, "url": f"{community.site}/"}
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "@id": here,
        "url": here,
        "name": video.title,
        "description": video.summary or community.description,
        "thumbnailUrl": [f"{here}card.png"],
        "uploadDate": times.stamp(video.published_at, community.time_zone) if video.published_at else "",
        "dateModified": times.stamp(video.changed_at, community.time_zone),
        "inLanguage": "en-GB",
        "isAccessibleForFree": True,
        "publisher": site,
        "contributor": [{"@type": "Person", "name": each["name"]} for each in video.speaker_facts],
        "hasPart": _clips(video),
    }
    if video.hero_id:
        told["thumbnailUrl"].insert(0, f"{community.site}{announcing.hero(video, 'wide')}")
    if video.key:
        told["embedUrl"] = frame(video)
    if video.seconds:
        told["duration"] = duration_iso_string(timedelta(seconds=video.seconds))
    if video.starts_at and video.ends_at:
        told["publication"] = {
            "@type": "BroadcastEvent",
            "name": video.title,
            "isLiveBroadcast": True,
            "startDate": times.stamp(video.starts_at, community.time_zone),
            "endDate": times.stamp(video.ends_at, community.time_zone),
        }
    if video.chat:
        chat = f"{community.site}{video.chat.get_absolute_url()}"
        told["about"] = {"@type": "SocialEvent", "name": video.chat.title, "url": chat}
    return told


def _clips(video: Video) -> list[dict[str, Any]]:
    """A chapter lasts until the next one; of the last, the end is told where it is known."""
    begins = [each["at"] for each in video.chapter_facts]
    ends = [*begins[1:], video.seconds]
    return [
        {
            "@type": "Clip",
            "name": each["title"],
            "startOffset": each["at"],
            **({"endOffset": end} if end and end > each["at"] else {}),
            "url": f"{address(video)}?play=1&t={each['at']}",
        }
        for each, end in zip(video.chapter_facts, ends, strict=False)  # no chapters, no end
    ]


def drawing(video: Video) -> card.Card:
    """What its card says: that it is a film, its title, and who is heard."""
    community = video.community
    when = f"A film of {counted(video.minutes, 'minute,minutes')}" if video.minutes else "A film"
    if video.starts_at:
        when = f"Live on {times.day(video.starts_at, community.time_zone)}"
    return card.Card(
        name=tidy(community.name),
        when=when,
        title=card.drawable(tidy(video.title)),
        hosts=tuple(
            (card.drawable(tidy(each["name"])) or "Somebody", each["name"].lower()) for each in video.speaker_facts[:3]
        ),
        hashtag=community.hashtag,
        hues=card.hues(community),
    )


_BESIDE = Ready(
    lambda chat: Video.objects.filter(chat=chat).published().defer("transcript").order_by("published_at", "pk"),
    chat=int,
)
