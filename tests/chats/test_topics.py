"""Topics: the list with work streams first, a page each with the relay, its feed, and the desk behind it."""

from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEntry, TeamMember
from accounts.roles import Role
from chats import lifecycle
from chats.ingest import removal
from chats.models import Chat, Handover, Outcome, Topic
from chats.sources.base import Span
from tests.factories.blog import PostFactory
from tests.factories.chats import ChatFactory, wecops
from tests.factories.conversation import CONVERSATION
from tests.factories.people import neighbour, person
from tests.factories.records import seen

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def owner():
    return TeamMember.objects.create(community=wecops(), name="Ann Okelu", role="-", joined_on=date(2020, 1, 1))


@pytest.fixture
def rest(owner):
    return lifecycle.open_topic(wecops(), "rest", name="Rest", summary="How people sleep.", owner=owner)


@pytest.fixture
def held(rest, build):
    chat = ChatFactory(slug="first-night", title="First night", topic=rest)
    build(chat, *CONVERSATION)
    return chat


def test_work_streams_stand_before_all_topics(client, held, rest, django_assert_num_queries):
    lifecycle.open_topic(wecops(), "bail", name="Bail")
    lifecycle.open_topic(neighbour(), "theirs", name="Theirs")
    lifecycle.hand_on(rest, "Beds.", to="To a trust.", on=date(2026, 11, 20))

    with django_assert_num_queries(3):
        told = client.get("/topics/").context

    assert [topic.slug for topic in told["topics"]] == ["bail", "rest"]
    (stream,) = told["streams"]
    assert (stream.topic.held, stream.topic.handed_on, stream.topic.came_back, sum(stream.quarters)) == (1, 1, 0, 1)


@pytest.mark.parametrize(("ago", "drawn"), [(0, 12), (13 * 365, 48)])
def test_a_stream_is_drawn_in_three_years_to_twelve(client, held, ago, drawn):
    starts_at = timezone.now() - timedelta(days=ago, hours=2)
    Chat.objects.update(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))

    (stream,) = client.get("/topics/").context["streams"]

    assert len(stream.quarters) == drawn


