"""What was said, and to whom it was handed -> its row, and what came back."""

from datetime import date

from accounts.models import TeamMember
from chats.lifecycle.hours import NotAllowed
from chats.models import Chat, Handover, Outcome, Topic


def hand_on(topic: Topic, said: str, *, to: str, on: date, **facts: Chat | TeamMember | int | date | None) -> Handover:
    """Write down that something was handed on; what was handed to them already stays as it is.

    ``facts`` are fields of ``Handover``: ``chat``, ``tweet``, ``by``, ``ask_again_on``.
    """
    told = {"handed_on": on, **facts}
    return Handover.objects.get_or_create(topic=topic, said=said, to=to, defaults=told)[0]


def come_back(
    handover: Handover, outcome: Outcome, answer: str, *, on: date, is_checked: bool = False, source: str = ""
) -> None:
    """What became of it, also where that is no.  Raises ``NotAllowed`` for an answer before the question."""
    if on < handover.handed_on:
        raise NotAllowed("An answer comes after what it answers.")
    handover.outcome, handover.answer, handover.answered_on = outcome, answer, on
    handover.is_checked, handover.source, handover.ask_again_on = is_checked, source, None
    handover.save(update_fields=["outcome", "answer", "answered_on", "is_checked", "source", "ask_again_on"])
