"""Chats on the calendar, simulated networks and the clock -> tweets in rows, whatever goes wrong on the way."""

import gzip
import json
import os
import signal
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db.models import F

from accounts import leases
from chats import health, ingest, lifecycle
from chats.ingest import planning, rechecking, removal
from chats.models import Build, Capture, Chat, IngestRun, Recheck, Spending, Tweet, Withheld
from chats.rendering import completeness
from chats.sources.base import SourceError
from chats.sources.files import twarc_v2
from chats.sources.x_places import Place
from tests.factories.chats import ChatFactory, TweetFactory
from tests.factories.records import seen
from tests.simulators.bluesky_api import Sky
from tests.simulators.mastodon_api import Fediverse
from tests.simulators.practice import practice
from tests.simulators.x_api import Clock, XApi
from tests.simulators.x_exchange import Reply
from tests.simulators.x_stream import Stream

pytestmark = pytest.mark.django_db

LEAD_IN, TAIL = timedelta(minutes=15), timedelta(minutes=90)


@pytest.fixture
def facts(now):
    """The practice chat, so far back that its first sweep is due."""
    return practice(starts_at=leases.clock().replace(microsecond=0) - timedelta(hours=6))


@pytest.fixture
def evening(facts):
    """The practice chat on the calendar."""
    tags = [tag.lstrip("#") for tag in facts.hashtags]
    chat = ChatFactory(starts_at=facts.starts_at, ends_at=facts.ends_at, hashtags=tags)
    for host in facts.hosts:
        lifecycle.add_host(chat, host.handle, name=host.name)
    return chat


@pytest.fixture
def x(facts, settings):
    """X, on the evening itself and a little after."""
    with XApi(facts, Clock(facts.ends_at + TAIL + timedelta(minutes=5))) as api:
        settings.X_API_URL, settings.X_BEARER_TOKEN = api.url, api.token
        yield api


def look(chat):
    """Have every capture of the chat looked at once, now; the codes of what went wrong."""
    planning.plan_captures(leases.clock())
    codes = []
    for capture in chat.captures.order_by("pk"):
        try:
            ingest.ingest(leases.claim_one(capture))
        except SourceError as error:
            codes.append(error.code)
    return codes


def shown(api):
    """What X shows of the chat to those who search, by the id of the first version: the hashtag, or the community."""

    def why(said):
        text = said.text.lower()
        if "#wecops" in text:
            return ["hashtag"]
        return ["mention"] if "@wecops" in text or said.author.handle.lower() == "wecops" else []

    closes_at = api.facts.ends_at + TAIL
    seen = [said for said in api.seen if not said.retweet_of and said.at < closes_at]
    return {(said.edits or (said.id,))[0]: why(said) for said in seen if why(said)}


def stored():
    return dict(Tweet.objects.values_list("network_id", "why_captured"))


def test_a_chat_on_the_calendar_is_captured_whole_and_says_why(evening, x):
    assert look(evening) == []

    assert stored() == shown(x)


def test_who_owns_the_app_has_their_timelines_read_first_for_a_fifth_of_the_price(evening, x, settings, build):
    look(evening)
    searched, expected, dollars = build(evening).sha256, stored(), x.ledger.dollars
    for model in (Capture, Tweet, Spending):
        model.objects.all().delete()
    settings.X_OWNER, x.owner = "wecops", "WeCops"
    x.ledger.paid.clear()
    del x.requests[:]

    assert look(evening) == []

    kinds = [request.kind for request in x.requests]
    assert (kinds[:4], {*kinds[4:]}) == (["users", "user", "users", "user"], {"search"})
    own = {said.id for said in x.seen if said.author.handle == "WeCops"}
    said_to = {said.id for said in x.seen if "@wecops" in said.text.lower()}
    assert stored() == {
        id_: [*({"hashtag"} & {*why}), *["mention"] * (id_ in said_to), *["own"] * (id_ in own)]
        for id_, why in expected.items()
    }
    assert build(evening).sha256 == searched
    assert round(x.ledger.dollars * 1_000_000) <= Spending.objects.get().cost
    assert x.ledger.dollars < dollars


