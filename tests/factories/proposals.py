"""Members with confirmed addresses, evenings to come, and whole proposals, all through the writers."""

from datetime import timedelta

from accounts.models import User
from chats import proposals
from chats.proposals import slots
from tests.factories.chats import START, wecops

QUESTIONS = ("What helps?", "What does not?", "What could change by spring?")


def member(name, *, address=None):
    """Somebody who signed in; with an address of theirs that they confirmed, unless it is ""."""
    handle = name.split()[0].lower()
    user = User.objects.create(username=handle, name=name, handle=handle, handle_seen_at=START, biography="Sergeant.")
    address = f"{handle}@reader.example" if address is None else address
    if address:
        User.objects.filter(pk=user.pk).update(email=address, email_confirmed_at=START)
    return user


def evenings(now, count=3, *, first=timedelta(days=40)):
    """So many free slots, a week between them."""
    starts = now.replace(hour=21, minute=0, second=0, microsecond=0) + first
    return [
        slots.open_slot(wecops(), at, at + timedelta(hours=1))
        for at in (starts + timedelta(weeks=week) for week in range(count))
    ]


def drafted(host, free, *, now, title="Coming back after leave"):
    """A proposal with all that is asked for."""
    proposal = proposals.begin(wecops(), host, now=now)
    proposals.write(proposal, now=now, title=title, why="Shifts change in spring, and nobody asked.")
    proposals.ask_questions(proposal, QUESTIONS, now=now)
    proposals.want(proposal, free, now=now)
    proposals.accept_house_rules(proposal, now=now)
    return proposal


def submitted(host, free, *, now, **facts):
    return proposals.submit(drafted(host, free, now=now, **facts), now=now)


def accepted(host, free, *, now, **facts):
    """Released, so that its hosts know; on the first of the evenings."""
    proposal = proposals.accept(submitted(host, free, now=now, **facts), free[0], now=now)
    return proposals.release(proposal, now=now)
