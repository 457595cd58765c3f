"""The simulated X is as strict as X: what it would refuse, it refuses; what it would charge, it charges."""

import json
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from datetime import timedelta
from types import SimpleNamespace

import pytest

from tests.simulators.practice import practice
from tests.simulators.x_api import Clock, XApi
from tests.simulators.x_checks import id_at

RECENT, ALL, COUNTS, LOOKUP = "/2/tweets/search/recent", "/2/tweets/search/all", "/2/tweets/counts/recent", "/2/tweets"


@pytest.fixture(scope="module")
def facts():
    return practice()


@pytest.fixture
def api(facts):
    with XApi(facts, Clock(facts.ends_at + timedelta(hours=13))) as api:
        yield api


def asked(api, path, token="simulated", **params):
    """(status, body, headers)"""
    query = urllib.parse.urlencode({name.replace("__", "."): value for name, value in params.items()})
    request = urllib.request.Request(f"{api.url}{path}?{query}", headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, json.load(answer), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error), error.headers


NOW = "2026-11-19T11:00:00Z"
TOO_OLD = "2026-11-12T10:00:00Z"
BAD = [
    (RECENT, {}, "query"),
    (RECENT, {"query": ""}, "query"),
    (RECENT, {"query": "#a" * 257}, "query"),
    (RECENT, {"query": "-is:retweet"}, "query"),
    (RECENT, {"query": "(#a"}, "query"),
    (RECENT, {"query": "#a OR"}, "query"),
    (RECENT, {"query": "#a", "max_results": 9}, "max_results"),
    (RECENT, {"query": "#a", "max_results": 101}, "max_results"),
    (RECENT, {"query": "#a", "max_results": "ten"}, "max_results"),
    (ALL, {"query": "#a", "max_results": 501}, "max_results"),
    (RECENT, {"query": "#a", "limit": 10}, "limit"),
    (RECENT, {"query": "#a", "post.fields": "id"}, "post.fields"),
    (RECENT, {"query": "#a", "tweet.fields": "id,note_post"}, "tweet.fields"),
    (RECENT, {"query": "#a", "tweet.fields": "id,"}, "tweet.fields"),
    (RECENT, {"query": "#a", "expansions": "referenced_posts"}, "expansions"),
    (RECENT, {"query": "#a", "user.fields": "email"}, "user.fields"),
    (RECENT, {"query": "#a", "since_id": "x"}, "since_id"),
    (RECENT, {"query": "#a", "since_id": "1"}, "since_id"),
    (RECENT, {"query": "#a", "until_id": "99999999999999999999"}, "until_id"),
    (RECENT, {"query": "#a", "start_time": TOO_OLD}, "start_time"),
    (RECENT, {"query": "#a", "start_time": "2026-11-19"}, "start_time"),
    (RECENT, {"query": "#a", "start_time": "2027-01-01T00:00:00Z"}, "start_time"),
    (RECENT, {"query": "#a", "end_time": NOW}, "end_time"),
    (RECENT, {"query": "#a", "next_token": "b26v89c19zqg8o3f"}, "next_token"),
    (COUNTS, {"query": "#a", "max_results": 10}, "max_results"),
    (LOOKUP, {"ids": "1,x"}, "ids"),
    (LOOKUP, {"ids": ",".join(map(str, range(101)))}, "ids"),
    (LOOKUP, {"ids": "1", "query": "#a"}, "query"),
]


@pytest.mark.parametrize(("path", "params", "named"), BAD)
def test_a_bad_parameter_is_refused_by_name(api, path, params, named):
    status, body, _ = asked(api, path, **params)

    assert (status, body["title"]) == (400, "Invalid Request")
    assert named in {name for error in body["errors"] for name in error["parameters"]}


def test_ids_and_times_do_not_mix(api):
    since = id_at(api.clock.now() - timedelta(hours=2))

    status, _, _ = asked(api, RECENT, query="#a", since_id=since, start_time="2026-11-19T08:00:00Z")

    assert status == 400


def test_a_parameter_twice_is_refused(api):
    status, _, _ = asked(api, RECENT + "?query=%23a&query=%23b&x=")

    assert status == 400