def test_answers_without_the_hashtag_are_found_in_the_conversations_of_the_questions(evening, facts, x, build):
    look(evening)
    build(evening)
    before = stored()

    look(evening)

    found = {id_: why for id_, why in stored().items() if id_ not in before}
    asked = {said.id for said in facts.tweets if said.truth.why == "asked"}
    untagged = {
        said.id: ["conversation"]
        for said in x.seen
        if said.conversation in asked and said.id not in before and said.at < facts.ends_at + TAIL
    }
    assert len(found) > 10
    assert found == untagged


def test_looking_again_changes_nothing_and_asks_once_for_each(evening, x):
    look(evening)
    before, asked = stored(), len(x.requests)

    look(evening)

    assert (stored(), len(x.requests) - asked) == (before, 2)
    assert Capture.objects.filter(completed_at=None).count() == 2


def test_a_look_that_was_broken_off_has_seen_what_there_was_when_it_began(evening, x):
    planning.plan_captures(leases.clock())
    capture = evening.captures.get(why="hashtag")
    before = leases.clock()
    ingest.ingest(leases.claim_one(capture), most_pages=1)
    broken_off = leases.clock()

    ingest.ingest(leases.claim_one(capture))

    capture.refresh_from_db()
    assert before < capture.looked_at < broken_off
    assert capture.began_at is None


def test_after_a_death_a_tweet_that_kills_is_named_and_never_read_again(evening, x, monkeypatch):
    poison, ours, sound = "", os.getpid(), twarc_v2.outcome

    def outcome(item, zone):
        if item["id"] == poison:
            assert os.getpid() != ours
            os.kill(os.getpid(), signal.SIGKILL)
        return sound(item, zone)

    monkeypatch.setattr(twarc_v2, "outcome", outcome)
    poison = next(said.id for said in x.seen[40:] if "#wecops" in said.text.lower() and not said.edits)
    planning.plan_captures(leases.clock())
    claim = leases.claim_one(evening.captures.get(why="hashtag"))
    Capture.objects.update(attempts=1)  # as by a worker that died

    ingest.ingest(claim)
    ingest.ingest(leases.claim_one(evening.captures.get(why="hashtag")))

    expected = {id_ for id_, why in shown(x).items() if why == ["hashtag"]}
    assert set(stored()) == expected - {poison}
    told = [reason for run in IngestRun.objects.all() for _, reason in run.rejections]
    assert poison in told[0]


def test_what_it_costs_is_written_down_for_each_run_and_day(evening, x):
    look(evening)

    (spent,) = Spending.objects.all()
    runs = list(IngestRun.objects.values_list("requests", "cost"))
    assert (spent.requests, spent.cost) == tuple(map(sum, zip(*runs, strict=True)))
    assert spent.requests == len(x.requests)
    assert spent.cost > 1_000_000


def test_a_budget_that_is_spent_stops_loudly_and_goes_on_when_more_is_allowed(evening, x, settings):
    settings.X_MONTHLY_BUDGET_USD = 0.01
    first = look(evening)
    settings.X_MONTHLY_BUDGET_USD = 100
    second = look(evening)

    assert (first, second) == (["budget_spent"] * 2, [])
    assert stored() == shown(x)


def test_a_token_that_is_refused_is_tried_ever_more_seldom_and_another_one_at_once(evening, x, settings):
    settings.X_BEARER_TOKEN = "expired"
    refused = look(evening)
    Capture.objects.update(waits=50, next_due_at=leases.clock())
    for claim in ingest.claim_due():
        with pytest.raises(SourceError):
            ingest.ingest(claim)
    waiting = due_times()
    (due_in,) = {round((due - leases.clock()) / timedelta(hours=1)) for due in waiting}
    planning.plan_captures(leases.clock())
    unchanged = due_times() == waiting

    settings.X_BEARER_TOKEN = x.token
    planning.plan_captures(leases.clock())

    assert (refused, due_in, unchanged) == (["x_unauthorized"] * 2, 1, True)
    assert max(due_times()) <= leases.clock()
    assert look(evening) == []
    assert stored() == shown(x)


def due_times():
    return list(Capture.objects.order_by("pk").values_list("next_due_at", flat=True))


