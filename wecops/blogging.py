"""The invented posts of the demo -> its blog, by the same writers that real posts go through.  Safe to repeat."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import Community, User
from blog import publishing
from blog.models import Post, Writer
from chats.models import Chat, Event, Topic
from tests.simulators.community import TEAM
from tests.simulators.people import cast
from tests.simulators.posts import PostFacts, posts

OF_THE_DAY = timedelta(hours=5)  # a post comes out in the morning, whenever the demo is made
AFTER_A_CHAT = timedelta(hours=21)  # what was promised in it is written on the next day


def fill(community: Community, topics: dict[str, Topic], now: datetime) -> int:
    """Every post that is not there yet; returns how many."""
    known = set(Post.objects.of(community).values_list("slug", flat=True))
    missing = [facts for facts in posts() if facts.slug not in known]
    for facts in missing:
        _publish(community, facts, topics, now)
    first = Post.objects.of(community).filter(slug=posts()[0].slug).first()
    if missing and first:
        publishing.remember(community, "/blogs/3654", post=first)
    return len(missing)


@transaction.atomic
def _publish(community: Community, facts: PostFacts, topics: dict[str, Topic], now: datetime) -> None:
    at = now - timedelta(days=facts.days) - OF_THE_DAY
    fields: dict[str, Any] = {"kind": facts.kind, "topic": topics.get(facts.topic)}
    if facts.chat:
        fields["chat"] = chat = Chat.objects.of(community).filter(slug=facts.chat).first()
        at = min(chat.ends_at + AFTER_A_CHAT, now) if chat else at
    event = Event.objects.of(community).filter(slug=facts.event).first()
    fields["event"] = event
    if facts.event_days:
        start = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=facts.event_days)
        hours = (event.starts_at, event.ends_at) if event else (start, start + timedelta(hours=6))
        fields |= dict(zip(("event_starts_at", "event_ends_at"), hours, strict=True))
    post = publishing.write(
        community, facts.title, facts.text, slug=facts.slug, now=at, excerpt=facts.excerpt, **fields
    )
    publishing.sign(post, [_writer(community, key) for key in facts.by])
    publishing.tag(post, facts.tags)
    if facts.status == "review":
        publishing.submit(post, now=at)
    else:
        publishing.publish(post, now=at)


def _writer(community: Community, key: str) -> Writer:
    if key == community.handle:
        return publishing.writer(community, community.name, handle=community.handle)
    person = cast()[key]
    told = {member.key: f"{member.background}. {member.role}" for member in TEAM}
    member = User.objects.filter(handle=person.handle).first()  # whose comments then say that they are the author's
    return publishing.writer(community, person.name, handle=person.handle, user=member, biography=told.get(key, ""))
