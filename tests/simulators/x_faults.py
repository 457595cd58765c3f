"""What goes wrong at X, by name -> the same answers, spoilt: all that X's clients were found to stumble over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from tests.simulators import x_answers
from tests.simulators.x_exchange import Reply, Request
from tests.simulators.x_finding import make_token

Spoil = Callable[["Fault", object, Request, Reply], Reply]
HTML = b"<!DOCTYPE html><html><body><h1>Something went wrong</h1></body></html>"
TOO_MANY = x_answers.plain(429, "Too Many Requests")
ONLY_ERRORS = {"errors": [{"title": "Internal", "detail": "Something went wrong.", "type": "about:blank"}]}


@dataclass
class Fault:
    """``spoil`` changes the answers to searches from ``page`` on, ``times`` times.

    ``needs`` is what must be there to be spoilt: a token in the request, tweets in the answer.
    """

    spoil: Spoil
    page: int = 2
    times: int = 1
    needs: str = ""
    before: dict = field(default_factory=dict)  # the last answer that was whole

    def after(self, api, request: Request, reply: Reply) -> Reply:
        if request.kind != "search" or reply.status != 200 or not isinstance(reply.body, dict):
            return reply
        is_there = self.needs in {"", *request.params, *reply.body}
        if request.page < self.page or self.times <= 0 or not is_there:
            self.before = reply.body if "data" in reply.body else self.before
            return reply
        self.times -= 1
        return self.spoil(self, api, request, reply)


def _instead(*reply, **how) -> Spoil:
    return lambda fault, api, request, good: Reply(*reply, **how)


def _limited(reset: timedelta | None, remaining: int = 0) -> Spoil:
    """Refused for a while; without ``reset``, no header says for how long."""

    def spoil(fault, api, request, good):
        headers = {"x-rate-limit-limit": "450", "x-rate-limit-remaining": str(remaining)}
        if reset is not None:
            headers["x-rate-limit-reset"] = str(int((api.clock.now() + reset).timestamp()))
        return Reply(429, TOO_MANY, () if reset is None else tuple(headers.items()))

    return spoil


def _cut(share: float, how: str) -> Spoil:
    return lambda fault, api, request, good: good._replace(cut=(int(len(good.data) * share), how))


def _half(fault, api, request, good):
    return good._replace(raw=good.data[: len(good.data) // 2])


def _partial_errors(fault, api, request, good):
    errors = [
        x_answers.not_found("1570000000000000000", "referenced_tweets.id"),
        x_answers.not_authorized(good.body["data"][0]["id"], "referenced_tweets.id"),
        {**x_answers.suspended("1", "somebody"), "parameter": "entities.mentions.username", "resource_type": "user"},
    ]
    return good._replace(body={**good.body, "errors": errors})


def _out_of_order(fault, api, request, good):
    return good._replace(body={**good.body, "data": good.body["data"][::-1]})


def _row_without_text(fault, api, request, good):
    bad = {name: value for name, value in good.body["data"][0].items() if name != "text"}
    return good._replace(body={**good.body, "data": [{**bad, "id": str(int(bad["id"]) - 1)}, *good.body["data"]]})


def _empty_page(fault, api, request, good):
    _, below, _ = api.tokens[request.params["next_token"]]
    asked, _, _ = api.tokens[request.params["next_token"]]
    return good._replace(body={"meta": {"result_count": 0, "next_token": make_token(api, asked, below)}})


def _expired(fault, api, request, good):
    token = request.params["next_token"]
    api.tokens.clear()
    return Reply(400, x_answers.invalid([("next_token", token, f"The `next_token` value [{token}] is invalid")]))


def _loop(fault, api, request, good):
    if "until_id" in request.params:
        return good
    return good._replace(body={**good.body, "meta": {**good.body["meta"], "next_token": request.params["next_token"]}})


def _rows_again(fault, api, request, good):
    before = fault.before or good.body
    users = {each["id"]: each for body in (before, good.body) for each in body["includes"]["users"]}
    includes = {**good.body["includes"], "users": list(users.values())}
    data = [*before["data"][-20:], *good.body["data"], *good.body["data"][:5]]
    fault.before = good.body
    return good._replace(body={**good.body, "data": data, "includes": includes})


def _without_meta(fault, api, request, good):
    return good._replace(body={name: value for name, value in good.body.items() if name != "meta"})


def same_again(fault, api, request, good):
    """X's search of February 2026: the same few on every page, and a new token each time."""
    asked = next(iter(api.tokens.values()), ("", 0, 0))[0]
    meta = {**fault.before["meta"], "next_token": make_token(api, asked, 1)}
    return good._replace(body={**fault.before, "meta": meta})


