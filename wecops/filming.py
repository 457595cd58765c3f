"""The invented films of the demo -> its videos, by the same writers that real ones go through.  Safe to repeat."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import Community
from blog.models import Video
from blog.publishing import videos
from chats.models import Chat, Event
from tests.simulators.films import FilmFacts, films

GOES_ON = timedelta(minutes=30)  # after the chat, while people are still there


def fill(community: Community, now: datetime) -> None:
    """Every film that is not there yet and whose chat is."""
    known = set(Video.objects.of(community).values_list("slug", flat=True))
    for facts in films():
        chat = Chat.objects.of(community).filter(slug=facts.chat).first()
        if facts.slug not in known and chat:
            _publish(community, facts, chat, now)


@transaction.atomic
def _publish(community: Community, facts: FilmFacts, chat: Chat, now: datetime) -> None:
    event = Event.objects.of(community).filter(slug=facts.event).first()
    fields: dict[str, Any] = {**facts.fields, "chat": chat, "event": event}
    if facts.lead:
        fields |= {"starts_at": chat.starts_at - facts.lead, "ends_at": chat.ends_at + GOES_ON}
    video = videos.write(community, facts.slug, facts.parts, now=now, **fields)
    videos.publish(video, now=now)
