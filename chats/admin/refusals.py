"""What a writer refuses while a form is saved -> the same form once more, as it was typed, with the sentence in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.admin.base import Titled
from chats.lifecycle import NotAllowed
from chats.proposals import Unfinished


class Refused(Exception):
    """``said`` are sentences, each with the field or the table that it belongs to; "" is the form as a whole."""

    def __init__(self, said: list[tuple[str, str]]) -> None:
        super().__init__(" ".join(sentence for _, sentence in said))
        self.said = said


@contextmanager
def beside(place: str, before: str = "", **moved: str) -> Iterator[None]:
    """What is refused within belongs to this field or table, with a word ``before`` it.

    What is missing belongs to its own, by the name that its step has in ``moved``.
    """
    try:
        yield
    except Unfinished as error:
        missing = [(moved.get(each.step) or each.field, each.said) for each in error.problems]
        raise Refused(missing) from error
    except NotAllowed as error:
        raise Refused([(place, f"{before}{error}")]) from error


def of(request: HttpRequest) -> list[tuple[str, str]]:
    """What was refused a moment ago, for the forms that are made anew."""
    return getattr(request, "refused", [])


class Refusing(Titled):
    """A page whose saving may be refused.  All of it is undone then, and the page is made once more."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refusal:
            request.refused = refusal.said  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, *args, **kwargs)
        form.refused = of(request)
        return form


class Told:
    """A form that says what was refused: beside its field, or above all."""

    refused: list[tuple[str, str]] = []
    tables: tuple[str, ...] = ()  # which say theirs themselves

    def clean(self) -> Any:
        values = super().clean()  # type: ignore[misc]
        for field, sentence in self.refused:
            if field not in self.tables:
                self.add_error(field if field in self.fields else None, sentence)  # type: ignore[attr-defined]
        return values
