"""The last step: who hosts it and with whom, the house rules, and off it goes to the team."""

from typing import Any

from django import forms
from django.forms import BoundField

from accounts.models import User
from chats import proposals
from chats.forms.step import Step, words
from chats.models import ProposalHost
from chats.proposals import Host
from chats.proposals.drafts import LONGEST_BIOGRAPHY, MOST_HOSTS

FEWEST = 1
LONGEST_NAME, LONGEST_HANDLE = 120, 100


class PeopleStep(Step):
    name = "people"
    house_rules = forms.BooleanField(label="I have read the house rules, and they are fine with me", required=False)

    def furnish(self) -> None:
        self.told: list[ProposalHost] = list(self.proposal.hosts.select_related("user"))
        rules = self.fields.pop("house_rules")
        for number in self.places("name", self.told, least=FEWEST, most=MOST_HOSTS):
            known = self.told[number - 1] if number <= len(self.told) else None
            for field, made in self._fields(number, known).items():
                self.fields[f"{field}-{number}"] = made
                self.initial[f"{field}-{number}"] = getattr(known, field, "")
        if not self.told and self.proposal.proposer:
            self.initial["name-1"] = self.proposal.proposer.name
        if not self.proposal.house_rules_at:
            self.fields["house_rules"] = rules

    def _fields(self, number: int, known: ProposalHost | None) -> dict[str, forms.Field]:
        handle = words(
            "Handle",
            LONGEST_HANDLE,
            hint="As on X: @WeCops. Or on Mastodon: @ann@example.org.",
            autocapitalize="off",
            autocomplete="off",
            spellcheck="false",
        )
        own: dict[str, forms.Field] = {
            "name": words("Name beside the chat", LONGEST_NAME, autocomplete="name" if number == 1 else "off"),
            "biography": words(
                "Who you are" if number == 1 else "Who they are",
                LONGEST_BIOGRAPHY,
                lines=3,
                hint="One or two sentences: what you do, and what you bring to this."
                if number == 1
                else "One or two sentences. You can leave it to them.",
            ),
        }
        if number == 1:
            return own if self.is_theirs(known) else {"handle": handle, **own}
        guest = forms.BooleanField(label="A guest: an expert who is asked to come, not a host", required=False)
        return {"handle": handle, **own, "is_guest": guest}

    def is_theirs(self, host: ProposalHost | None) -> bool:
        """Whether the handle is what X said of the proposer, which nobody types."""
        proposer = self.proposal.proposer
        return bool(host and proposer and proposer.handle and host.handle.lower() == proposer.handle.lower())

    @property
    def people(self) -> list[tuple[int, str, list[BoundField]]]:
        """(number, the handle that is not typed or "", fields)."""
        numbers = [int(name.removeprefix("name-")) for name in self.fields if name.startswith("name-")]
        parts = ("handle", "name", "biography", "is_guest")
        return [
            (
                number,
                "" if f"handle-{number}" in self.fields else self.told[0].handle,
                [self[f"{part}-{number}"] for part in parts if f"{part}-{number}" in self.fields],
            )
            for number in numbers
        ]

    @property
    def is_full(self) -> bool:
        return len(self.people) >= MOST_HOSTS

    def clean(self) -> dict[str, Any]:
        for number, handle, _ in self.people:
            told = [self.cleaned_data.get(f"{part}-{number}", "") for part in ("name", "biography")]
            if not handle and not self._handle(number) and any(map(str.strip, told)) and number > FEWEST:
                self.add_error(f"handle-{number}", "Give their handle, or empty their name and who they are.")
        return self.cleaned_data

    def _handle(self, number: int) -> str:
        if f"handle-{number}" in self.fields:
            return self.cleaned_data.get(f"handle-{number}", "").strip().lstrip("@")
        return self.told[0].handle

    def write(self) -> None:
        told = self.cleaned_data
        hosts = [
            Host(
                handle,
                told[f"name-{number}"],
                told[f"biography-{number}"],
                self._user(number, handle),
                bool(told.get(f"is_guest-{number}")),
            )
            for number, _, _ in self.people
            for handle in [self._handle(number)]
            if handle
        ]
        self.blamed = next((f"handle-{number}" for number, typed, _ in reversed(self.people) if not typed), "")
        proposals.name_hosts(self.proposal, hosts, now=self.now)
        if told.get("house_rules"):
            proposals.accept_house_rules(self.proposal, now=self.now)

    def _user(self, number: int, handle: str) -> User | None:
        """The proposer, where that is they; whoever has joined stays by their handle."""
        proposer = self.proposal.proposer
        if proposer is None:
            return None
        if proposer.handle:
            return proposer if handle.lower() == proposer.handle.lower() else None
        is_first = number == 1 and (not self.told or self.told[0].user_id in (None, proposer.pk))
        return proposer if is_first else None
