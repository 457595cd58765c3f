"""What is asked of the simulated X -> what it finds among the tweets that can be seen now, in the tweet vocabulary."""

import json
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from tests.simulators import x_answers
from tests.simulators.facts import Said
from tests.simulators.x_checks import id_at, when
from tests.simulators.x_exchange import Reply, Request

HORIZON = timedelta(seconds=30)  # a search without an end ends so long ago


def page(api, request: Request, reach: str, query: str) -> Reply:
    """Newest first; a token goes on below the tweet it was made at, and belongs to one request only."""
    one, now = request.params, api.clock.now()
    token = one.get("next_token") or one.get("pagination_token") or ""
    asked = json.dumps({name: each for name, each in sorted(one.items()) if not name.endswith("_token")})
    below = id_at(when(one.get("end_time", "")) or now - (api.horizon if request.kind == "search" else timedelta()))
    if token:
        if api.tokens.get(token, ("", 0, 0))[0] != asked:
            name = "next_token" if "next_token" in one else "pagination_token"
            return Reply(400, x_answers.invalid([(name, token, f"The `{name}` query parameter value is invalid")]))
        _, below, _ = api.tokens[token]
    below = min(below, int(one.get("until_id", below)))
    above = int(one.get("since_id", 0))
    start = when(one.get("start_time", "")) or (now - timedelta(days=7) if reach == "recent" else None)
    above = max(above, id_at(start) - 1 if start else 0)
    size = int(one.get("max_results", 10))
    found = api.between(query, above, below)
    if request.kind == "search" or one.get("exclude") == "retweets":
        found = (said for said in found if not said.retweet_of)
    inside = list(islice(found, size + 1))
    page = inside[:size]
    body = x_answers.found(page, x_answers.Wanted(one), api.find)
    meta: dict[str, Any] = {"result_count": len(page)}
    if page:
        meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
    if len(inside) > size:
        meta["next_token"] = make_token(api, asked, int(page[-1].id))
    return Reply(200, {**body, "meta": meta})


def make_token(api, asked: str, below: int) -> str:
    token = f"b26v89c19zqg8o3f{len(api.tokens):06d}"
    api.tokens[token] = (asked, below, len(api.tokens))
    return token


def counts(api, one: dict[str, str]) -> dict:
    """Ascending, in whole steps of the clock but for the first and the last, which are cut."""
    now = api.clock.now()
    end = when(one.get("end_time", "")) or (now - api.horizon).replace(microsecond=0)
    start = when(one.get("start_time", "")) or end - timedelta(days=7)
    step = {"minute": 60, "hour": 3600, "day": 86400}[one.get("granularity", "hour")]
    found = [said for said in api.matching(one["query"]) if not said.retweet_of and start <= said.at < end]
    rows = []
    while start < end:
        edge = datetime.fromtimestamp((start.timestamp() // step + 1) * step, UTC)
        until = min(edge, end)
        number = sum(start <= said.at < until for said in found)
        rows.append({"start": _stamp(start), "end": _stamp(until), "tweet_count": number})
        start = until
    return {"data": rows, "meta": {"total_tweet_count": len(found)}}


def looked_up(api, one: dict[str, str]) -> dict:
    ids = list(dict.fromkeys(one["ids"].split(",")))
    body = x_answers.found(filter(None, map(api.find, ids)), x_answers.Wanted(one), api.find)
    for record in body.get("data", []):
        if record["id"] in api.withheld:
            record["withheld"] = {"copyright": False, "country_codes": ["GB"]}
    known = {said.id: said for said in api.facts.tweets}
    if errors := [_missing(api, each, known.get(each)) for each in ids if not api.find(each)]:
        body["errors"] = [*errors, *body.get("errors", [])]
    return body


def _missing(api, tweet_id: str, said: Said | None) -> dict:
    if said and said.author.handle in api.suspended:
        return x_answers.suspended(tweet_id, said.author.handle)
    if said and said.truth.is_protected:
        return x_answers.not_authorized(tweet_id)
    return x_answers.not_found(tweet_id)


def users(api, one: dict[str, str]) -> dict:
    people = {person.handle.lower(): person for person in api.facts.people}
    asked = one.get("usernames", "").split(",")
    found = [x_answers.x_v2.user(people[each.lower()]) for each in asked if each.lower() in people]
    errors = [x_answers.not_found(each, "usernames") for each in asked if each.lower() not in people]
    return {**({"data": found} if found else {}), **({"errors": errors} if errors else {})}


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"
