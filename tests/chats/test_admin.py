"""The desk's pages about chats: every list answers, says how things are in plain words, and its buttons do so."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import leases, staff
from chats import archive, ingest
from chats.admin import words
from chats.models import Capture, Chat, IngestRun, Recheck, Spending, Tweet, Withheld
from tests.factories.chats import START, ChatFactory, QuestionFactory
from tests.factories.records import seen
from tests.simulators.practice import practice, to_twarc_v2

pytestmark = pytest.mark.django_db
DONE = {"completed_at": START, "looked_at": START + timedelta(days=1)}


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path, empty_cache):
    settings.UPLOAD_ROOT = str(tmp_path)


@pytest.fixture
def desk(client):
    client.force_login(staff.appoint("sunil", "a long password", name="Sunil"))
    return client


@pytest.fixture
def capture(chat):
    return chat.captures.create(
        source="x", query="#WeCops", why="hashtag", looked_at=START, counted=9, counted_at=START, next_due_at=START
    )


@pytest.fixture
def ledger(capture):
    """A run that cost something and ended early."""
    Spending.objects.create(network="x", day=START.date(), requests=4, cost=1_250_000)
    Recheck.objects.create(network="x", checked=7, next_due_at=START)
    return IngestRun.objects.create(
        capture=capture, fence=1, started_at=START, last_at=START, read=8, created=5, cost=1_250_000, requests=4,
        failures=3, error_code="unavailable", error="X is out of order.", rejections=[[4, "It has no time."]],
    )  # fmt: skip


def captures_page(chat):
    return f"/desk/chats/chat/{chat.pk}/captures/"


def said_to(response):
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("name", ["chat", "capture", "ingestrun", "tweet", "correction", "recheck", "spending"])
@pytest.mark.parametrize("query", ["", "?q=night", "?q=%40ann", "?q=12"])
def test_every_list_answers_full_and_searched(desk, built, ledger, name, query):
    assert desk.get(f"/desk/chats/{name}/{query if name in ('chat', 'capture', 'tweet') else ''}").status_code == 200


@pytest.mark.parametrize(
    ("name", "said"), [("ingestrun", "1 run"), ("spending", "1 day of spending"), ("recheck", "1 re-check")]
)
def test_lists_count_in_plain_words(desk, ledger, name, said):
    text = " ".join(desk.get(f"/desk/chats/{name}/").text.split())

    assert f"{said} </p>" in text or f"{said} </" in text


def test_every_single_page_answers(desk, built, ledger):
    pages = [
        f"/desk/chats/chat/{built.chat.pk}/change/",
        "/desk/chats/chat/add/",
        captures_page(built.chat),
        f"/desk/chats/capture/{ledger.capture.pk}/change/",
        f"/desk/chats/ingestrun/{ledger.pk}/change/",
    ]

    assert {page: desk.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


def test_the_capture_page_says_what_is_missing(desk, chat, build, ledger):
    build(chat, seen(1, "Yes", reply_to="999"), seen(2, "No", reply_to="1"))
    Tweet.objects.filter(network_id="1").update(why_captured=["hashtag"])
    Capture.objects.update(missing=[["search", "gap", "X did not show what was written at 9.12 pm."]])

    text = " ".join(desk.get(captures_page(chat)).text.split())

    assert [
        said
        for said in (
            "8 missing",
            "X did not show what was written at 9.12 pm.",
            "1 reply answers a tweet that is not here",
            "2 tweets are kept.",
            "Cost of all together: $1.25.",
            "X is out of order. (3 times)",
        )
        if said not in text
    ] == []


def test_a_network_that_the_chat_wants_and_nobody_can_ask_is_named_wherever_it_is_chosen(desk, chat, capture, settings):
    settings.X_BEARER_TOKEN = "a-token-of-ours"
    Chat.objects.update(networks=["x", "mastodon"])

    pages = [desk.get(page).text for page in (captures_page(chat), f"/desk/chats/chat/{chat.pk}/change/")]
    listed = desk.get("/desk/chats/chat/").text

    assert pages[0].count("Not set up") == 1
    assert "nobody can ask it: its access is missing" in pages[0]
    assert [word in pages[1] for word in ("X (not set up)", "Mastodon (not set up)")] == [False, True]
    assert ">X, Mastodon (not set up)<" in listed


NOON = START.replace(hour=12)


@pytest.mark.parametrize(
    ("fields", "now", "word", "more"),
    [
        ({"next_due_at": START - timedelta(minutes=15)}, NOON, "waiting till 8.45 pm", ""),
        ({"next_due_at": START}, START, "due", "the next free worker takes it"),
        ({"lease_until": START + timedelta(seconds=9)}, START, "collecting", "a worker is at it"),
        (
            {"looked_at": START, "next_due_at": START + timedelta(minutes=1)},
            START + timedelta(seconds=50),
            "collecting",
            "looks again at 9.01 pm",
        ),
        ({"paused_at": START}, START, "paused", "since 9 pm, until somebody lets it go on"),
        (
            {"error_code": "unavailable", "error": "It said 503.", "looked_at": START},
            START + timedelta(hours=1),
            "does not answer",
            "since 9 pm: It said 503.",
        ),
        ({"error_code": "unavailable", "error": "It said 503."}, START, "has not answered yet", "It said 503."),
        ({"error_code": "budget_spent", "error": "Nothing is left."}, START, "budget spent", "Nothing is left."),
        (
            {"error_code": "killed", "error": "It died.", "quarantined_at": START},
            START + timedelta(days=1),
            "put aside",
            "since 9 pm on 18 Nov: It died.",
        ),
        (DONE, START + timedelta(days=60), "done", "at 9 pm on 18 Nov 2026"),
        ({**DONE, "missing": [["a", "gap", "A gap."]]}, START, "done, with gaps", "at 9 pm; A gap."),
        (
            {"completed_at": START, "looked_at": START},
            START,
            "no longer asked",
            "since 9 pm: the chat does not want it any more",
        ),
        ({}, START, "not planned", "nothing will look at it by itself"),
    ],
)
def test_the_state_of_a_capture_in_plain_words(chat, fields, now, word, more):
    state = words.of_capture(Capture(chat=chat, source="x", **fields), now)

    assert (state.word, state.more) == (word, more)


def test_a_chat_shows_the_state_that_somebody_should_know_of(desk, capture):
    Capture.objects.update(error_code="unavailable", error="It said 503.")
    capture.chat.captures.create(source="file", query="/a/b.csv", completed_at=START)

    assert 'aria-label="Capture of First night: does not answer"' in desk.get("/desk/chats/chat/").text


def test_a_pause_on_the_page_is_a_pause_for_readers(desk, built, capture, client):
    chat = built.chat

    response = desk.post(captures_page(chat), {"order": "pause", "capture": capture.pk}, follow=True)

    assert said_to(response) == ["X, #WeCops is paused."]
    archive.build(leases.claim_one(chat.build), leases.clock())
    transcript = f"{chat.get_absolute_url()}transcript/"
    assert "Collecting from X is paused." in client.get(transcript, headers={"host": "127.0.0.1"}).text

    response = desk.post(captures_page(chat), {"order": "go-on", "capture": capture.pk}, follow=True)

    assert said_to(response) == ["X, #WeCops goes on."]
    archive.build(leases.claim_one(chat.build), leases.clock())
    assert "is paused" not in client.get(transcript, headers={"host": "127.0.0.1"}).text


def test_what_cannot_be_done_is_said(desk, capture):
    desk.post(captures_page(capture.chat), {"order": "pause"}, follow=True)

    response = desk.post(captures_page(capture.chat), {"order": "now"}, follow=True)

    assert said_to(response) == ["X, #WeCops: It is paused: let it go on first."]


def test_actions_of_the_lists_do_the_same(desk, capture):
    desk.post("/desk/chats/capture/", {"action": "pause", "_selected_action": [capture.pk]})
    assert Capture.objects.get().paused_at is not None

    desk.post("/desk/chats/chat/", {"action": "go_on", "_selected_action": [capture.chat_id]})
    assert Capture.objects.get().paused_at is None

    desk.post(f"/desk/chats/capture/{capture.pk}/order/", {"order": "pause"})
    assert Capture.objects.get().paused_at is not None


def test_replanning_plans_what_the_chat_names(desk, chat, settings):
    settings.X_BEARER_TOKEN = "token"
    settings.MASTODON_SERVERS = ["https://mastodon.example"]

    response = desk.post(captures_page(chat), {"order": "replan"}, follow=True)

    assert said_to(response) == ["First night: 3 captures are planned."]


def test_replanning_without_any_access_says_so(desk, chat):
    response = desk.post(captures_page(chat), {"order": "replan"}, follow=True)

    (said,) = said_to(response)
    assert said.startswith("First night: nothing can be planned.")


def test_a_file_is_handed_in_and_read(desk, chat):
    file = SimpleUploadedFile("practice.jsonl", b"".join(to_twarc_v2(practice())))

    response = desk.post(captures_page(chat), {"order": "import", "file": file}, follow=True)

    assert said_to(response) == ["The file practice.jsonl is read by the next free worker."]
    (claim,) = ingest.claim_due()
    counts, _ = ingest.ingest(claim)
    assert counts.created == len(practice().public)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Dear diary\n", "The file diary.txt is in no format that can be read here."),
        (b"", "The submitted file is empty."),
    ],
)
def test_a_wrong_file_is_refused_in_a_sentence_before_anything_is_planned(desk, chat, content, said):
    file = SimpleUploadedFile("diary.txt", content)

    response = desk.post(captures_page(chat), {"order": "import", "file": file})

    assert said in response.text
    assert Capture.objects.count() == 0


def chat_form(**fields):
    inlines = {f"{name}-{part}_FORMS": 0 for name in ("questions", "hosts") for part in ("TOTAL", "INITIAL")}
    return {
        "title": "Second night", "slug": "second-night", "community": "1", "starts_at": "2027-06-10T21:00:00",
        "ends_at": "2027-06-10T22:00:00", "time_zone": "Europe/London", "status": "scheduled", "hashtags": "WeCops",
        "networks": ["x"], "lead_in_minutes": 15, "tail_minutes": 90, **inlines, **fields,
    }  # fmt: skip


def test_a_chat_is_put_on_the_calendar_in_uk_time(desk, chat):
    community = str(chat.community_id)
    response = desk.post("/desk/chats/chat/add/", chat_form(community=community, hashtags="#WeCops, PoliceChat"))

    assert response.status_code == 302
    added = Chat.objects.get(slug="second-night")
    assert (added.starts_at.isoformat(), added.networks) == ("2027-06-10T20:00:00+00:00", ["x"])
    assert added.hashtags == ["WeCops", "PoliceChat"]
    assert added.build.next_due_at is not None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ends_at": "2027-06-10T20:00:00"}, "A chat ends after it starts: look at its start and its end."),
        ({"hashtags": "WeCops, We Cops"}, "&#x27;We Cops&#x27; is not a hashtag. One is written like #WeCops."),
        ({"hashtags": "WeCops,"}, "Item 2 in the array did not validate: This field is required."),
        ({"hashtags": "x" * 61}, "is not a hashtag. One is written like #WeCops."),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(desk, chat, fields, said):
    response = desk.post("/desk/chats/chat/add/", chat_form(community=str(chat.community_id), **fields))

    assert said in response.text
    assert Chat.objects.count() == 1


def test_a_changed_question_makes_the_transcript_anew(desk, built):
    chat = built.chat
    question = QuestionFactory(chat=chat, number=1)
    leases.make_due(chat.build)
    archive.build(leases.claim_one(chat.build), leases.clock())
    inline = {
        "questions-TOTAL_FORMS": 1, "questions-INITIAL_FORMS": 1, "questions-0-id": question.pk,
        "questions-0-chat": chat.pk, "questions-0-number": 1, "questions-0-text": "What now?",
    }  # fmt: skip
    fields = {"starts_at": "2026-11-18T21:00:00", "ends_at": "2026-11-18T22:00:00", **inline}

    response = desk.post(f"/desk/chats/chat/{chat.pk}/change/", chat_form(**fields))

    assert response.status_code == 302
    assert chat.questions.get().text == "What now?"
    assert len(archive.claim_due()) == 1


def test_tweets_are_found_by_words_people_and_numbers(desk, built):
    def found(term):
        return {tweet.network_id for tweet in desk.get("/desk/chats/tweet/", {"q": term}).context["cl"].queryset}

    assert found("sandwiches") == {"104"}
    assert found("@CAT") == {"105", "107"}
    assert found("109") == {"109"}


def test_spam_is_held_back_and_cleared(desk, built):
    tweet = Tweet.objects.get(network_id="104")

    held = desk.post("/desk/chats/tweet/", {"action": "hold_back", "_selected_action": [tweet.pk]}, follow=True)
    assert said_to(held) == ["1 tweet is held back as spam from the next build on."]
    tweet.refresh_from_db()
    assert tweet.withheld == Withheld.QUARANTINED

    cleared = desk.post("/desk/chats/tweet/", {"action": "clear", "_selected_action": [tweet.pk]}, follow=True)
    assert said_to(cleared) == ["1 tweet is shown again with the next build."]


def test_a_recheck_can_be_asked_for_now(desk):
    row = Recheck.objects.create(network="x")

    desk.post("/desk/chats/recheck/", {"action": "check_now", "_selected_action": [row.pk]})

    row.refresh_from_db()
    assert row.next_due_at is not None


def test_spending_is_told_with_the_budget_and_what_is_to_come(desk, ledger, settings):
    settings.X_MONTHLY_BUDGET_USD = 2
    now = leases.clock()
    Spending.objects.all().delete()
    Spending.objects.create(network="x", day=now.date(), requests=1, cost=3_000_000)
    ChatFactory(starts_at=now + timedelta(seconds=1), ends_at=now + timedelta(hours=1))

    text = desk.get("/desk/chats/spending/").text

    assert "<strong>$3.00</strong> spent of <strong>$2.00</strong>" in text
    assert "More than the budget" in text


def test_what_the_machinery_wrote_is_not_changed_by_hand(desk, ledger, built):
    pages = [
        f"/desk/chats/{name}/{key}/delete/"
        for name, key in (("capture", ledger.capture.pk), ("ingestrun", ledger.pk), ("tweet", Tweet.objects.first().pk))
    ]

    assert {desk.get(page).status_code for page in pages} == {403}
    assert {desk.get(f"/desk/chats/{name}/add/").status_code for name in ("capture", "ingestrun", "spending")} == {403}


def test_captures_are_told_apart_by_how_they_do(desk, chat):
    for query, fields in {
        "bad": {"error_code": "unavailable", "next_due_at": START},
        "paused": {"paused_at": START},
        "open": {"next_due_at": START},
        "done": {"completed_at": START},
    }.items():
        chat.captures.create(source="x", query=query, why="hashtag", **fields)

    for state in ("bad", "paused", "open", "done"):
        found = desk.get("/desk/chats/capture/", {"state": state, "from": "x"}).context["cl"].queryset
        assert [capture.query for capture in found] == [state]
    assert not desk.get("/desk/chats/capture/", {"from": "mastodon"}).context["cl"].queryset


@pytest.mark.parametrize(("end", "shown"), [("early", 1), ("well", 0)])
def test_runs_that_ended_early_are_found(desk, ledger, end, shown):
    found = desk.get("/desk/chats/ingestrun/", {"end": end, "from": "x"}).context["cl"].queryset

    assert found.count() == shown


@pytest.mark.parametrize("key", ["abc", "²", "9" * 30, "0"])
def test_an_address_that_leads_nowhere_breaks_nothing(desk, capture, key):
    assert desk.get(f"/desk/chats/capture/{key}/change/", follow=True).redirect_chain == [("/desk/", 302)]
    assert desk.post(captures_page(capture.chat), {"order": "pause", "capture": key}).status_code == 302
    assert desk.post(captures_page(capture.chat), {"order": "dance"}).status_code == 302


@pytest.mark.parametrize("named", ["12x", "", "9" * 5000, "-1"])
def test_a_button_for_no_capture_of_the_chat_presses_none(desk, capture, named):
    assert desk.post(captures_page(capture.chat), {"order": "pause", "capture": named}).status_code == 302

    capture.refresh_from_db()
    assert capture.paused_at is None
