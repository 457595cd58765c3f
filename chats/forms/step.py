"""What is typed on one page of a proposal -> checked values, and what is wrong, in sentences with an address each."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.core.validators import MaxLengthValidator
from django.http import QueryDict

from chats.models import Proposal
from chats.proposals import NotAllowed, Problem, Unfinished, problems


class Mistake(NamedTuple):
    """What is wrong, and where it is mended: at ``anchor`` on the page of ``step``; both are "" for no one place."""

    step: str
    anchor: str
    said: str


def words(label: str, longest: int, *, lines: int = 0, hint: str = "", **attributes: str) -> forms.CharField:
    """A field for some words, in one line or several.

    Its limit is not the field's own, at which browsers cut what is pasted without a word.
    """
    widget = forms.Textarea({"rows": lines, **attributes}) if lines else forms.TextInput(attributes)
    said = f"{label}: that is %(show_value)s characters, and there is room for %(limit_value)s."
    limits = [MaxLengthValidator(longest, said)]
    return forms.CharField(label=label, help_text=hint, required=False, widget=widget, validators=limits, strip=False)


# A problem's field -> the one of a form, where its name is another.
AT = {
    "questions": "question-1",
    "host": "handle-1",
    "biography": "biography-1",
    "house-rules": "house_rules",
}
FIRST = {"slots": "slots_0_0", "kind": "kind_0"}  # of several boxes: the one to lead to


def anchor(problem: Problem) -> str:
    """Where on the page of its step a problem is mended."""
    return _id(AT.get(problem.field, problem.field))


def _id(field: str) -> str:
    return f"id_{FIRST.get(field, field)}"


class Step(forms.Form):
    """One page of a proposal.  Nothing on it is required: what is lacking is said when somebody wants to go on."""

    name = ""
    blamed = ""  # the field at which a refusal of the writers stands
    use_required_attribute = False

    def __init__(self, proposal: Proposal, now: datetime, typed: QueryDict | None = None, *, more: int = 0) -> None:
        """``more``: that many empty places beside those that are filled, where there are places."""
        self.proposal, self.now, self.more = proposal, now, more
        self.elsewhere: list[Problem] = []
        super().__init__(typed)
        self.furnish()

    def furnish(self) -> None:
        """Fill the fields with what is known so far; a page of places makes them first."""
        raise NotImplementedError

    def write(self) -> None:
        """Hand what was typed to the writers."""
        raise NotImplementedError

    def keep(self) -> bool:
        """Write down what was typed; False where something of it does not fit, which then stands at its field."""
        if self.is_valid():
            self.try_to_write()
        return self.is_valid()

    def try_to_write(self) -> None:
        try:
            self.write()
        except Unfinished as lacking:
            self.mark(lacking.problems)
        except NotAllowed as refusal:
            self.add_error(self.blamed or None, str(refusal))

    def lacks(self) -> bool:
        """Whether something is missing on this page before the team can look at it; it is marked."""
        self.mark([each for each in problems.of(self.proposal, self.now) if each.step == self.name])
        return not self.is_valid()

    def mark(self, found: Iterable[Problem]) -> None:
        """Say each at its field; what is mended on another page stands above all of them."""
        for problem in found:
            field = AT.get(problem.field, problem.field)
            if problem.step != self.name:
                self.elsewhere.append(problem)
            self.add_error(field if problem.step == self.name and field in self.fields else None, problem.said)

    def mistakes(self) -> Iterator[Mistake]:
        """All that is wrong, in the order of the page."""
        places = {problem.said: (problem.step, anchor(problem)) for problem in self.elsewhere}
        for said in map(str, self.non_field_errors()):
            yield Mistake(*places.get(said, ("", "")), said)
        for bound in self:
            for said in map(str, bound.errors):
                yield Mistake(self.name, _id(bound.name), said)

    def places(self, prefix: str, found: Sequence[Any], *, least: int, most: int) -> range:
        """The numbers of a list's places: as many as are filled or were sent, and ``more``."""
        sent = [name.removeprefix(f"{prefix}-") for name in self.data if name.startswith(f"{prefix}-")]
        filled = max([len(found), *(int(number) for number in sent if number in map(str, range(most + 1)))])
        return range(1, min(most, max(filled + self.more, least)) + 1)
