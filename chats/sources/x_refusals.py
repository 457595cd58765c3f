"""What X refuses -> an error that says whether to ask again, and when.

The status decides, since a body may be anything; X's problem types are told by the last part of their address, which
is the same at api.x.com and api.twitter.com.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from chats.sources.answers import Answer
from chats.sources.base import SourceError
from chats.sources.files.values import line_of_text, mapping, mappings, string

_NO_HEADERS = timedelta(seconds=60)
_SECOND = timedelta(seconds=2)  # the limit of one request a second is in no header
_CAP = timedelta(hours=1)  # credit may be bought at any time; being refused costs nothing
_MARGIN = timedelta(seconds=1)
_EPOCH = re.compile(r"[0-9]{1,11}")
_NAMED = re.compile(r"[`\[\"']([a-z_]+(?:\.[a-z_]+)*)[`\]\"']")
_CAPS = {"usage-capped", "credits-depleted", "spend-limit-reached"}
_MONEY = re.compile(r"usage ?cap|credit|spend(ing)? limit|billing", re.IGNORECASE)
_LONGEST_DETAIL = 300
_BAD_REQUEST, _UNAUTHORIZED, _UNPAID, _FORBIDDEN, _TOO_MANY, _BROKEN = 400, 401, 402, 403, 429, 500
_PERMANENT = {
    403: ("X does not allow this. ", "x_forbidden"),
    404: ("", "x_not_found"),
}


class Refused(SourceError):
    """X did not like a parameter.  ``parameters`` are those it named, perhaps none; ``sent_at`` is X's own time."""

    def __init__(self, message: str, parameters: Iterable[str], sent_at: datetime | None) -> None:
        super().__init__(message, code="x_bad_request", permanent=True)
        self.parameters = frozenset(parameters)
        self.sent_at = sent_at


def problem_type(problem: dict) -> str:
    """The last part of a problem's type, say ``resource-not-found``; "" where there is none."""
    return string(problem.get("type")).rpartition("/")[2]


def refusal(answer: Answer) -> SourceError:
    """The error for any answer but a good one."""
    problem = _problem(answer)
    said = f"X answered {answer.status}: {_detail(problem)}"
    if answer.status == _UNPAID or _is_cap(answer.status, problem):
        return SourceError(f"X's usage cap or credit is used up. {said}", code="x_cap", waiting=True, retry_after=_CAP)
    if answer.status == _BAD_REQUEST:
        return Refused(said, _parameters(problem), answer.sent_at)
    if answer.status == _TOO_MANY:
        return SourceError(said, code="x_rate_limit", waiting=True, retry_after=_wait(answer))
    if answer.status >= _BROKEN:
        return SourceError(said, code="unavailable", waiting=True, retry_after=answer.retry_after)
    if answer.status == _UNAUTHORIZED:  # also of a token that is good, when X is in trouble itself
        said = f"X does not accept the token. {said}"
        return SourceError(said, code="x_unauthorized", waiting=True, is_refusal=True)
    reason, code = _PERMANENT.get(answer.status, ("", ""))
    return SourceError(f"{reason}{said}", code=code or "x_answer", permanent=bool(code))


def _problem(answer: Answer) -> dict:
    try:
        return mapping(answer.json())
    except SourceError:
        return {}


def _detail(problem: dict) -> str:
    errors = mappings(problem.get("errors"))
    first = errors[0] if errors else {}
    stated = first.get("message") or first.get("detail") or problem.get("detail") or problem.get("title")
    return (line_of_text(stated) or "no reason given")[:_LONGEST_DETAIL]


def _is_cap(status: int, problem: dict) -> bool:
    """Waiting a quarter of an hour, as for a rate limit, does not help against this."""
    if status not in {_FORBIDDEN, _TOO_MANY}:
        return False
    words = " ".join(string(problem.get(name)) for name in ("title", "detail", "reason"))
    return problem_type(problem) in _CAPS or "period" in problem or _MONEY.search(words) is not None


def _wait(answer: Answer) -> timedelta:
    """Until the limit is lifted, by X's own clock; never longer than a wrong clock could make it."""
    remaining = answer.headers.get("x-rate-limit-remaining", "")
    if _EPOCH.fullmatch(remaining) and int(remaining):
        return _SECOND
    stated = answer.headers.get("x-rate-limit-reset", "")
    if _EPOCH.fullmatch(stated):
        return answer.wait_until(datetime.fromtimestamp(int(stated), UTC) + _MARGIN) or _NO_HEADERS
    return answer.retry_after or _NO_HEADERS


def _parameters(problem: dict) -> set[str]:
    """The parameters that X complains about, as keys or in its sentences."""
    found: set[str] = set()
    for error in mappings(problem.get("errors")) or [problem]:
        found |= {str(name) for name in mapping(error.get("parameters"))}
        found |= {string(error.get("parameter"))}
        found |= set(_NAMED.findall(string(error.get("message") or error.get("detail"))))
    return found - {""}
