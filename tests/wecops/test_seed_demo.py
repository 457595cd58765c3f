"""The demo's content: made once, finished when it was cut off, and left to the worker where it shows the worker."""

import os
import re
from collections import Counter
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Community, User
from blog import films
from blog.models import Post, Video
from chats.models import Capture, Chat, Event, Proposal, Review, Slot, Transcript, Tweet, Vote
from tests.factories.chats import wecops
from tests.simulators.archive import archive
from tests.simulators.practice import practice
from wecops.management.commands import seed_demo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

PRACTICE = "driving-home-after-nights"


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def seed(folder, *, chats=1, has_people=True):
    files = {"welcome": folder / "welcome.txt"} if has_people else {}
    call_command("seed_demo", chats=chats, stdout=StringIO(), practice=folder / "practice.txt", **files)


def ours():
    return Chat.objects.of(wecops())


def rows():
    """How many rows of everything there are."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_seed_makes_the_archive_and_leaves_the_practice_chat_to_the_worker(folder):
    seed(folder, has_people=False)

    newest = [facts.slug for facts in archive(datetime(2026, 11, 19, 21, tzinfo=UTC), newest=1)]
    assert [chat.slug for chat in ours().archived(timezone.now())] == newest
    assert ours().upcoming(Chat.objects.get(slug=PRACTICE).ends_at).count() == 2
    capture = Capture.objects.get(chat__slug=PRACTICE)
    assert (capture.source, capture.completed_at) == ("file", None)
    assert capture.next_due_at is not None
    assert Path(capture.query).parent == folder / "tweets"
    assert Tweet.objects.filter(chat__slug=PRACTICE).count() == 0


def test_seed_fills_in_who_and_about_what_and_what_is_offered(folder, client):
    seed(folder, chats=0)

    chat = Chat.objects.get(slug=PRACTICE)
    assert (chat.topic.slug, chat.topic.owner.handle) == ("wellbeing", "annokelureed")
    assert [post.slug for post in chat.posts.all()] == ["the-card-that-started-as-a-tweet"]
    assert Post.objects.published(timezone.now()).count() == 9
    kitchen, search = Video.objects.of(wecops()).published().order_by("pk").told()
    assert (kitchen.chat, search.chat.slug) == (chat, "the-first-hour-when-someone-goes-missing")
    assert (len(kitchen.chapter_facts), len(films.cues(kitchen)), search.starts_at < search.chat.starts_at) == (
        7, 27, True,
    )  # fmt: skip
    held, ahead = Event.objects.of(wecops()).announced()
    assert [post.slug for post in held.posts.all()] == ["what-we-took-home-from-aarhus"]
    assert [(post.slug, post.takes_pieces(timezone.now())) for post in ahead.posts.all()] == [
        ("the-winter-gathering", True)
    ]
    assert [event.programme.count() for event in (held, ahead)] == [4, 7]
    assert ahead.live_chat.starts_at > ahead.starts_at
    assert [host.name for host in chat.hosts.all()] == ["Ann Okelu-Reed", "Dr Moira Tollan"]
    assert [str(host.user) for host in chat.hosts.all()] == ["Ann Okelu-Reed", "Dr Moira Tollan"]
    assert chat.questions.count() == 6
    team = wecops().team
    assert (wecops().topics.count(), team.serving().count(), team.alumni().count()) == (9, 7, 1)
    stages = Counter(Proposal.objects.values_list("status", flat=True))
    assert stages == {
        "confirmed": 4, "submitted": 2, "accepted": 1, "pending": 1, "draft": 1, "declined": 1, "invited": 1,
    }  # fmt: skip
    ahead = Chat.objects.filter(proposal__isnull=False).order_by("starts_at")
    assert [chat.status for chat in ahead] == ["scheduled", "cancelled", "scheduled", "moved"]
    assert all(chat.proposal.readings.count() == 2 for chat in ahead.filter(status="scheduled"))
    assert (
        Slot.objects.filter(community=wecops()).free(timezone.now()).count() > 5,
        Vote.objects.count(),
        Review.objects.count(),
    ) == (True, 4, 4)
    client.force_login(User.objects.get(handle="kit_ctrlroom"))
    assert "Reading the comments" in client.get("/me/").text


def test_seed_founds_a_second_community_with_all_of_its_own(folder, client, settings):
    settings.ALLOWED_HOSTS = [".localhost"]
    seed(folder, chats=0)

    sister = Community.objects.get(slug="wekeepers")
    assert [chat.slug for chat in Chat.objects.of(sister).archived(timezone.now())] == [
        "who-does-a-hedge-belong-to", "what-did-the-dry-summer-teach-your-soil",
    ]  # fmt: skip
    assert Chat.objects.of(sister).upcoming(timezone.now()).count() == 1
    assert (sister.topics.count(), sister.team.serving().count(), sister.theme) == (3, 3, "theme-155-62-118-95")
    home = client.get("/", headers={"host": sister.domain}).text
    assert "comparing notes" in home
    assert "WeCops" not in home


def test_seed_again_adds_nothing(folder):
    seed(folder)
    before = rows()
    made = {path: path.stat().st_mtime_ns for path in (folder / "tweets").iterdir() if PRACTICE not in path.name}

    seed(folder)

    assert rows() == before
    assert {path: path.stat().st_mtime_ns for path in made} == made


def test_the_worker_captures_the_practice_chat_once(folder, client):
    seed(folder, chats=0)
    call_command("sweep", stdout=StringIO())
    transcript = Transcript.objects.get(publication__chat__slug=PRACTICE)
    before = rows()

    seed(folder, chats=0)
    call_command("sweep", stdout=StringIO())

    assert transcript.lines.count() == len(practice().public) - 1  # one was sent on the next morning
    assert len(transcript.questions) == 6
    assert rows() == before
    places = re.findall(r"http://127\.0\.0\.1:8000(/\S*)", (folder / "welcome.txt").read_text())
    assert len(places) == 13
    assert {place: client.get(place, follow=True).status_code for place in places} == dict.fromkeys(places, 200)


def told(folder):
    """The log-in that the welcome names."""
    return re.search(r"as (\w+) with the password (\w+)", (folder / "welcome.txt").read_text()).groups()


def test_the_log_in_that_is_printed_opens_the_desk_also_after_a_restart(folder, client, settings):
    seed(folder, chats=0)
    username, password = told(folder)
    client.post("/accounts/login/team/", {"login": username, "password": password})

    seed(folder, chats=0)

    assert told(folder) == (username, password)
    assert (folder / "welcome.txt").stat().st_mode & 0o077 == 0  # for nobody else's eyes
    assert client.get("/desk/").status_code == 200  # nobody is signed out
    settings.SECRET_KEY = "of another data folder"
    seed(folder, chats=0)
    assert told(folder)[1] != password


def test_without_a_welcome_nobody_gets_a_log_in(folder):
    call_command("seed_demo", chats=0, stdout=StringIO(), practice=folder / "practice.txt")

    assert User.objects.count() == 0


def test_a_seed_that_was_cut_off_is_finished_by_the_next(folder, monkeypatch):
    with monkeypatch.context() as cut:
        cut.setattr(seed_demo, "archive_from_file", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            seed(folder, has_people=False)
    assert ours().archived(timezone.now()).count() == 0

    seed(folder, has_people=False)

    assert ours().archived(timezone.now()).count() == 1
    assert Capture.objects.filter(completed_at=None).count() == 1


def test_the_practice_chat_stays_on_its_evening(folder):
    seed(folder, chats=0, has_people=False)
    Chat.objects.filter(slug=PRACTICE).update(
        starts_at=datetime(2026, 3, 5, 21, tzinfo=UTC), ends_at=datetime(2026, 3, 5, 22, tzinfo=UTC)
    )

    seed(folder, has_people=False)

    assert ours().archived(timezone.now()).get().starts_at == datetime(2026, 2, 19, 21, tzinfo=UTC)
    assert (folder / "practice.txt").read_text() == f"/chats/2026/03/05/{PRACTICE}/transcript/\n"


def test_every_chat_worth_seeing_is_in_the_archive():
    slugs = {facts.slug for facts in archive(datetime(2026, 11, 19, 21, tzinfo=UTC))}

    assert {slug for slug, _, _ in seed_demo.WORTH_SEEING} - slugs == set()


@pytest.mark.parametrize(
    ("now", "evening"),
    [
        ("2026-11-24T09:00+00:00", "2026-11-19T21:00+00:00"),  # a Tuesday: last Thursday
        ("2026-11-19T20:59+00:00", "2026-11-12T21:00+00:00"),  # a Thursday before it begins
        ("2026-11-19T23:29+00:00", "2026-11-12T21:00+00:00"),  # late replies are still coming in
        ("2026-11-19T23:30+00:00", "2026-11-19T21:00+00:00"),
        ("2026-11-20T00:10+00:00", "2026-11-19T21:00+00:00"),
        ("2026-07-10T12:00+00:00", "2026-07-09T20:00+00:00"),  # summer time
        ("2026-10-26T12:00+00:00", "2026-10-22T20:00+00:00"),  # the clocks went back in between
    ],
)
def test_the_last_evening_is_over(now, evening):
    assert seed_demo.last_evening(datetime.fromisoformat(now)) == datetime.fromisoformat(evening)


@pytest.mark.parametrize(("age", "is_fresh"), [(-1000, True), (1000, False)])
def test_static_files_are_collected_only_when_need_be(tmp_path, settings, age, is_fresh):
    sheet = tmp_path / "static" / "sheet.css"
    manifest = tmp_path / "root" / "staticfiles.json"
    for path in (sheet, manifest):
        path.parent.mkdir()
        path.write_text("{}")
    settings.STATIC_ROOT, settings.STATICFILES_DIRS = str(manifest.parent), [str(sheet.parent)]
    made_at = manifest.stat().st_mtime

    os.utime(sheet, (made_at + age, made_at + age))

    assert seed_demo._static_files_are_fresh() is is_fresh


def test_static_files_without_a_manifest_are_not_fresh(tmp_path, settings):
    settings.STATIC_ROOT = str(tmp_path)

    assert seed_demo._static_files_are_fresh() is False
