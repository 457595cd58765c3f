"""Invented people, topics and chats -> rows, by the same writers that real ones go through; what is there stays."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts import founding, leases, team
from accounts.models import Community, TeamMember
from chats import archive, ingest, lifecycle
from chats.models import Chat, Outcome, Topic
from tests.simulators import community as invented
from tests.simulators import formats, sister
from tests.simulators.facts import Facts
from tests.simulators.people import cast


def found(
    community: Community, people: Iterable[invented.Member], streams: Iterable[invented.Topic]
) -> dict[str, Topic]:
    """The team and its work streams, by slug."""
    team_of = {member.key: _join(community, member) for member in people}
    return {
        topic.slug: lifecycle.open_topic(
            community, topic.slug, name=topic.name, summary=topic.summary, owner=team_of.get(topic.owner)
        )
        for topic in streams
    }


def _join(community: Community, member: invented.Member) -> TeamMember:
    person = cast()[member.key]
    return team.welcome(
        community,
        person.name,
        handle=person.handle,
        role=member.role,
        background=member.background,
        is_academic=member.is_academic,
        joined_on=member.joined_on,
        left_on=member.left_on,
    )


@transaction.atomic
def schedule(community: Community, facts: Facts, topics: dict[str, Topic], **capture: Any) -> Chat:
    """A chat with its hosts, questions and tags, not captured unless ``capture`` says how; if it is there, as it is."""
    chat = Chat.objects.of(community).filter(slug=facts.slug).first()
    if chat is not None:
        return chat
    chat = lifecycle.schedule(
        community,
        facts.slug,
        title=facts.title,
        summary=facts.summary,
        topic=topics.get(facts.topic),
        hashtags=list(facts.hashtags),
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        **{"networks": [], "holds_slot": False, **capture},
    )
    for host in facts.hosts:
        lifecycle.add_host(chat, host.handle, name=host.name)
    for question in facts.questions:
        lifecycle.declare_question(chat, question.number, question.text, planned_at=question.planned_at)
    chat.tags.add(*facts.tags)
    return chat


@transaction.atomic
def pass_on(community: Community, topics: dict[str, Topic], relay: Iterable[invented.Handed]) -> None:
    """What was said in chats that are here, to whom it was handed and what came back."""
    for each in relay:
        chat = Chat.objects.of(community).filter(slug=each.chat).first()
        if chat is None:
            continue
        day, member = chat.local_date, community.team.filter(name=cast()[each.by].name).first()
        ask_again_on = day + timedelta(days=each.ask_again_after) if each.ask_again_after else None
        facts = {"chat": chat, "by": member, "ask_again_on": ask_again_on}
        handed = lifecycle.hand_on(topics[each.topic], each.said, to=each.to, on=day + timedelta(each.after), **facts)
        if each.answer and not handed.answer:
            told = {"on": day + timedelta(each.answered_after), "is_checked": each.is_checked}
            lifecycle.come_back(handed, Outcome(each.outcome), each.answer, **told)


def archive_from_file(chat: Chat, facts: Facts, folder: Path, now: datetime) -> None:
    """Read the chat from the file somebody kept, and publish its transcript, here and now."""
    capture = leases.claim_one(ingest.plan_file(chat, _write(facts, folder)))
    if capture:
        ingest.ingest(capture)
    build = archive.claim(chat)
    if build:
        archive.build(build, now)


def capture_from_file(chat: Chat, facts: Facts, folder: Path) -> None:
    """Plan to read the chat from its file, and leave it to the worker; nothing when that was done before."""
    if not chat.captures.filter(completed_at__isnull=False).exists():
        path = _write(facts, folder)
        with transaction.atomic():
            leases.make_due(ingest.plan_file(chat, path))


def _write(facts: Facts, folder: Path) -> str:
    name, content = formats.kept(facts)
    path = folder / name
    path.write_bytes(content)
    return str(path.resolve())


def found_sister(folder: Path, practice_at: datetime, now: datetime) -> Community:
    """The second community, with chats of its own; what is there stays."""
    community = founding.found(sister.SLUG, now=now, domain=sister.DOMAIN, **sister.FACTS)
    topics = found(community, sister.TEAM, sister.TOPICS)
    known = set(Chat.objects.of(community).archived(now).values_list("slug", flat=True))
    for facts in sister.held(practice_at):
        if facts.slug not in known:
            archive_from_file(schedule(community, facts, topics), facts, folder, now)
    for facts in sister.coming(practice_at):
        schedule(community, facts, topics)
    pass_on(community, topics, sister.RELAY)
    return community
