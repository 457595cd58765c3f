"""Any order of decisions, by whoever and however late, against a small model: no state that must not be.

The model knows what each writer allows; the writers know nothing of the model.  After every step the rows are compared
with it, and the rules that hold whatever happened are asked of the database.
"""

from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

import icalendar
import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Attachment
from chats import lifecycle, proposals
from chats.models import HOLDING, Chat, Proposal, Slot, Stage, Status
from chats.models.slot import Standing
from chats.proposals import NotAllowed
from tests.factories.chats import START, wecops
from tests.factories.proposals import accepted, drafted, evenings, member, submitted

NOW = START + timedelta(days=1)
HOUR = timedelta(hours=1)
SEQUENCES, DEEP_SEQUENCES = 200, 5_000
PROPOSALS = st.integers(0, 3)
SLOTS = st.integers(0, 3)


@dataclass
class Offer:
    """What the model knows of a proposal; ``slot`` is an index, ``chat`` one too, and so are ``wishes``."""

    stage: str = "draft"
    slot: int | None = None
    chat: int | None = None
    was_submitted: bool = False
    wishes: tuple[int, ...] = (0, 1, 2, 3)


@dataclass
class Evening:
    """What the model knows of a chat: its hours and what was decided."""

    starts_at: object
    status: str = "scheduled"


