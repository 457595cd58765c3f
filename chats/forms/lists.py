"""The next two steps: what to read before, and the evenings that would do."""

import re
from itertools import groupby
from typing import Any

from django import forms
from django.forms import BoundField

from chats import proposals
from chats.analysis import links
from chats.forms.step import Step, words
from chats.models import Slot, Stage
from chats.proposals import NotAllowed
from chats.proposals.drafts import MOST_READINGS, check_address
from chats.rendering import offering

MOST_EVENINGS = 40
BARE_DOI = re.compile(r"(?:doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
HOST_AND_MORE = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?")
MARK = "#academicpony"


def whole_address(typed: str) -> str:
    """What people copy without its beginning, made whole: "www.nap.example", "doi:10.17226/24928"."""
    address = typed.strip()
    if doi := BARE_DOI.fullmatch(address):
        return f"https://doi.org/{doi[1]}"
    return f"https://{address}" if HOST_AND_MORE.fullmatch(address) else address


class ReadingStep(Step):
    name = "reading"

    def furnish(self) -> None:
        told = list(self.proposal.readings.all())
        self.marked = {reading.address for reading in told if reading.is_academic}
        for number in self.places("address", told, least=2, most=MOST_READINGS):
            known = told[number - 1] if number <= len(told) else None
            is_said = known and known.is_academic and not links.is_paper(known.address)
            self.fields[f"title-{number}"] = words("What it is called", 200 + len(MARK) + 1)
            self.fields[f"address-{number}"] = words(
                "Its address", 500, inputmode="url", autocapitalize="off", spellcheck="false"
            )
            self.initial[f"title-{number}"] = f"{known.title}{f' {MARK}' if is_said else ''}" if known else ""
            self.initial[f"address-{number}"] = known.address if known else ""

    @property
    def numbers(self) -> range:
        return range(1, len(self.fields) // 2 + 1)

    @property
    def readings(self) -> list[tuple[int, BoundField, BoundField, bool]]:
        """(its number, title, address, whether it is kept as research)."""
        fields = [(number, self[f"title-{number}"], self[f"address-{number}"]) for number in self.numbers]
        return [(number, title, address, address.value() in self.marked) for number, title, address in fields]

    @property
    def is_full(self) -> bool:
        return len(self.numbers) >= MOST_READINGS

    def clean(self) -> dict[str, Any]:
        for number in self.numbers:
            field = f"address-{number}"
            address = whole_address(self.cleaned_data.get(field, ""))
            self.cleaned_data[field] = address
            if field not in self.errors and (said := self._refused(number, address)):
                self.add_error(field, said)
        return self.cleaned_data

    def _refused(self, number: int, address: str) -> str:
        if not address:
            is_named = self.cleaned_data.get(f"title-{number}", "").strip()
            return "Give its address as well, or empty what it is called." if is_named else ""
        try:
            check_address(address)
        except NotAllowed as refusal:
            return str(refusal)
        return ""

    def write(self) -> None:
        told = self.cleaned_data
        filled = [number for number in self.numbers if told[f"address-{number}"]]
        pairs = [(told[f"title-{number}"], told[f"address-{number}"]) for number in filled]
        proposals.recommend(self.proposal, pairs, now=self.now)


class DatesStep(Step):
    name, blamed = "dates", "slots"
    slots = forms.MultipleChoiceField(
        label="Evenings that would do",
        help_text="Tick two or more. The more you tick, the sooner there is one.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of these dates has just been taken. Choose among those that are free."},
    )
    best = forms.ChoiceField(
        label="Is one of them best?",
        required=False,
        error_messages={"invalid_choice": "That date has just been taken. Choose among those that are free."},
    )

    def furnish(self) -> None:
        zone = self.proposal.community.time_zone
        free = Slot.objects.of(self.proposal.community).free(self.now)[:MOST_EVENINGS]
        # An evening that is kept for it, and not yet told, looks as free as the others.
        own = [self.proposal.slot] if self.proposal.status == Stage.PENDING and self.proposal.slot else []
        shown = sorted([*free, *own], key=lambda slot: slot.starts_at)
        evenings = [offering.evening(slot, zone) for slot in shown]
        self.open = {str(each.pk): each for each in evenings}
        by_month = groupby(evenings, key=lambda each: each.month)
        months = [(month, [(str(each.pk), each.short) for each in held]) for month, held in by_month]
        self.fields["slots"].widget.template_name = "chats/evenings.html"
        self.fields["slots"].choices = months  # type: ignore[attr-defined]
        plain = [(str(each.pk), each.words) for each in evenings]
        self.fields["best"].choices = [("", "No, they are all alike"), *plain]  # type: ignore[attr-defined]
        wishes = self.proposal.wishes.select_related("slot")
        kept = [str(wish.slot_id) for wish in wishes]
        self.gone = [offering.evening(wish.slot, zone) for wish in wishes if str(wish.slot_id) not in self.open]
        self.initial = {"slots": kept, "best": kept[0] if kept[:1] != sorted(kept, key=self._at)[:1] else ""}

    def _at(self, key: str) -> Any:
        """Evenings in the order of time; those that are gone come last."""
        found = self.open.get(key)
        return (found is None, found.starts_at if found else key)

    def write(self) -> None:
        best = self.cleaned_data["best"]
        ticked = sorted(self.cleaned_data["slots"], key=self._at)
        keys = dict.fromkeys([best, *ticked] if best else ticked)
        found = Slot.objects.in_bulk([int(key) for key in keys])
        wanted = [found[int(key)] for key in keys if int(key) in found]
        proposals.want(self.proposal, wanted, now=self.now)
