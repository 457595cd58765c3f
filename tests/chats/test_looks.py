"""Looks that take long, or are answered badly -> what is stored all the same, and when the next one comes."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import connections

from accounts import leases, lending
from chats import archive, health, ingest
from chats.ingest import opening, rechecking, spending
from chats.ingest.rows import merge
from chats.models import Capture, Chat, IngestRun, Recheck, Tweet
from chats.sources.base import SourceAuthor, SourceError
from tests.factories.chats import ChatFactory
from tests.factories.conversation import CONVERSATION
from tests.factories.records import page, seen
from tests.simulators.loopback import Loopback, Said

PAST = datetime(2020, 1, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def planned(source, query="wecops", *, why="hashtag", **about):
    """A capture of a chat that is going on, due now."""
    now = leases.clock()
    chat = ChatFactory(starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(minutes=65), networks=[source])
    window = {"since": chat.opens_at.isoformat(), "until": chat.closes_at.isoformat()}
    return chat.captures.create(source=source, query=query, why=why, next_due_at=now, settings=window, **about)


def test_conversations_of_all_chats_share_what_a_network_answers():
    captures = [planned("x", f"conversation_id:{n}", why="conversation") for n in range(20)]
    captures.append(planned("bluesky", "at://did:plc:a/app.bsky.feed.post/1", why="conversation"))

    for capture in captures:
        ingest.store(leases.claim_one(capture), page(cursor="")._replace(is_last=True))
        capture.refresh_from_db()

    waits = {capture.source: (capture.next_due_at - capture.looked_at).total_seconds() for capture in captures}
    assert waits == {"x": 90, "bluesky": 30}


def old(number):
    """A status from before the chat."""
    account = {"id": "1", "acct": "a", "username": "a", "url": "https://m.example/@a", "display_name": "A"}
    uri = f"https://m.example/users/a/statuses/{number}"
    return {
        "id": str(number),
        "uri": uri,
        "url": uri,
        "created_at": "2020-01-01T00:00:00.000Z",
        "content": "<p>#wecops</p>",
        "account": account,
        "visibility": "public",
    }


def server(asked):
    """A Mastodon server with one status, from before the chat."""
    if "instance" in asked.path:
        return Said({})
    return Said([old(1)] if not asked.param("min_id") else [])


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_lease_begins_anew_before_each_request(settings):
    held = []

    def slow(asked):
        held.append(Capture.objects.get().lease_until > PAST)
        Capture.objects.update(lease_until=PAST, next_due_at=PAST)  # so long does each answer take
        connections.close_all()
        return server(asked)

    with Loopback(slow) as host:
        settings.MASTODON_SERVERS = [host.url]
        capture = planned("mastodon")
        ingest.ingest(leases.claim_one(capture))

    assert held == [True] * len(host.asked)


def test_a_page_without_tweets_is_a_place_to_go_on_from(settings):
    with Loopback(server) as host:
        settings.MASTODON_SERVERS = [host.url]
        capture = planned("mastodon")
        ingest.ingest(leases.claim_one(capture), most_pages=1)

    capture.refresh_from_db()
    assert '"recent":["1"]' in capture.cursor
    assert (capture.looked_at, capture.lease_until) == (None, None)


@pytest.mark.parametrize("servers", [1, 2, 5, 20])
def test_servers_that_hang_leave_time_for_the_last_of_them(settings, servers):
    settings.MASTODON_SERVERS = [f"https://m{number}.example" for number in range(servers)]

    deadline = opening._access("mastodon")["access"].deadline

    assert (deadline * servers < opening.LONGEST, deadline <= opening.DEADLINE) == (True, True)


def test_a_look_that_does_not_end_gives_back_what_is_left(settings, monkeypatch):
    def slow(asked):
        if "timelines" in asked.path:
            monkeypatch.setattr(opening, "LONGEST", timedelta())  # it has taken so long by now
        return server(asked)

    with Loopback(slow) as host:
        settings.MASTODON_SERVERS = [host.url]
        capture = planned("mastodon")
        ingest.ingest(leases.claim_one(capture))

    capture.refresh_from_db()
    assert (capture.looked_at, capture.lease_until, capture.error_code) == (None, None, "")


def test_a_look_without_a_page_for_too_long_waits(settings, monkeypatch):
    monkeypatch.setattr(opening, "LONGEST", timedelta())
    with Loopback(server) as host:
        settings.MASTODON_SERVERS = [host.url]
        capture = planned("mastodon")
        with pytest.raises(SourceError, match="so slowly"):
            ingest.ingest(leases.claim_one(capture))

    capture.refresh_from_db()
    assert (capture.error_code, capture.waits, capture.attempts, host.asked) == ("too_slow", 1, 0, [])


def test_a_secret_that_is_repeated_is_not_stored(settings, caplog):
    def repeating(asked):
        return Said({"title": "Bad", "detail": f"bad header {asked.headers['Authorization']}"}, 400)

    with Loopback(repeating) as x:
        settings.X_API_URL, settings.X_BEARER_TOKEN = x.url, "a-token-of-ours"
        capture = planned("x", "(#wecops)")
        with pytest.raises(SourceError) as raised:
            ingest.ingest(leases.claim_one(capture))

    capture.refresh_from_db()
    said = "X answered 400: bad header Bearer …"
    assert (str(raised.value), capture.error, capture.runs.get().error) == (said, said, said)
    assert "a-token-of-ours" not in caplog.text


def test_an_app_password_that_is_repeated_is_not_stored(settings):
    def repeating(asked):
        return Said({"error": "No", "message": f"wrong: {asked.body['password']}"}, 401)

    with Loopback(repeating) as sky:
        settings.BLUESKY_URL, settings.BLUESKY_IDENTIFIER = sky.url, "us.example"
        settings.BLUESKY_APP_PASSWORD = "abcd-efgh-ijkl-mnop"
        capture = planned("bluesky")
        with pytest.raises(SourceError):
            ingest.ingest(leases.claim_one(capture))

    capture.refresh_from_db()
    assert capture.error.endswith("us.example: wrong: ….")


def test_an_address_with_a_nul_is_told_without_it(settings):
    def leading_away(asked):
        return Said({}, 302, {"Location": "https://ev\x00il.example/"})

    with Loopback(leading_away) as host:
        settings.MASTODON_SERVERS = [host.url]
        capture = planned("mastodon")
        with pytest.raises(SourceError):
            ingest.ingest(leases.claim_one(capture))

    capture.refresh_from_db()
    assert "ev il.example" in capture.error


def answering(status, body, headers=None):
    return lambda asked: Said(body, status, headers or {})


BAD = {
    "x_unauthorized": answering(401, {"title": "Unauthorized"}),
    "x_forbidden": answering(403, {"title": "Forbidden"}),
    "x_not_found": answering(404, {"title": "Not Found"}),
    "x_bad_request": answering(400, {"title": "Bad"}),
    "x_answer": answering(418, {}),
    "not_json": answering(200, {}, {"Content-Type": "text/html"}),
    "x_no_answer": answering(200, {}),
}


def look_four_times(capture):
    codes = []
    for _ in range(4):
        Capture.objects.update(next_due_at=PAST)
        for claim in ingest.claim_due():
            with pytest.raises(SourceError) as raised:
                ingest.ingest(claim)
            codes.append(raised.value.code)
    capture.refresh_from_db()
    return codes


@pytest.mark.parametrize("code", BAD)
def test_while_a_chat_may_be_captured_bad_answers_are_waited_out_and_told(settings, code):
    with Loopback(BAD[code]) as x:
        settings.X_API_URL, settings.X_BEARER_TOKEN = x.url, "a-token-of-ours"
        capture = planned("x", "(#wecops)")
        codes = look_four_times(capture)

    assert codes == [code] * 4
    assert (capture.quarantined_at, capture.waits, len(x.asked)) == (None, 4, 4)
    assert code in {incident.code for incident in health.incidents(leases.clock())}


def test_after_the_last_sweep_a_refusal_puts_aside(settings):
    with Loopback(BAD["x_forbidden"]) as x:
        settings.X_API_URL, settings.X_BEARER_TOKEN = x.url, "a-token-of-ours"
        capture = planned("x", "(#wecops)")
        Chat.objects.update(starts_at=PAST, ends_at=PAST + timedelta(hours=1))
        codes = look_four_times(capture)

    assert codes == ["x_forbidden"]
    assert capture.quarantined_at is not None


def test_our_own_errors_count(settings, monkeypatch):
    settings.X_BEARER_TOKEN = "a-token-of-ours"
    monkeypatch.setattr(opening, "open_source", lambda capture: 1 / 0)
    capture = planned("x", "(#wecops)")
    for _ in range(lending.MOST_ATTEMPTS):
        Capture.objects.update(next_due_at=PAST)
        (claim,) = ingest.claim_due()
        with pytest.raises(ZeroDivisionError):
            ingest.ingest(claim)

    capture.refresh_from_db()
    assert (capture.error_code, capture.quarantined_at is None) == ("ZeroDivisionError", False)


@pytest.mark.parametrize("code", ["x_unauthorized", "x_forbidden", "not_json"])
def test_a_recheck_that_is_refused_comes_round_again_by_itself(settings, code):
    merge(ChatFactory(), [seen(1)], why="hashtag")
    row = Recheck.objects.create(network="x", next_due_at=PAST)
    with Loopback(BAD[code]) as x:
        settings.X_API_URL, settings.X_BEARER_TOKEN = x.url, "a-token-of-ours"
        with pytest.raises(SourceError):
            rechecking.recheck(leases.claim_one(row))

    row.refresh_from_db()
    assert (row.error_code, row.quarantined_at, row.waits) == (code, None, 1)


def kept(url, numbers):
    """Tweets of a Mastodon server that are to be asked for again."""
    author = SourceAuthor("mastodon", "1", "a", "A")
    tweets = [
        seen(number)._replace(network="mastodon", id=f"{url}/users/a/statuses/{number}", author=author)
        for number in numbers
    ]
    merge(ChatFactory(), tweets, why="hashtag")
    return Recheck.objects.create(network="mastodon", next_due_at=PAST)


def lost(asked):
    """A Mastodon server that has none of what it is asked for."""
    if "instance" in asked.path:
        return Said({})
    return Said({"error": "Record not found"}, 404) if asked.path.split("/")[-1].isdigit() else Said([])


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_recheck_holds_its_lease_through_slow_answers(settings):
    held = []

    def slow(asked):
        held.append(Recheck.objects.get().lease_until > PAST)
        Recheck.objects.update(lease_until=PAST, next_due_at=PAST)  # so long does each answer take
        connections.close_all()
        return lost(asked)

    with Loopback(slow) as host:
        settings.MASTODON_SERVERS = [host.url]
        found = rechecking.recheck(leases.claim_one(kept(host.url, range(3))))

    assert found.gone == 3
    assert held == [True] * len(host.asked)


def test_a_recheck_that_takes_long_leaves_the_rest_for_later_and_in_its_turn(settings, monkeypatch):
    def slow(asked):
        monkeypatch.setattr(opening, "LONGEST", timedelta())  # it has taken so long by now
        return lost(asked)

    with Loopback(slow) as host:
        settings.MASTODON_SERVERS = [host.url]
        row = kept(host.url, range(30))
        found = rechecking.recheck(leases.claim_one(row))

    row.refresh_from_db()
    assert (found.checked, Tweet.objects.filter(checked_at=None).count()) == (20, 10)
    assert row.next_due_at < leases.clock() + timedelta(hours=3)


def test_a_recheck_that_is_too_slow_for_one_answer_stands_in_nobodys_way(settings, monkeypatch):
    monkeypatch.setattr(opening, "LONGEST", timedelta())
    with Loopback(lost) as host:
        settings.MASTODON_SERVERS = [host.url]
        row = kept(host.url, range(30))
        with pytest.raises(SourceError, match="so slowly"):
            rechecking.recheck(leases.claim_one(row))

    row.refresh_from_db()
    assert (row.error_code, row.attempts, Tweet.objects.filter(checked_at=None).count()) == ("too_slow", 0, 10)


@pytest.mark.parametrize(
    ("spent", "refused"), [(3_900_000, ""), (4_500_000, "budget_reserved"), (10_000_000, "budget_spent")]
)
def test_rechecks_leave_what_chats_to_come_may_cost(settings, spent, refused):
    """Of ten dollars five are kept for a chat: the dearest cost so much."""
    settings.X_MONTHLY_BUDGET_USD = 10
    now = leases.clock()
    over = ChatFactory(starts_at=now - timedelta(days=20), ends_at=now - timedelta(days=20) + timedelta(hours=1))
    for fence, cost in enumerate((1_000_000, 4_000_000)):
        capture, _ = over.captures.get_or_create(source="x", query="q")
        IngestRun.objects.create(capture=capture, fence=fence, started_at=now, last_at=now, cost=cost)
    spending.add("x", requests=1, cost=spent)

    said = ""
    try:
        spending.check_rechecks("x", now, tweets=70)
    except SourceError as error:
        said = error.code

    assert said == refused


def test_where_no_chat_was_charged_yet_half_of_the_budget_is_kept_for_them(settings):
    settings.X_MONTHLY_BUDGET_USD = 2
    spending.check_rechecks("x", leases.clock(), tweets=60)
    with pytest.raises(SourceError, match="kept for chats"):
        spending.check_rechecks("x", leases.clock(), tweets=70)


def test_a_recheck_that_waits_for_money_asks_nobody_and_keeps_no_chat_waiting(settings):
    settings.X_MONTHLY_BUDGET_USD, settings.X_BEARER_TOKEN = 1, "a-token-of-ours"
    merge(ChatFactory(), [seen(1)], why="hashtag")
    spending.add("x", requests=1, cost=600_000)
    row = Recheck.objects.create(network="x", next_due_at=PAST)
    with Loopback(lambda asked: Said({})) as x:
        settings.X_API_URL = x.url
        with pytest.raises(SourceError):
            rechecking.recheck(leases.claim_one(row))
        spending.check("x", leases.clock())

    row.refresh_from_db()
    assert (x.asked, row.error_code, row.attempts) == ([], "budget_reserved", 0)


def test_the_forecast_counts_people_too(settings):
    settings.X_BEARER_TOKEN, settings.RECHECKS_A_DAY = "a-token-of-ours", 2
    merge(ChatFactory(), [seen(1), seen(2), seen(3)], why="hashtag")
    on_the_last_day = datetime(2026, 6, 30, tzinfo=UTC)

    assert spending.forecast(on_the_last_day).rechecks == 2 * 5_000 + 1 * 10_000


@pytest.mark.parametrize("slots", [1, 2, 3])
def test_a_network_that_hangs_leaves_a_hand_to_the_others(settings, slots):
    settings.WORKER_SLOTS = slots
    hanging = [planned("mastodon", f"tag{number}").pk for number in range(3)]
    soon = planned("x", "(#wecops)")
    Capture.objects.filter(pk=soon.pk).update(next_due_at=leases.clock() + timedelta(seconds=15))

    first = ingest.claim_due()
    Capture.objects.filter(pk=soon.pk).update(next_due_at=PAST)
    second = ingest.claim_due()

    assert [claim.id for claim in first] == hanging[: max(1, slots - 1)]
    assert [claim.id for claim in second] == ([soon.pk] if slots > 1 else [])


def test_a_network_that_is_alone_has_all_hands(settings):
    settings.WORKER_SLOTS = 3
    planned("x", "(#wecops)", paused_at=PAST)
    Capture.objects.update(next_due_at=None)
    alone = [planned("mastodon", f"tag{number}").pk for number in range(4)]

    assert [claim.id for claim in ingest.claim_due()] == alone[:3]


def busy(asked):
    return Said({}, 429, {"Retry-After": "600"})


def look_again(capture):
    Capture.objects.filter(pk=capture.pk).update(next_due_at=PAST)
    ingest.ingest(leases.claim_one(capture))
    capture.refresh_from_db()


def test_a_server_that_wants_to_be_left_alone_is_left_alone_until_then(settings):
    with Loopback(server) as host, Loopback(busy) as tired:
        settings.MASTODON_SERVERS = [host.url, tired.url]
        capture, other = planned("mastodon"), planned("mastodon", "other")
        look_again(capture)
        first = capture.missing
        look_again(capture)
        look_again(other)

        assert (len(tired.asked), capture.missing) == (1, first)
        assert [each[1] for each in other.missing] == ["mastodon_resting"]
        assert first[0][1] == "mastodon_rate_limit"

        capture.missing[0][3] = PAST.isoformat()
        capture.save(update_fields=["missing"])
        look_again(capture)

    assert len(tired.asked) == 2


def test_where_all_want_to_be_left_alone_nobody_is_asked(settings):
    with Loopback(busy) as tired, Loopback(server) as host:
        settings.MASTODON_SERVERS = [host.url, tired.url]
        look_again(planned("mastodon"))
        settings.MASTODON_SERVERS = [tired.url]
        for query in ("other", f"https://{tired.url[7:]}/users/a/statuses/1"):
            with pytest.raises(SourceError) as raised:
                look_again(planned("mastodon", query))
            assert (raised.value.code, raised.value.waiting) == ("mastodon_resting", True)

    assert len(tired.asked) == 1


def dear_pages(settings):
    """A budget of a dollar, and a capture of X whose every page of a hundred tweets costs half of it or more."""
    settings.X_MONTHLY_BUDGET_USD, settings.X_BEARER_TOKEN = 1, "a-token-of-ours"
    tweets = [[seen(100 * number + each) for each in range(100)] for number in range(1, 9)]
    pages = [page(*some, cursor=str(number))._replace(reads=100, requests=1) for number, some in enumerate(tweets)]
    return planned("x", "(#wecops)"), type("Source", (), {"pages": lambda self, cursor: iter(pages)})()


def test_the_budget_is_asked_before_every_page(settings, monkeypatch):
    capture, source = dear_pages(settings)
    monkeypatch.setattr(opening, "open_source", lambda capture: source)

    with pytest.raises(SourceError) as raised:
        ingest.ingest(leases.claim_one(capture))

    assert (raised.value.code, capture.runs.get().pages, capture.chat.tweets.count()) == ("budget_spent", 2, 200)


def test_pages_say_that_the_money_is_spent_and_blame_nobody(chat, build, client, settings):
    settings.X_MONTHLY_BUDGET_USD, settings.X_BEARER_TOKEN = 1, "a-token-of-ours"
    capture = chat.captures.create(source="x", query="q", why="hashtag", next_due_at=PAST, looked_at=PAST)
    Capture.objects.update(error_code="unavailable", error="X answered 503.")
    build(chat, *CONVERSATION)
    spending.add("x", requests=1, cost=2_000_000)
    with pytest.raises(SourceError):
        ingest.ingest(leases.claim_one(capture))
    (claim,) = archive.claim_due()
    archive.build(claim, leases.clock())
    cache.clear()

    client.defaults["HTTP_HOST"] = urlsplit(settings.SITE_URL).netloc
    for path in (chat.get_absolute_url(), chat.get_absolute_url() + "transcript/"):
        said = client.get(path).text
        assert "This month's money for reading X is spent." in said
        assert [blame for blame in ("did not respond", "does not answer", "No answer") if blame in said] == []
    said = client.get("/status/").text
    assert "Paused: this month's money is spent" in said
    assert "No answer" not in said