@pytest.fixture
def live(settings):
    """A chat that is being held, X at that moment, four minutes of it told in a second, and its stream on."""
    facts = practice(starts_at=leases.clock().replace(microsecond=0) - timedelta(minutes=20))
    settings.X_FILTERED_STREAM, settings.CAPTURE_TIME_SCALE = True, 10
    tags = [tag.lstrip("#") for tag in facts.hashtags]
    chat = ChatFactory(starts_at=facts.starts_at, ends_at=facts.ends_at, hashtags=tags)
    with XApi(facts, Clock(facts.starts_at + timedelta(minutes=20), scale=240), stream=Stream()) as api:
        settings.X_API_URL, settings.X_BEARER_TOKEN = api.url, api.token
        yield chat, api


def test_what_the_stream_says_is_stored_at_once(live):
    chat, api = live

    assert look(chat) == []

    capture = chat.captures.get(why="hashtag")
    searched = Place.of_cursor(capture.cursor).newest
    newer = {id_: why for id_, why in stored().items() if int(id_) > searched and id_ in api.stream.told}
    assert len(newer) > 1
    assert {*map(tuple, newer.values())} == {("hashtag",)}
    assert (capture.missing, capture.looked_at is None, api.stream.connections) == ([], False, 1)


def test_a_stream_that_is_refused_is_left_alone_for_a_while_and_no_reader_is_troubled(live, build):
    chat, api = live
    api.stream.denied = Reply(403, {"title": "Forbidden", "detail": "Not in your plan.", "status": 403})

    codes = [look(chat), look(chat)]

    (told,) = chat.captures.get(why="hashtag").missing
    assert (codes, told[:2]) == ([[], []], ["X's stream", "x_stream"])
    assert told[2].startswith("X's stream cannot be had, so its search is read alone: X does not allow this.")
    assert "stream" not in gzip.decompress(build(chat).pages.get(path="").body).decode()
    assert api.stream.rules.keys() == {"1000000"}


def test_a_chat_that_is_moved_before_it_began_is_planned_anew(evening, x):
    planning.plan_captures(leases.clock())
    evening.starts_at += timedelta(days=7)
    evening.ends_at += timedelta(days=7)
    evening.save()

    planning.plan_captures(leases.clock())

    due = set(evening.captures.values_list("next_due_at", flat=True))
    assert due == {evening.opens_at}
    assert {capture.settings["since"] for capture in evening.captures.all()} == {evening.opens_at.isoformat()}


OFF = [{"status": "cancelled", "status_reason": "Snow"}, {"networks": []}, {"networks": ["mastodon"]}]
ON = {"status": "scheduled", "status_reason": "", "networks": ["x"]}


@pytest.mark.parametrize("change", OFF)
def test_a_chat_that_is_called_off_while_captured_is_asked_for_no_more_until_it_is_held_after_all(evening, x, change):
    look(evening)
    Chat.objects.update(**change)
    planning.plan_captures(leases.clock())
    off = set(evening.captures.values_list("next_due_at", flat=True))

    Chat.objects.update(**ON)
    planning.plan_captures(leases.clock())

    assert off == {None}
    assert [claim.id for claim in ingest.claim_due()] == list(evening.captures.values_list("pk", flat=True))
    assert set(evening.captures.values_list("completed_at", flat=True)) == {None}


@pytest.mark.parametrize("error", ["", "unavailable"])
def test_what_is_no_longer_wanted_is_expected_no_more_and_its_pages_are_made_anew(evening, x, settings, error):
    look(evening)
    dropped = evening.captures.get(why="mention")
    Capture.objects.filter(pk=dropped.pk).update(error_code=error, error=error)
    Build.objects.update(next_due_at=None)
    settings.X_OWNER = "wecops"

    planning.plan_captures(leases.clock())

    dropped.refresh_from_db()
    assert (dropped.next_due_at, dropped.completed_at is None, dropped.error_code) == (None, False, "")
    assert evening.captures.filter(completed_at=None).exclude(next_due_at=None).count() == evening.captures.count() - 1
    assert Build.objects.get().next_due_at is not None


