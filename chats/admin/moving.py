"""What may be decided about a chat on the calendar: it is moved or called off, and who counts on it is told."""

from datetime import datetime, timedelta
from typing import Any

from django import forms

from accounts.admin.named import Moment
from chats import lifecycle
from chats.admin.deciding import Asked, Deciding, Decision, Done
from chats.admin.forms import near
from chats.lifecycle.moving import LONGEST_REASON
from chats.models import Slot, Status
from chats.rendering import times

FREE_SHOWN = 8
MINUTE = timedelta(minutes=1)


class _Reasoned(Asked):
    reason = forms.CharField(
        label="Why, for readers",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_REASON}),
        help_text="In a sentence. It stays on the chat's page, in the calendar and in every mail.",
        error_messages={"required": "Readers want to know why: say it in a sentence."},
    )


class MoveForm(_Reasoned):
    starts_at = forms.DateTimeField(label="It starts then (UK time)", widget=Moment)
    minutes = forms.IntegerField(label="Minutes", min_value=10, max_value=600)

    field_order = ["starts_at", "minutes", "reason"]

    def clean_starts_at(self) -> datetime:
        return near(self.cleaned_data["starts_at"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"starts_at": self.row.starts_at, "minutes": (self.row.ends_at - self.row.starts_at) // MINUTE}
        zone = self.row.time_zone
        free = Slot.objects.of(self.row.community).free(self.now).order_by("starts_at")[:FREE_SHOWN]
        starts = [slot.starts_at for slot in free]
        told = ", ".join(f"{times.short_day(at, zone)} at {times.clock(at, zone)}" for at in starts)
        self.fields["starts_at"].help_text = f"Free evenings: {told}." if told else "No slot is free; any hour will do."


class CancelForm(_Reasoned):
    pass


def _move(told: Deciding) -> Done:
    starts_at = told.values["starts_at"]
    ends_at = starts_at + told.values["minutes"] * MINUTE
    chat = lifecycle.move(told.row, starts_at, ends_at, told.values["reason"], now=told.now)
    when = f"{times.day(chat.starts_at, chat.time_zone)}, {times.hours(chat.starts_at, chat.ends_at, chat.time_zone)}"
    return Done(f"Moved to {when}. Its hosts and everybody who comes are told.", chat)


def _cancel(told: Deciding) -> Done:
    chat = lifecycle.cancel(told.row, told.values["reason"], now=told.now)
    return Done("Cancelled. Its hosts and everybody who comes are told, and its evening is free.", chat)


def _may_become(status: Status) -> Any:
    return lambda chat: status in lifecycle.TRANSITIONS[Status(chat.status)]


DECISIONS = {
    "move": Decision(
        "Move the chat",
        "To another time, with its questions. Its hosts and everybody who comes are told by mail, with a new date for "
        "their calendars; readers see that it was moved, and why.",
        _move,
        "moves",
        _may_become(Status.MOVED),
        form=MoveForm,
        field="starts_at",
        needs="chats.add_chat",
    ),
    "cancel": Decision(
        "Cancel the chat",
        "It does not take place. Its hosts and everybody who comes are told by mail; its page stays, with the reason.",
        _cancel,
        "cancels",
        _may_become(Status.CANCELLED),
        form=CancelForm,
        field="reason",
        needs="chats.add_chat",
        tone="bad",
    ),
}
