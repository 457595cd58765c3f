"""Films at the desk: what an editor types is kept or refused beside its field, and two buttons decide about it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.roles import Role
from blog.models import Video, VideoStatus
from tests.blog.pictures import teal
from tests.factories.blog import VideoFactory
from tests.factories.chats import ChatFactory
from tests.factories.people import neighbour, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_key")]

LIST = "/desk/blog/video/"
LISTS = ("chapters", "takeaways", "soundbites", "speakers", "partners")
BARE = {f"{name}-{part}_FORMS": "0" for name in LISTS for part in ("TOTAL", "INITIAL")}


@pytest.fixture
def draft():
    return VideoFactory(slug="table", title="Old", status=VideoStatus.DRAFT, published_at=None)


def page(video):
    return f"{LIST}{video.pk}/change/"


def typed(**told):
    named = {"title": "Three shifts", "film": "https://youtu.be/WeCops-Film", "length": "24:00", "behind_minutes": "0"}
    return {**named, **BARE, **told}


def rows(name, *told):
    """What the table of one of its parts sends."""
    every = {f"{name}-{place}-{field}": value for place, row in enumerate(told) for field, value in row.items()}
    return {**every, f"{name}-TOTAL_FORMS": str(len(told))}


def errors(response):
    context = response.context
    of_rows = [each for formset in context["inline_admin_formsets"] for each in formset.formset.errors if each]
    return list(context["adminform"].form.errors), [list(each) for each in of_rows]


def test_an_editor_writes_a_film_down_looks_at_it_and_publishes_it(desk):
    chat = ChatFactory()
    told = typed(
        slug="table",
        chat=str(chat.pk),
        transcript="0:04 Kit Marrish: Tea?",
        picture=teal(),
        **rows("chapters", {"at": "0:00", "title": "Who is there"}, {"at": "1:02:15", "title": "Late"}),
        **rows("soundbites", {"at": "7.11", "words": "Every siren.", "marked": "siren", "by": "Kit Marrish"}),
        **rows("speakers", {"name": "Kit Marrish", "role": "control room", "position": "0"}),
        **rows("partners", {"name": "Harbour", "gave": "", "address": "https://harbour.example/", "position": "0"}),
    )

    desk.post(f"{LIST}add/", told)

    video = Video.objects.get()
    assert (video.carrier, video.key, video.seconds, video.status) == ("youtube", "WeCops-Film", 1440, "draft")
    assert [each.at for each in video.chapters.all()] == [0, 3735]
    assert (video.hero_id is not None, video.chat) == (True, chat)
    look = desk.get(f"{LIST}{video.pk}/look/")
    assert ("<mark>siren</mark>" in look.text, "noindex" in look.text, "<iframe" in look.text) == (True, True, False)
    assert desk.get("/videos/table/").status_code == 404
    shown = desk.get(page(video)).text
    assert [word for word in ('value="https://www.youtube.com/watch?v=WeCops-Film"', 'value="24:00"', 'value="7:11"')
            if word not in shown] == []  # fmt: skip
    changed = typed(slug="table", _publish="1", transcript=video.transcript)
    desk.post(page(video), changed)
    assert desk.get("/videos/table/").status_code == 200
    assert Video.objects.get().chat is None  # left empty the second time
    verbs = [entry.verb for entry in AuditEntry.objects.order_by("pk")]
    assert (verbs[-1], verbs.count("adds")) == ("publishes", 6)


def test_two_buttons_move_it_and_readers_know_it_for_good(desk, draft):
    assert desk.get(f"{LIST}{draft.pk}/delete/").status_code == 200

    moves = []
    for button in ("_unpublish", "_publish", "_unpublish", "_publish"):
        desk.post(page(draft), typed(**{button: "1"}))
        moves.append(Video.objects.get().status)

    assert moves == ["draft", "published", "unpublished", "published"]
    assert desk.post(f"{LIST}{draft.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("told", "fields", "of_rows"),
    [
        ({"film": "https://evil.example/watch?v=WeCops-Film"}, ["film"], []),
        ({"length": "24"}, ["length"], []),
        ({"length": "25:00:00"}, ["length"], []),
        ({"slug": "taken"}, ["slug"], []),
        ({"transcript": "0:04 Tea?\nTea."}, ["transcript"], []),
        ({"starts_at": "2026-11-24T09:00"}, ["ends_at"], []),
        ({"starts_at": "2026-11-24T09:00", "ends_at": "2026-11-24T09:00"}, ["ends_at"], []),
        ({"picture": SimpleUploadedFile("a.png", b"<svg>")}, ["picture"], []),
        ({"channel": "javascript:alert(1)"}, ["channel"], []),
        (rows("chapters", {"at": "five", "title": "x"}), [], [["at"]]),
        (rows("soundbites", {"at": "1:00", "words": "w " * 31, "by": "x"}), [], [["words"]]),
        (rows("soundbites", {"at": "1:00", "words": "Every siren", "marked": "sirens", "by": "x"}), [], [["marked"]]),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(desk, told, fields, of_rows):
    VideoFactory(slug="taken")

    response = desk.post(f"{LIST}add/", typed(**{"slug": "table", **told}))

    assert errors(response) == (fields, of_rows)
    assert Video.objects.count() == 1


def test_a_bad_line_of_the_words_is_told_with_its_number(desk, draft):
    response = desk.post(page(draft), typed(transcript="0:04 Tea?\n\nTea."))

    assert "Line 3 does not begin with a time" in response.text


def test_what_readers_know_stays_somewhere_to_be_seen(desk):
    video = VideoFactory(slug="table")
    soon = timezone.localtime() + timedelta(days=1)
    hours = {"starts_at": f"{soon:%Y-%m-%dT%H:%M}", "ends_at": f"{soon + timedelta(hours=1):%Y-%m-%dT%H:%M}"}

    without = desk.post(page(video), typed(film=""))
    desk.post(page(video), typed(film="", length="", **hours))

    assert errors(without) == (["film"], [])
    known = Video.objects.get()
    assert (known.key, known.seconds, known.starts_at is not None) == ("", None, True)


def test_a_picture_goes_again(desk, draft):
    desk.post(page(draft), typed(picture=teal()))
    had = Video.objects.get().hero_id

    desk.post(page(draft), typed(without_picture="on"))

    assert (had is None, Video.objects.get().hero_id) == (False, None)


def test_films_and_chats_of_others_are_out_of_reach(desk, draft):
    other = neighbour()
    theirs, chat = VideoFactory(community=other, slug="theirs", title="Theirs"), ChatFactory(community=other)

    assert "Theirs" not in desk.get(LIST).text
    assert [desk.get(f"{LIST}{theirs.pk}/{name}/").status_code for name in ("change", "look")] == [302, 404]
    assert errors(desk.post(page(draft), typed(chat=str(chat.pk)))) == (["chat"], [])
    desk.force_login(person("sue", is_superuser=True))
    assert errors(desk.post(page(draft), typed(chat=str(chat.pk)))) == (["chat"], [])


def test_whoever_only_looks_changes_nothing(client, draft):
    client.force_login(person("olga", Role.ORGANISER))

    assert [client.get(path).status_code for path in (LIST, page(draft), f"{LIST}{draft.pk}/look/")] == 3 * [200]
    assert "Save and publish" not in client.get(page(draft)).text
    assert client.post(page(draft), typed(_publish="1")).status_code == 403