def test_without_the_token_nothing_is_told(api):
    status, body, _ = asked(api, RECENT, token="other", query="#wecops")

    assert (status, body["title"]) == (401, "Unauthorized")


def test_a_search_that_finds_nothing_has_no_data(api):
    assert asked(api, RECENT, query="#nobodysaysthis")[1] == {"meta": {"result_count": 0}}


def test_only_what_was_asked_for_is_told(api):
    _, body, _ = asked(api, RECENT, query="#wecops")

    assert {name for record in body["data"] for name in record} == {"id", "text", "edit_history_tweet_ids"}
    assert set(body) == {"data", "meta"}
    assert body["meta"]["result_count"] == 10


def test_a_token_belongs_to_its_request(api):
    token = asked(api, RECENT, query="#wecops")[1]["meta"]["next_token"]

    assert asked(api, RECENT, query="#wecops", next_token=token)[0] == 200
    assert asked(api, RECENT, query="#wecops", pagination_token=token)[0] == 200
    assert asked(api, RECENT, query="#other", next_token=token)[0] == 400


def test_the_last_half_minute_is_not_found_yet(facts):
    said = next(each for each in facts.public if "#wecops" in each.text.lower())
    with XApi(facts, Clock(said.at + timedelta(seconds=29))) as api:
        assert "data" not in asked(api, RECENT, query="#wecops")[1]
        api.clock.advance(timedelta(seconds=2))
        assert asked(api, RECENT, query="#wecops")[1]["data"][0]["id"] == said.id


def test_a_rate_is_limited_and_told_until_when(api):
    api.limits["recent"] = 2

    answers = [asked(api, RECENT, query="#wecops") for _ in range(3)]

    assert [status for status, _, _ in answers] == [200, 200, 429]
    assert [headers["x-rate-limit-remaining"] for _, _, headers in answers] == ["1", "0", "0"]
    assert int(answers[2][2]["x-rate-limit-reset"]) == int(api.clock.now().timestamp()) + 900

    api.clock.advance(timedelta(minutes=15))
    assert asked(api, RECENT, query="#wecops")[0] == 200


def test_the_archive_takes_one_request_a_second(api):
    answers = [asked(api, ALL, query="#wecops") for _ in range(2)]

    assert [status for status, _, _ in answers] == [200, 429]
    assert answers[1][2]["x-rate-limit-remaining"] == "299"


def test_each_tweet_and_person_is_charged_once_a_day(api):
    for _ in range(2):
        _, body, _ = asked(api, RECENT, query="#wecops", max_results=10, expansions="author_id")
    first_day = 10 * 0.005 + len(body["includes"]["users"]) * 0.010

    assert (api.ledger.reads, api.ledger.dollars) == (20, pytest.approx(first_day))

    api.clock.advance(timedelta(days=1))
    _, body, _ = asked(api, RECENT, query="#wecops", max_results=10, expansions="author_id")
    second_day = 10 * 0.005 + len(body["includes"]["users"]) * 0.010
    assert api.ledger.dollars == pytest.approx(first_day + second_day)

    asked(api, COUNTS, query="#wecops")
    assert api.ledger.dollars == pytest.approx(first_day + second_day + 0.005)


def test_counts_ascend_and_their_ends_are_cut(api):
    _, body, _ = asked(api, COUNTS, query="#wecops", granularity="day")

    starts = [row["start"] for row in body["data"]]
    assert starts == sorted(starts)
    assert len(starts) == 8
    assert sum(row["tweet_count"] for row in body["data"]) == body["meta"]["total_tweet_count"]


def test_time_can_pass_faster(facts):
    clock = Clock(facts.starts_at, scale=100_000)
    first = clock.now()
    while clock.now() < first + timedelta(minutes=10):
        pass

    assert clock.now() > facts.starts_at + timedelta(minutes=10)


def test_it_runs_in_a_process_of_its_own():
    command = [sys.executable, "-m", "tests.simulators.x_server", "--starts-in", "-7200", "--token", "mine"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        try:
            api = SimpleNamespace(url=server.stdout.readline().strip())
            status, body, _ = asked(api, RECENT, token="mine", query="#wecops", max_results=100)
        finally:
            server.stdin.close()

    assert (status, body["meta"]["result_count"], server.returncode) == (200, 100, 0)