def test_a_chat_that_is_moved_after_it_began_is_captured_in_its_new_window_and_not_called_whole(evening, x, build):
    look(evening)
    Capture.objects.update(completed_at=leases.clock(), next_due_at=None)
    Chat.objects.update(starts_at=F("starts_at") + timedelta(days=1), ends_at=F("ends_at") + timedelta(days=1))
    evening.refresh_from_db()

    planning.plan_captures(leases.clock())

    copy = completeness.of(evening, missing_parents=0, removed=0)
    assert {capture.settings["since"] for capture in evening.captures.all()} == {evening.opens_at.isoformat()}
    assert set(evening.captures.values_list("next_due_at", "cursor")) == {(evening.opens_at, "")}
    assert (copy.is_whole, copy.is_collecting) == (False, True)


def test_many_hashtags_make_several_queries_and_none_that_x_refuses(evening, x):
    Chat.objects.update(hashtags=[f"WeTalkAboutTheWeatherInEveryTownOfTheCountry{n:02}" for n in range(30)])

    planning.plan_captures(leases.clock())

    queries = list(evening.captures.values_list("query", flat=True))
    assert max(map(len, queries)) <= 512
    assert look(evening) == []


def test_a_question_that_is_a_reply_is_followed_in_the_conversation_that_it_is_part_of(evening, x):
    TweetFactory(chat=evening, network="x", network_id="77", conversation="70", asked=1, created_at=evening.starts_at)

    planning.plan_captures(leases.clock())

    assert evening.captures.get(why="conversation").query == "conversation_id:70 -#WeCops"


@pytest.mark.parametrize("change", OFF)
def test_a_chat_that_is_not_held_or_not_on_x_is_not_asked_for(evening, x, change):
    type(evening).objects.update(**change)

    planning.plan_captures(leases.clock())

    assert (evening.captures.count(), x.requests) == (0, [])


def test_planning_twice_asks_the_database_and_writes_nothing(evening, x, django_assert_num_queries):
    now = leases.clock()
    planning.plan_captures(now)

    with django_assert_num_queries(3):
        planning.plan_captures(now)


def sweep(chat):
    """As ``look``, when a sweep is due: the last look was before it."""
    Capture.objects.update(looked_at=chat.closes_at, swept_at=None)
    return look(chat)


def test_a_sweep_finds_what_the_network_showed_late_and_asks_only_for_that(evening, facts, x):
    slow = [said for said in x.seen if "#wecops" in said.text.lower() and not said.retweet_of][40]
    x.late[slow.id] = timedelta(hours=9)
    look(evening)
    before = stored()
    x.clock.advance(timedelta(hours=9))
    reads = x.ledger.dollars

    assert sweep(evening) == []

    assert set(stored()) - set(before) == {(slow.edits or (slow.id,))[0]}
    assert x.ledger.dollars - reads < 0.3
    capture = evening.captures.get(why="hashtag")
    assert (capture.counted, capture.swept_at > capture.looked_at) == (
        len([w for w in stored().values() if w == ["hashtag"]]),
        True,
    )


def test_a_sweep_that_finds_nothing_lacking_reads_nothing(evening, x):
    look(evening)
    asked = len(x.requests)

    sweep(evening)

    assert [request.kind for request in x.requests[asked:]] == ["counts", "search", "counts", "search"]
    assert IngestRun.objects.order_by("-pk").first().created == 0


class Silence:
    """X answers everything with a failure of its own."""

    def after(self, api, request, reply):
        return Reply(503, {"title": "Service Unavailable", "status": 503})


class OldVersions:
    """X shows the version that was asked for, and says which there are besides."""

    def after(self, api, request, reply):
        for record in reply.body.get("data", []):
            first = record["edit_history_tweet_ids"][0]
            if first in request.params["ids"].split(","):
                record.update(id=first, text="Old words")
        return reply


def recheck(network="x", **how):
    rechecking.plan_rechecks()
    return rechecking.recheck(leases.claim_one(Recheck.objects.get(network=network)), **how)


