"""A confirmed proposal -> what its chat says of itself: title, questions with their times, hosts, tags."""

from datetime import datetime, timedelta

from django.utils.text import Truncator

from accounts import prose
from chats import lifecycle
from chats.models import Chat, Proposal

WELCOME, GOODBYE = timedelta(minutes=5), timedelta(minutes=7)
SOON_READ, LONGEST_SUMMARY = 180, 300


def summary(proposal: Proposal) -> str:
    """The first sentence of why, and those after it as long as it is soon read; the page tells the whole below."""
    first, *others = prose.sentences(proposal.why)
    for sentence in others:
        if len(first) + len(sentence) >= SOON_READ:
            break
        first = f"{first} {sentence}"
    return Truncator(first).chars(LONGEST_SUMMARY)


def carry_over(proposal: Proposal) -> None:
    """Bring the chat in line with what its proposal says; its pages and calendars follow."""
    chat = Chat.objects.select_for_update(of=("self",)).get(proposal=proposal)
    facts = {"title": proposal.title, "summary": summary(proposal), "topic": proposal.topic}
    Chat.objects.filter(pk=chat.pk).update(**facts)
    fill(chat, proposal)
    lifecycle.renew(chat)


def fill(chat: Chat, proposal: Proposal) -> None:
    """The chat's questions, hosts and tags are those of the proposal."""
    questions = list(proposal.questions.all())
    chat.questions.exclude(number__in=[each.number for each in questions]).delete()
    for each, at in zip(questions, planned(chat.starts_at, chat.ends_at, len(questions)), strict=True):
        lifecycle.declare_question(chat, each.number, each.text, planned_at=at)
    hosts = list(proposal.hosts.all())
    chat.hosts.all().delete()
    for host in hosts:
        lifecycle.add_host(
            chat, host.handle, name=host.name, biography=host.biography, user=host.user, is_guest=host.is_guest
        )
    chat.tags.set([*proposal.tags.names(), *(["academicpony"] if proposal.is_academic else [])])


def planned(starts_at: datetime, ends_at: datetime, questions: int) -> list[datetime]:
    """When each is asked: the first after the hellos, the others evenly, in whole minutes, until the goodbyes.

    Four in an hour: every twelve minutes from five past.
    """
    room = ends_at - starts_at - WELCOME - GOODBYE
    apart = max(1, int(room / timedelta(minutes=1)) // max(questions, 1))
    return [starts_at + WELCOME + timedelta(minutes=apart * number) for number in range(questions)]