_503 = x_answers.plain(503, "Service Unavailable")
_401 = x_answers.plain(401, "Unauthorized")
ALWAYS = 10**9
# The table of what clients were tried with; each entry makes a new fault.
FAULTS: dict[str, Callable[[], list[Fault]]] = {
    "clean": list,
    "partial errors": lambda: [Fault(_partial_errors, needs="data")],
    "ids out of order": lambda: [Fault(_out_of_order, needs="data")],
    "row without text": lambda: [Fault(_row_without_text, needs="data")],
    "empty page with a token": lambda: [Fault(_empty_page, needs="next_token")],
    "429 with headers": lambda: [Fault(_limited(timedelta(minutes=5)))],
    "429, reset an hour ago": lambda: [Fault(_limited(timedelta(hours=-1)))],
    "429 without headers": lambda: [Fault(_limited(None))],
    "429, reset in a day": lambda: [Fault(_limited(timedelta(days=1)))],
    "429, usage cap": lambda: [Fault(_instead(429, x_answers.capped()), times=3)],
    "503 once": lambda: [Fault(_instead(503, _503))],
    "500 as HTML once": lambda: [Fault(_instead(500, raw=HTML, content_type="text/html"))],
    "reset before the headers": lambda: [Fault(lambda *given: given[-1]._replace(cut=(-1, "reset")))],
    "reset inside the body": lambda: [Fault(_cut(0.5, "reset"))],
    "closed inside the body": lambda: [Fault(_cut(0.5, "close"))],
    "JSON cut short with 200": lambda: [Fault(_half)],
    "HTML with 200": lambda: [Fault(_instead(200, raw=HTML, content_type="text/html"))],
    "200 with only errors": lambda: [Fault(_instead(200, ONLY_ERRORS))],
    "token that expired": lambda: [Fault(_expired, page=3, needs="next_token")],
    "token loop": lambda: [Fault(_loop, times=ALWAYS, needs="next_token")],
    "rows again on later pages": lambda: [Fault(_rows_again, times=ALWAYS, needs="data")],
    "401 once": lambda: [Fault(_instead(401, _401))],
    "no answer for 40 seconds": lambda: [Fault(lambda *given: given[-1]._replace(delay=40))],
}
# Further ones, of the same kind.
MORE: dict[str, Callable[[], list[Fault]]] = {
    "429 for haste": lambda: [Fault(_limited(timedelta(minutes=10), remaining=200))],
    "402 without credit": lambda: [Fault(_instead(402, x_answers.plain(402, "Credits depleted")), times=2)],
    "403 usage cap": lambda: [Fault(_instead(403, x_answers.capped()), times=2)],
    "length too long": lambda: [Fault(lambda *given: given[-1]._replace(length=10**6, cut=(10**6, "close")))],
    "length too short": lambda: [Fault(lambda *given: given[-1]._replace(length=len(given[-1].data) - 9))],
    "empty body": lambda: [Fault(_instead(200, raw=b""))],
    "a list": lambda: [Fault(_instead(200, []))],
    "null": lambda: [Fault(_instead(200, None))],
    "data that is text": lambda: [Fault(_instead(200, {"data": "none", "meta": {"result_count": 3}}))],
    "tweets without a count": lambda: [Fault(_without_meta)],
    "a count without tweets": lambda: [Fault(_instead(200, {"meta": {"result_count": 100}}))],
    "the same tweets for a while": lambda: [Fault(same_again, times=9, needs="next_token")],
    "three in a row": lambda: [fault for name in ("503 once", "HTML with 200", "401 once") for fault in FAULTS[name]()],
}