def test_what_is_deleted_protected_suspended_or_withheld_goes_and_comes_back_with_the_networks_word(evening, x, build):
    look(evening)
    whole = build(evening).sha256
    shown = [said for said in x.seen if not said.retweet_of and not said.edits and "#wecops" in said.text.lower()]
    suspended, withheld = shown[10], next(said for said in shown if said.author != shown[10].author)
    x.suspended.add(suspended.author.handle)
    x.withheld.add(withheld.id)
    theirs = {said.id for said in shown if said.author == suspended.author} | {withheld.id}

    first = recheck(most=1000)
    gone = set(Tweet.objects.filter(withheld=Withheld.GONE_FROM_NETWORK).values_list("network_id", flat=True))
    x.suspended.clear()
    x.withheld.clear()
    unasked = recheck(most=1000)
    Tweet.objects.update(checked_at=leases.clock() - rechecking.GONE_AGAIN)
    second = recheck(most=1000)

    assert theirs <= gone
    assert (unasked.checked, unasked.returned) == (first.checked - len(gone), 0)
    assert (first.gone, second.returned, second.gone) == (len(gone), len(gone), 0)
    assert build(evening).sha256 == whole


def test_a_network_in_trouble_takes_nothing_away(evening, x):
    look(evening)
    Tweet.objects.update(checked_at=None)
    x.faults.append(Silence())

    with pytest.raises(SourceError):
        recheck()

    assert Tweet.objects.filter(withheld=Withheld.SHOWN).count() == len(stored())
    assert Tweet.objects.exclude(checked_at=None).count() == 0


def test_a_recheck_takes_the_oldest_check_first_and_keeps_to_its_pace(evening, x, settings):
    settings.RECHECKS_A_DAY = 400
    look(evening)
    Tweet.objects.update(checked_at=None)
    known = Tweet.objects.count()

    rounds = [recheck().checked for _ in range(2)]
    left = Tweet.objects.filter(checked_at=None).count()
    recheck(most=left)

    assert (rounds, left) == ([100, 100], known - 200)
    assert Tweet.objects.filter(checked_at=None).count() == 0
    due_in = Recheck.objects.get().next_due_at - leases.clock()
    assert timedelta(hours=5, minutes=59) < due_in <= timedelta(hours=6)


def test_a_sweep_finds_what_came_late_into_a_minute_that_lost_as_many(evening, x):
    tagged = [said for said in x.seen if "#wecops" in said.text.lower() and not said.retweet_of and not said.edits]
    slow, lost = next(
        (one, other)
        for one, other in pairwise(tagged)
        if one.at.replace(second=0, microsecond=0) == other.at.replace(second=0, microsecond=0)
        and one.author != other.author
    )
    x.late[slow.id] = timedelta(hours=9)
    look(evening)
    x.suspended.add(lost.author.handle)
    recheck(most=1000)
    x.clock.advance(timedelta(hours=9))

    sweep(evening)

    assert slow.id in stored()


def test_a_sweep_lacks_nothing_of_one_conversation_for_what_another_brought(evening, facts, x, build):
    asked = {said.id for said in facts.tweets if said.truth.why == "asked"}
    untagged = [
        said
        for said in x.seen
        if said.conversation in asked and "wecops" not in f"{said.text} {said.author.handle}".lower()
    ]
    last = {said.conversation: said.at for said in untagged}
    slow = next(
        one
        for one, other in pairwise(untagged)
        if one.at.replace(second=0, microsecond=0) == other.at.replace(second=0, microsecond=0)
        and one.conversation != other.conversation
        and one.at + timedelta(minutes=1) < last[one.conversation]  # else the next look has it
    )
    x.late[slow.id] = timedelta(hours=9)
    look(evening)
    build(evening)
    look(evening)
    x.clock.advance(timedelta(hours=9))

    sweep(evening)

    assert stored()[slow.id] == ["conversation"]


def test_a_sweep_lacks_nothing_of_one_query_for_what_another_of_its_kind_brought(evening, facts, x):
    Chat.objects.update(
        hashtags=["WeCops", *[f"WeTalkAboutTheWeatherInEveryTownOfTheCountry{n:02}" for n in range(30)]]
    )
    planning.plan_captures(leases.clock())
    first, *others = evening.captures.filter(why="hashtag").order_by("pk")
    minutes = Counter({evening.starts_at.replace(second=0): 1})
    TweetFactory(chat=evening, network="x", why_captured=["hashtag"], hashtags=["WECOPS"], created_at=evening.starts_at)

    assert [ingest._by_minute(each) for each in (first, *others)] == [minutes, *[Counter()] * len(others)]