def test_a_topic_shows_its_chats_and_those_to_come(client, held, rest):
    starts_at = timezone.now() + timedelta(days=4)
    ChatFactory(slug="soon", title="Soon", topic=rest, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    ChatFactory(slug="other", title="Another topic")

    text = client.get("/topics/rest/").text

    assert [name for name in ("First night", "Soon", "Ann Okelu", "Another topic") if name in text] == [
        "First night", "Soon", "Ann Okelu",
    ]  # fmt: skip


def test_the_relay_leaves_nothing_out(client, held, rest, owner):
    day = date(2026, 11, 20)
    lifecycle.hand_on(rest, "Rooms.", to="To a force.", on=day, chat=held, tweet=3, by=owner)
    back = lifecycle.hand_on(rest, "Beds.", to="To a trust.", on=day)
    lifecycle.come_back(back, Outcome.BACK, "There are six.", on=day + timedelta(days=9), is_checked=True)
    no = lifecycle.hand_on(rest, "Money.", to="To a minister.", on=day - timedelta(days=1))
    lifecycle.come_back(no, Outcome.REFUSED, "There is none.", on=day)

    response = client.get("/topics/rest/")

    said = [handed.said for handed, _ in response.context["handovers"]]
    assert said == ["Beds.", "Rooms.", "Money."]
    assert f'<a href="{held.get_absolute_url()}transcript/#t3">In First night</a>' in response.text
    assert [
        word for word in ("Checked", "Waiting", "Not taken up", "There is none.") if word not in response.text
    ] == []


def test_a_day_to_ask_again_that_is_over_says_so(client, rest):
    today = timezone.now().date()
    for said, day in (("Rooms.", today - timedelta(days=2)), ("Beds.", today + timedelta(days=2))):
        lifecycle.hand_on(rest, said, to="To a force.", on=date(2026, 11, 20), ask_again_on=day)

    text = client.get("/topics/rest/").text

    assert [words in text for words in ("It has been time to ask again since", "We ask again on")] == [True, True]
    assert text.count("We ask again on") == 1


def test_a_topic_tells_what_was_written_said_and_shared(client, rest, build, django_assert_num_queries):
    chat = ChatFactory(slug="first-night", title="First night", topic=rest)
    link = Span("link", 5, 19, "https://t.co/a", "sleep.example/a", "https://sleep.example/a")
    bite = "A1 Sleep first & <drive> later, every single time you can. #WeCops"
    more = [
        seen(200, bite, author="bob", minute=14, likes=40),
        seen(201, "A1 The most liked of all, and its author takes it back soon.", author="ann", minute=15, likes=90),
        seen(202, "A1 Short", author="cat", minute=15, likes=99),
        seen(203, "What WeCops says itself is nothing that it should praise.", author="wecops", minute=16, likes=99),
        seen(204, "Read https://t.co/a", author="ann", minute=17, spans=(link,)),
        seen(205, f"RT @bob: {bite}", author="cat", minute=18, likes=99),
        seen(206, "This is so late that no reader of the transcript sees it.", author="dan", minute=10_000, likes=99),
    ]
    build(chat, *CONVERSATION, *more)
    PostFactory(title="Of the topic", topic=rest, kind="write-up")
    PostFactory(title="Of its chat", chat=chat)
    PostFactory(title="Secret", topic=rest, status="draft")
    removal.take_back("x", ["201"])

    with django_assert_num_queries(13):
        response = client.get("/topics/rest/")

    assert [each.title for each in response.context["writings"]] == ["Of its chat", "Of the topic"]
    assert [(each.handle, each.place) for each in response.context["bites"]] == [
        ("bob", f"{chat.get_absolute_url()}transcript/#t{chat.tweets.get(network_id=200).number}")
    ]
    assert "Sleep first &amp; &lt;drive&gt; later" in response.text
    assert [each.people for each in response.context["links"]] == [1]
    assert 'href="https://sleep.example/a"' in response.text
    chat.build.published.pages.create(path="transcript/time/2/", body=b"-", content_type="text/html", etag="-")
    (bite,) = client.get("/topics/rest/").context["bites"]
    assert bite.place.startswith(f"{chat.get_absolute_url()}transcript/q1/#t")


def test_handing_on_twice_is_one_row(rest):
    for _ in range(2):
        lifecycle.hand_on(rest, "Beds.", to="To a trust.", on=date(2026, 11, 20))

    assert Handover.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "back"},
        {"outcome": "back", "answer": "Yes."},
        {"outcome": "lost", "answer": "-", "answered_on": date(2026, 12, 1)},
        {"outcome": "back", "answer": "Yes.", "answered_on": date(2026, 11, 1)},
        {"answered_on": date(2026, 12, 1)},
        {"is_checked": True},
        {"tweet": 3},
        {"said": ""},
    ],
)
def test_the_database_refuses_a_hand_over_that_says_two_things(rest, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.create(
            **{"topic": rest, "said": "Beds.", "to": "-", "handed_on": date(2026, 11, 20), **fields}
        )


def test_the_feed_of_a_topic_tells_its_chats_and_what_came_back(client, held, rest):
    handed = lifecycle.hand_on(rest, "Beds & <rest>.", to="To a trust.", on=date(2026, 11, 20))
    lifecycle.come_back(handed, Outcome.BACK, "There are six.", on=date(2036, 11, 29))

    response = client.get("/topics/rest/feed/")

    entries = ET.fromstring(response.content).findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["Came back: Beds & <rest>.", "First night"]
    assert entries[0].findtext(f"{ATOM}id") == f"http://127.0.0.1:8000/topics/rest/#h{handed.pk}"
    assert response["Content-Type"] == "application/atom+xml"


def test_another_communitys_topic_is_not_there(client, rest, settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    neighbour()

    host = {"host": "other.example"}
    assert [client.get(f"/topics/rest/{below}", headers=host).status_code for below in ("", "feed/")] == [404, 404]
    assert "Rest" not in client.get("/topics/", headers=host).text


@pytest.fixture
def desk(client, settings):
    settings.TEAM_SECOND_STEP = False
    client.force_login(person("org", Role.ORGANISER))
    return client


def typed(topic, **fields):
    return {"topic": topic.pk, "said": "Beds.", "to": "To a trust.", "handed_on": "2026-11-20", "outcome": "waiting",
            **fields}  # fmt: skip


def test_what_was_handed_on_is_written_down_at_the_desk(desk, rest):
    # No script stands in the place of a choice: what it draws has no name while nothing is chosen.
    assert "select2" not in desk.get("/desk/chats/handover/add/").text
    assert desk.post("/desk/chats/handover/add/", typed(rest)).status_code == 302
    assert (Handover.objects.get().said, AuditEntry.objects.get().verb) == ("Beds.", "adds")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"outcome": "back"}, {"answer", "answered_on"}),
        ({"answered_on": "2026-11-21"}, {"outcome"}),
        ({"is_checked": "on"}, {"is_checked"}),
        ({"tweet": 3}, {"chat"}),
        ({"outcome": "back", "answer": "Yes.", "answered_on": "2026-11-01"}, {"answered_on"}),
    ],
)
def test_the_desk_says_what_does_not_fit(desk, rest, fields, wrong):
    response = desk.post("/desk/chats/handover/add/", typed(rest, **fields))

    assert set(response.context["adminform"].form.errors) == wrong


def test_nothing_is_handed_on_for_another_community(desk):
    theirs = Topic.objects.create(community=neighbour(), slug="theirs", name="Theirs")

    response = desk.post("/desk/chats/handover/add/", typed(theirs))

    assert set(response.context["adminform"].form.errors) == {"topic"}
    assert Handover.objects.count() == 0


def test_an_answer_comes_after_what_it_answers(rest):
    handed = lifecycle.hand_on(rest, "Beds.", to="To a trust.", on=date(2026, 11, 20))

    with pytest.raises(lifecycle.NotAllowed):
        lifecycle.come_back(handed, Outcome.BACK, "Yes.", on=date(2026, 11, 19))
    with pytest.raises(ValidationError):
        Handover(topic=rest, said="x", to="y", handed_on=date(2026, 1, 1), outcome="lost").full_clean()