class Life(RuleBasedStateMachine):
    """Four proposals, one of them a chat already, four evenings, and a clock that only goes on."""

    slots, rows = (), ()  # as they are before every sequence
    begins_at = NOW
    is_deep = False

    def __init__(self):
        super().__init__()
        self.now, self.has_changed = self.begins_at, False
        self.rows = [copy(row) for row in self.rows]  # writers bring what they are given up to date
        self.offers = [
            Offer(),
            Offer("submitted", was_submitted=True),
            Offer("accepted", 0, was_submitted=True),
            Offer("confirmed", 1, 0, was_submitted=True, wishes=(1, 2, 3)),
        ]
        self.chats, self.evenings = [self.rows[3].chat], [Evening(self.slots[1].starts_at)]
        self.point = transaction.atomic()
        self.point.__enter__()

    def teardown(self):
        try:
            self.the_rows_are_what_the_model_says()
            self.no_hour_has_two()
            self.calendars_were_never_told_less_than_before()
        finally:
            transaction.set_rollback(True)
            self.point.__exit__(None, None, None)

    def tried(self, is_allowed, writer, *args, **named):
        """What the writer says, which must be what the model expects; None where it refuses."""
        done, refusal = None, ""
        try:
            with transaction.atomic():
                done = writer(*args, now=self.now, **named)
        except NotAllowed as error:
            refusal = str(error)
        assert bool(is_allowed) == (not refusal), f"{writer.__name__}: {refusal or 'it went through'}"
        assert not refusal or refusal.endswith(".")
        self.has_changed = self.has_changed or not refusal
        return done

    def is_over(self, slot):
        return self.slots[slot].starts_at <= self.now

    def is_busy(self, starts_at, *, chat=None, offer=None):
        """Whether some chat or a kept evening has an hour."""
        for index, evening in enumerate(self.evenings):
            if index != chat and evening.status != "cancelled" and abs(evening.starts_at - starts_at) < HOUR:
                return True
        return any(
            other is not offer and other.stage in HOLDING and abs(self.slots[other.slot].starts_at - starts_at) < HOUR
            for other in self.offers
        )

    def free_wishes(self, offer):
        return sum(not self.is_over(slot) and not self.is_busy(self.slots[slot].starts_at) for slot in offer.wishes)

    @rule(number=PROPOSALS)
    def submit(self, number):
        offer = self.offers[number]
        if self.tried(offer.stage == "draft" and self.free_wishes(offer) >= 2, proposals.submit, self.rows[number]):
            offer.stage, offer.was_submitted = "submitted", True

    @rule(number=PROPOSALS, slot=SLOTS)
    def accept(self, number, slot):
        offer = self.offers[number]
        may = offer.stage == "submitted" and not self.is_over(slot) and not self.is_busy(self.slots[slot].starts_at)
        if self.tried(may, proposals.accept, self.rows[number], self.slots[slot]):
            offer.stage, offer.slot = "pending", slot

    @rule(number=PROPOSALS)
    def release(self, number):
        offer = self.offers[number]
        if self.tried(offer.stage == "pending" and not self.is_over(offer.slot), proposals.release, self.rows[number]):
            offer.stage = "accepted"

    @rule(number=PROPOSALS)
    def confirm(self, number):
        offer = self.offers[number]
        may = offer.stage == "accepted" and not self.is_over(offer.slot)
        if chat := self.tried(may, proposals.confirm, self.rows[number]):
            offer.stage, offer.chat = "confirmed", len(self.chats)
            self.chats.append(chat)
            self.evenings.append(Evening(self.slots[offer.slot].starts_at))

    @rule(number=PROPOSALS, slot=SLOTS)
    def go_on(self, number, slot):
        """The next step on the way to the calendar, so that few sequences end before it."""
        match self.offers[number].stage:
            case "draft":
                self.submit(number)
            case "submitted":
                self.accept(number, slot)
            case "pending":
                self.release(number)
            case "accepted":
                self.confirm(number)

    @rule(number=PROPOSALS, reason=st.sampled_from(["Not now.", "Never.", " "]))
    def decline(self, number, reason):
        offer = self.offers[number]
        if self.tried(offer.stage == "submitted" and reason.strip(), proposals.decline, self.rows[number], reason):
            offer.stage = "declined"

    @rule(number=PROPOSALS)
    def withdraw(self, number):
        offer = self.offers[number]
        may = offer.stage in {"draft", "submitted", "pending", "accepted"}
        if self.tried(may, proposals.withdraw, self.rows[number]):
            offer.stage, offer.slot = "withdrawn", None

    @rule(number=PROPOSALS)
    def reopen(self, number):
        offer = self.offers[number]
        may = offer.stage in {"pending", "accepted", "declined", "withdrawn", "merged"} or (
            offer.stage == "confirmed" and self.evenings[offer.chat].status == "cancelled"
        )
        if self.tried(may, proposals.reopen, self.rows[number]):
            offer.stage = "submitted" if offer.was_submitted else "draft"
            offer.slot = offer.chat = None

    @rule(number=PROPOSALS, other=PROPOSALS)
    def merge(self, number, other):
        offer, into = self.offers[number], self.offers[other]
        may = number != other and offer.stage == "submitted" and into.stage in {"submitted", "pending"}
        if self.tried(may, proposals.merge, self.rows[number], self.rows[other]):
            offer.stage = "merged"

    @rule(number=PROPOSALS)
    def edit(self, number):
        offer = self.offers[number]
        may = offer.stage not in {"declined", "withdrawn", "merged"}
        if offer.stage in {"accepted", "confirmed"}:
            row = Proposal.objects.get(pk=self.rows[number].pk)
            may = self.now < row.freezes_at  # dates that others have taken since keep nobody from mending words
        self.tried(may, proposals.write, self.rows[number], why=f"Because of {self.now:%H:%M}.")

    @precondition(lambda self: self.chats)
    @rule(data=st.data(), days=st.integers(0, 30), reason=st.sampled_from(["Ill.", "The hall is taken.", ""]))
    def move(self, data, days, reason):
        index = data.draw(st.integers(0, len(self.chats) - 1))
        evening = self.evenings[index]
        starts_at = self.slots[0].starts_at + timedelta(days=days)
        may = (
            evening.status != "cancelled"
            and reason
            and self.now < evening.starts_at
            and starts_at > self.now
            and starts_at != evening.starts_at
            and not self.is_busy(starts_at, chat=index)
        )
        if self.tried(may, lifecycle.move, self.chats[index], starts_at, starts_at + HOUR, reason):
            evening.starts_at, evening.status = starts_at, "moved"

    @precondition(lambda self: self.chats)
    @rule(data=st.data(), reason=st.sampled_from(["Ill.", "The hall is taken.", ""]))
    def cancel(self, data, reason):
        index = data.draw(st.integers(0, len(self.chats) - 1))
        evening = self.evenings[index]
        may = evening.status != "cancelled" and reason and self.now < evening.starts_at + HOUR
        if self.tried(may, lifecycle.cancel, self.chats[index], reason):
            evening.status = "cancelled"

    @rule(slot=SLOTS)
    def schedule(self, slot):
        starts_at = self.slots[slot].starts_at
        facts = {"title": "By hand", "starts_at": starts_at, "ends_at": starts_at + HOUR}
        slug = f"by-hand-{len(self.chats)}"

        def schedule(*, now):
            return lifecycle.schedule(wecops(), slug, **facts)

        if chat := self.tried(not self.is_busy(starts_at), schedule):
            self.chats.append(chat)
            self.evenings.append(Evening(starts_at))

    @rule(days=st.integers(1, 6))
    def wait(self, days):
        self.now += timedelta(days=days)

    @invariant()
    def all_is_as_it_must_be(self):
        if self.has_changed and self.is_deep:  # what is refused is rolled back; the short ones look at their end
            self.has_changed = False
            self.the_rows_are_what_the_model_says()
            self.no_hour_has_two()

    def the_rows_are_what_the_model_says(self):
        kept = [self.slots[offer.slot].pk if offer.slot is not None else None for offer in self.offers]
        chats = [self.chats[offer.chat].pk if offer.chat is not None else None for offer in self.offers]
        known = Proposal.objects.order_by("pk").values_list("status", "slot", "chat")
        assert list(known) == list(zip((offer.stage for offer in self.offers), kept, chats, strict=True))
        held = Chat.objects.order_by("pk").values_list("pk", "status", "starts_at")
        assert list(held) == [
            (chat.pk, evening.status, evening.starts_at)
            for chat, evening in zip(self.chats, self.evenings, strict=True)
        ]

    def no_hour_has_two(self):
        hours = list(Chat.objects.going_ahead().filter(holds_slot=True).values_list("starts_at", "ends_at"))
        hours += Proposal.objects.holding().values_list("slot__starts_at", "slot__ends_at")
        assert not any(one[0] < other[1] and other[0] < one[1] for one, other in combinations(hours, 2))
        for standing, *slot in Slot.objects.with_standing().values_list("standing", "starts_at", "ends_at"):
            has = any(one[0] < slot[1] and slot[0] < one[1] for one in hours)
            assert (standing != Standing.FREE) == has

    def calendars_were_never_told_less_than_before(self):
        last = {}
        for file in Attachment.objects.order_by("pk"):
            told = icalendar.Calendar.from_ical(bytes(file.content))
            event = told.events[0]
            key, sequence = (str(event["uid"]), str(event["attendee"])), int(event["sequence"])
            assert sequence >= last.get(key, 0)
            last[key] = sequence
            assert (told["method"] == "CANCEL") == (event["status"] == "CANCELLED")