def test_a_recheck_is_the_last_time_that_anybody_asked(evening, x):
    look(evening)
    before = health.last_check()
    Tweet.objects.update(checked_at=None)

    recheck()

    assert before is None
    assert leases.clock() - health.last_check() < timedelta(minutes=1)


def test_only_a_recheck_is_told_as_the_last_time_that_somebody_asked_whether_they_are_there(evening, x):
    def told():
        return completeness.of(evening, missing_parents=0, removed=0).confirmed_at

    look(evening)
    read = told()
    began_at = leases.clock()
    recheck(most=100)
    some = told()
    recheck(most=1000)

    assert (read, some) == (None, None)
    assert told() > began_at


def test_a_recheck_asks_for_the_newer_version_of_an_edited_tweet_at_once(evening, x):
    edited = next(said for said in x.seen if said.edits)
    first = seen(int(edited.edits[0]), "Old words", edits=edited.edits[:1])
    ingest.merge(evening, [first], why="hashtag")
    x.faults.append(OldVersions())

    assert recheck().checked == 1

    tweet = Tweet.objects.get()
    assert (tweet.version_id, tweet.edits) == (edited.edits[-1], list(edited.edits))
    assert tweet.text != "Old words"
    assert [request.params["ids"] for request in x.requests] == [edited.edits[0], edited.edits[-1]]


def test_what_a_person_took_back_is_not_asked_about(evening, x):
    look(evening)
    Tweet.objects.update(checked_at=None)
    mine = Tweet.objects.order_by("pk").first()
    removal.take_back("x", [mine.network_id], withheld=Withheld.REMOVED_BY_AUTHOR)

    recheck(most=1000)

    assert Tweet.objects.get(pk=mine.pk).checked_at is None
    assert mine.network_id not in x.requests[-1].params["ids"]


@pytest.fixture
def sky(facts, settings):
    with Sky(facts) as sky:
        settings.BLUESKY_URL, settings.BLUESKY_IDENTIFIER = sky.url, sky.identifier
        settings.BLUESKY_APP_PASSWORD = sky.password
        yield sky


@pytest.fixture
def fediverse(facts, settings):
    with Fediverse(facts, {"social.example": {}, "far.example": {}}) as fediverse:
        settings.MASTODON_SERVERS = list(fediverse.urls)
        yield fediverse


def test_three_networks_stand_in_one_transcript(evening, x, sky, fediverse, build):
    assert look(evening) == []
    build(evening)
    assert look(evening) == []

    transcript = build(evening)

    stored = set(evening.tweets.values_list("network", "network_id"))
    told = json.loads(gzip.decompress(transcript.pages.get(path="transcript.json").body))
    counts = Counter(network for network, _ in stored)
    assert counts.keys() == {"x", "mastodon", "bluesky"}
    assert min(counts.values()) > 150
    assert {tweet["network"] for tweet in told["tweets"]} == {"x", "mastodon", "bluesky"}
    assert told["completeness"]["sources"].keys() == {"x", "mastodon", "bluesky"}


def test_a_network_that_is_down_keeps_no_other_waiting_and_is_named(evening, x, sky, fediverse, build, settings):
    settings.BLUESKY_URL = "http://127.0.0.1:9"

    assert look(evening) == ["unreachable"]

    assert Tweet.objects.filter(network="mastodon").exists()
    transcript = build(evening)
    assert "Bluesky did not respond." in gzip.decompress(transcript.pages.get(path="transcript/").body).decode()


def test_a_server_that_is_closed_to_strangers_is_named_among_what_is_missing_until_a_token_is_set(
    evening, facts, settings, build
):
    with Fediverse(facts, {"social.example": {}, "shut.example": {"is_closed": True}}) as fediverse:
        settings.MASTODON_SERVERS = list(fediverse.urls)
        look(evening)
        ((name, code, reason),) = evening.captures.get().missing
        page = gzip.decompress(build(evening).pages.get(path="").body).decode()
        settings.MASTODON_TOKENS = {name: fediverse.servers["shut.example"].token}
        look(evening)

    assert code == "mastodon_closed"
    assert reason in page
    assert evening.captures.get(why="hashtag").missing == []
