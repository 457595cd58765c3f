"""The crisis switch: what it says and holds back, for one community, within seconds, and how it is undone."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import crisis, outbox
from accounts.crisis import NORMAL, NothingToUndo, Position
from accounts.models import AuditEntry, Crisis, Mail
from accounts.outbox import Post
from accounts.roles import Role
from chats.models import Notice, Occasion
from chats.proposals import notices
from tests.accounts.posting import composed
from tests.factories.chats import ChatFactory, wecops
from tests.factories.people import neighbour, person

pytestmark = pytest.mark.django_db

SAD = Position(notice="A colleague has died. Tonight is quiet.", holds_comments=True, pauses_newsletters=True)
PAGES = ("", "transcript/", "transcript/time/", "stats/")


@pytest.fixture
def press(django_capture_on_commit_callbacks):
    """Put the switch of a community there, committed."""
    start = timezone.now()

    def press(to, community=None, *, minutes=0):
        with django_capture_on_commit_callbacks(execute=True):
            now = start + timedelta(minutes=minutes)
            return crisis.switch(community or wecops(), to, reason="-", by=None, now=now)

    return press


def said(client, path, **headers):
    return SAD.notice in client.get(path, headers=headers).text


def test_every_page_says_so_and_stops_again_also_from_the_cache(client, built, press):
    chat = built.chat.get_absolute_url()
    paths = ["/", "/about/", "/chats/archive/", "/nowhere/", *(chat + below for below in PAGES)]
    for path in paths:
        client.get(path)  # where it can be, it is in the cache now

    before = {path: said(client, path) for path in paths}
    press(SAD)
    during = {path: (said(client, path), said(client, path)) for path in paths}
    press(NORMAL, minutes=5)

    assert before == dict.fromkeys(paths, False)
    assert during == dict.fromkeys(paths, (True, True))
    assert {path: said(client, path) for path in paths} == before


def test_a_page_in_the_cache_says_so_without_a_query(client, built, press, django_assert_num_queries):
    path = f"{built.chat.get_absolute_url()}transcript/"
    press(SAD)
    first = client.get(path, headers={"accept-encoding": "gzip"})

    with django_assert_num_queries(0):
        again = client.get(path, headers={"accept-encoding": "gzip"})
        kept = client.get(path, headers={"accept-encoding": "gzip", "if-none-match": first["ETag"]})

    assert (again.content, again["ETag"], kept.status_code) == (first.content, first["ETag"], 304)


def test_the_browser_asks_for_the_page_again_once_it_says_something_else(client, built, press):
    path = f"{built.chat.get_absolute_url()}transcript/"
    etag = client.get(path)["ETag"]
    press(SAD)

    assert client.get(path, headers={"if-none-match": etag}).status_code == 200


@pytest.mark.parametrize("name", ["transcript.html", "transcript.json", "transcript.txt"])
def test_files_stay_as_they_are(client, built, press, name):
    path = f"{built.chat.get_absolute_url()}{name}"
    before = client.get(path).content
    press(SAD)

    assert client.get(path).content == before


def test_only_the_community_itself_is_quiet(client, build, press, settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    other = neighbour()
    press(SAD)

    assert (said(client, "/"), said(client, "/", host="other.example")) == (True, False)
    assert (crisis.position(wecops()), crisis.position(other)) == (SAD, NORMAL)


def test_words_stay_words(client, built, press):
    press(Position(notice="<script>alert(1)</script>"))

    for path in ("/", f"{built.chat.get_absolute_url()}transcript/"):
        assert "<script>alert" not in client.get(path).text
        assert "&lt;script&gt;alert(1)" in client.get(path).text


def test_newsletters_wait_and_what_somebody_waits_for_goes_on(press, settings):
    settings.EMAIL_HOST = "localhost"
    stop = "https://portal.example/stop/"
    news, action = composed(post=Post(kind="newsletter", unsubscribe=stop)), composed()
    press(SAD)

    assert [claim.id for claim in outbox.claim_due()] == [action.pk]
    press(NORMAL, minutes=1)
    assert [claim.id for claim in outbox.claim_due()] == [news.pk]
    assert set(Mail.objects.values_list("status", flat=True)) == {"waiting"}


def test_another_communitys_newsletters_go_on(press, settings):
    settings.EMAIL_HOST = "localhost"
    press(SAD, neighbour())
    news = composed(post=Post(kind="newsletter", unsubscribe="https://portal.example/stop/"))

    assert [claim.id for claim in outbox.claim_due()] == [news.pk]


def test_reminders_of_chats_wait(press):
    now = timezone.now()
    chat = ChatFactory(starts_at=now + timedelta(hours=3), ends_at=now + timedelta(hours=4))
    notice = Notice.objects.create(chat=chat, occasion=Occasion.HOSTS, starts_at=chat.starts_at, next_due_at=now)
    press(Position(pauses_chats=True))

    assert notices.claim_due() == []
    press(Position(holds_comments=True), minutes=1)
    assert [claim.id for claim in notices.claim_due()] == [notice.pk]


def test_no_chat_is_held_while_they_are_on_hold(client, built, press):
    now = timezone.now()
    tonight = ChatFactory(slug="tonight", starts_at=now - timedelta(minutes=9), ends_at=now + timedelta(minutes=51))
    paths = ["/", "/chats/", tonight.get_absolute_url()]

    def told(path):
        page = client.get(path).text
        return (
            "Live now" in page or "Join in under" in page,
            "On hold" in page,
            "none is held until we say so here" in page,
        )

    before = [told(path) for path in paths]
    press(Position(pauses_chats=True))
    during = [told(path) for path in (*paths, built.chat.get_absolute_url())]
    press(NORMAL, minutes=1)

    assert before == [told(path) for path in paths] == [(True, False, False)] * 3
    assert during == [*[(False, True, True)] * 3, (False, False, True)]


def test_undo_goes_back_by_one(press):
    louder = Position(notice="It is over.", pauses_posts=True)
    now = timezone.now()

    def undone(minutes):
        crisis.undo(wecops(), by=None, now=now + timedelta(minutes=minutes))
        return crisis.position(wecops())

    with pytest.raises(NothingToUndo):
        crisis.undo(wecops(), by=None, now=now)
    press(SAD)
    press(louder, minutes=1)

    assert [undone(2), undone(3)] == [SAD, louder]
    press(NORMAL, minutes=4)
    assert [undone(5), undone(6)] == [louder, NORMAL]


def test_pressed_twice_it_stands_once(press):
    assert [press(SAD), press(SAD, minutes=1)] == [True, False]
    assert Crisis.objects.count() == 1


@pytest.mark.parametrize("fields", [{}, {"notice": "x", "reason": ""}])
def test_the_database_refuses_a_crisis_of_nothing(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Crisis.objects.create(**{"community": wecops(), "since": timezone.now(), "reason": "-", **fields})


def test_an_unknown_switch_is_no_sql():
    with pytest.raises(ValueError, match="There is no switch"):
        crisis.communities_that("1=1; DROP")


@pytest.fixture
def desk(client, settings):
    settings.TEAM_SECOND_STEP = False
    client.force_login(person("org", Role.ORGANISER))
    return client


def order(desk, **typed):
    return desk.post("/desk/accounts/crisis/press/", typed, follow=True)


def test_an_organiser_moves_it_with_a_reason_and_undoes_it(desk):
    refused = order(desk, order="set", notice=SAD.notice)
    nothing = order(desk, order="set", reason="For nothing")
    moved = order(desk, order="set", notice=SAD.notice, holds_comments="on", reason="A death")
    undone = order(desk, order="undo")

    assert "This field is required." in refused.text
    assert ("tick what is to be held back" in nothing.text, "Constraint" in nothing.text) == (True, False)
    assert ("A death" in moved.text, "Everything goes its usual way." in undone.text) == (True, True)
    entries = [(entry.verb, entry.after) for entry in AuditEntry.objects.order_by("pk")]
    assert [verb for verb, _ in entries] == ["moves", "undoes"]
    assert entries[0][1] == {"notice": SAD.notice, "holds_comments": True, "reason": "A death"}
    assert list(entries[1][1]) == ["until"]


def test_back_to_normal_is_one_press(desk):
    order(desk, order="set", pauses_posts="on", reason="A death")

    assert "Everything goes its usual way." in order(desk, order="normal").text
    assert crisis.position(wecops()) == NORMAL
    assert "It stands there already." in order(desk, order="normal").text


def test_where_it_was_never_touched_nothing_is_undone(desk):
    assert "The switch has never been touched." in order(desk, order="undo").text