def walk(machine, now, *, sequences, steps, deep):
    """So many sequences of so many steps from four proposals on."""
    names = ("Nell Harrow", "Sam Oduvale", "Kit Marrish", "Tess Ashgrove")
    nell, sam, kit, tess = (member(name, address="" if name != "Tess Ashgrove" else None) for name in names)
    machine.is_deep, machine.begins_at = deep, now
    machine.slots = evenings(now, 4, first=timedelta(days=10))
    machine.rows = [
        drafted(nell, machine.slots, now=now, title="Drafted"),
        submitted(sam, machine.slots, now=now, title="Submitted"),
        accepted(kit, machine.slots, now=now, title="Accepted"),
        accepted(tess, machine.slots[1:], now=now, title="Confirmed"),
    ]
    proposals.confirm(machine.rows[3], now=now)
    machine.rows[3].refresh_from_db()

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=sequences,
            stateful_step_count=steps,
            database=None,
            derandomize=not deep,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_no_order_of_decisions_ends_where_it_must_not(deep):
    walk(Life, NOW, sequences=DEEP_SEQUENCES if deep else SEQUENCES, steps=30 if deep else 6, deep=deep)


def test_every_stage_and_status_has_its_place_in_the_tables():
    assert set(proposals.TRANSITIONS) == set(Stage)
    assert set(lifecycle.TRANSITIONS) == set(Status)
    assert set(HOLDING) == {Stage.PENDING, Stage.ACCEPTED}
