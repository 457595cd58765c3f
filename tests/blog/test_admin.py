"""The desk's pages about the blog: what an editor types is kept, decided about by a button, and stands in the log."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts import crisis
from accounts.models import AuditEntry
from accounts.roles import Role
from blog import publishing
from blog.models import Kind, OldAddress, Post, PostStatus, Writer
from tests.blog.pictures import teal
from tests.factories.blog import PostFactory, WriterFactory
from tests.factories.chats import wecops
from tests.factories.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_key")]

LIST = "/desk/blog/post/"
BYLINES = {"bylines-TOTAL_FORMS": "0", "bylines-INITIAL_FORMS": "0"}


@pytest.fixture
def draft(now):
    return publishing.write(wecops(), "The card", "Old words.", now=now)


def page(post):
    return f"{LIST}{post.pk}/change/"


def typed(**told):
    named = {"title": "The card", "kind": "news", "text": "New words.", "read": "0", "takes_comments": "on"}
    return {**named, **BYLINES, **told}


def errors(response):
    return response.context["adminform"].form.errors


def log():
    return [entry.verb for entry in AuditEntry.objects.order_by("pk")]


def test_an_editor_writes_a_post_and_publishes_it(desk):
    ann = WriterFactory()
    signed = {"bylines-TOTAL_FORMS": "1", "bylines-0-writer": str(ann.pk), "bylines-0-position": "0"}

    response = desk.post(f"{LIST}add/", typed(tagged="Rest, #rest", _publish="1", **signed))

    post = Post.objects.get()
    assert response.headers["Location"] == page(post)
    assert (post.slug, post.status, post.html, post.opened_by.username) == (
        "the-card", "published", "<p>New words.</p>\n", "x-ed",
    )  # fmt: skip
    assert [tag.name for tag in post.tags.all()] == ["rest"]
    assert list(post.writers.all()) == [ann]
    assert log() == ["adds", "adds", "publishes"]
    assert desk.get(post.get_absolute_url()).status_code == 200


def test_a_change_is_a_new_text_and_a_new_name_leads_on(desk, draft, now):
    publishing.publish(draft, now=now)

    desk.post(page(draft), typed(slug="a-card", read="1", kind=Kind.STORY))

    post = Post.objects.get()
    assert (post.slug, post.kind, post.text, post.revisions.count()) == ("a-card", "story", "New words.", 2)
    assert [each.path for each in OldAddress.objects.all()] == ["/blog/2026/11/the-card"]


def test_nobody_overwrites_what_they_have_not_seen(desk, draft, now):
    publishing.revise(draft, by=None, now=now, text="Of somebody else.")

    first = desk.post(page(draft), typed(slug="the-card", read="1"))

    assert "meanwhile" in errors(first)["text"][0]
    assert Post.objects.get().text == "Of somebody else."
    desk.post(page(draft), typed(slug="the-card", read="2"))
    assert Post.objects.get().text == "New words."


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"slug": "Two words"}, "slug"),
        ({"slug": "taken"}, "slug"),
        ({"text": " "}, "text"),
        ({"kind": Kind.COLLABORATIVE}, "event_starts_at"),
        ({"event_starts_at": "2026-11-24T09:00"}, "event_ends_at"),
        ({"event_starts_at": "2026-11-24T09:00", "event_ends_at": "2026-11-24T09:00"}, "event_ends_at"),
        ({"slug": ""}, "slug"),
        ({"tagged": ",".join(f"w{n}" for n in range(13))}, "tagged"),
        ({"picture": SimpleUploadedFile("a.png", b"<svg>"), "hero_alt": "x"}, "picture"),
        ({"picture": teal()}, "hero_alt"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(desk, draft, told, field):
    PostFactory(slug="taken")

    response = desk.post(page(draft), typed(**{"slug": "the-card", "read": "1", **told}))

    assert list(errors(response)) == [field]
    assert Post.objects.get(pk=draft.pk).text == "Old words."


def test_a_picture_comes_is_described_and_goes(desk, draft):
    def save(**told):
        revision = Post.objects.get().revisions.count()
        desk.post(page(draft), typed(slug="the-card", read=str(revision), **told))
        return Post.objects.get()

    with_picture = save(picture=teal(), hero_alt="Teal.")
    described = save(hero_alt="A teal card.")
    without = save(without_picture="on", hero_alt="A teal card.")

    assert with_picture.hero_id
    assert (described.hero_id, described.hero_alt) == (with_picture.hero_id, "A teal card.")
    assert (without.hero_id, without.hero_alt) == (None, "")


def test_the_buttons_move_it_through_its_life(desk, draft):
    def press(**button):
        revision = Post.objects.get().revisions.count()
        desk.post(page(draft), typed(slug="the-card", read=str(revision), **button))
        return publishing.settled(Post.objects.get(), timezone.now())

    soon = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    moves = [
        press(_review="1"), press(_draft="1"), press(_schedule="1"), press(_schedule="1", comes_out_at=soon),
        press(_publish="1"), press(_unpublish="1"), press(_draft="1"),
    ]  # fmt: skip

    assert moves == ["review", "draft", "draft", "scheduled", "published", "unpublished", "unpublished"]
    decided = ["asks for review", "takes back", "schedules", "publishes", "takes down"]
    assert [verb for verb in log() if verb in decided] == decided


def test_many_are_published_and_taken_down_at_once(desk, draft, now):
    other = publishing.write(wecops(), "Another", "Words.", now=now)

    for action in ("publish_now", "take_down"):
        desk.post(LIST, {"action": action, "_selected_action": [draft.pk, other.pk]})

    assert {post.status for post in Post.objects.all()} == {PostStatus.UNPUBLISHED}


def test_what_readers_have_known_is_not_deleted(desk, draft, now):
    assert desk.get(f"{LIST}{draft.pk}/delete/").status_code == 200
    publishing.publish(draft, now=now)

    assert desk.post(f"{LIST}{draft.pk}/delete/", {"post": "yes"}).status_code == 403


def test_every_text_is_there_and_can_be_said_again(desk, draft, now):
    publishing.revise(draft, by=None, now=now, text="New words.")
    address = f"{LIST}{draft.pk}/revisions/"

    assert [word in desk.get(address).text for word in ("Old words.", "New words.")] == [True, True]
    desk.post(address, {"revision": "1"})
    said = desk.post(address, {"revision": "99999999999"}, follow=True)

    assert (Post.objects.get().text, log()) == ("Old words.", ["restores"])
    assert "has no revision 0" in said.text


def test_a_look_shows_what_is_typed_and_keeps_nothing(desk, draft):
    response = desk.post(f"{LIST}look/", {"title": "Other", "excerpt": "", "text": "*Other* <script>words</script>"})

    assert "<p><em>Other</em> &lt;script&gt;words" in response.text
    assert desk.get(f"{LIST}look/").headers["Location"] == LIST
    assert Post.objects.get().text == "Old words."


def test_lists_are_searched_and_narrowed(desk, draft, now):
    PostFactory(title="Out long ago")
    soon = PostFactory(title="Soon", status=PostStatus.SCHEDULED, published_at=timezone.now() + timedelta(days=1))
    held_back = PostFactory(title="Held back", status=PostStatus.SCHEDULED, published_at=timezone.now())
    crisis.switch(wecops(), crisis.Position(pauses_posts=True), reason="An attack.", by=None, now=now)

    def listed(query):
        return [post.title for post in desk.get(f"{LIST}?{query}").context["cl"].result_list]

    assert listed("q=old+words") == ["The card"]
    assert [listed(f"state={each}") for each in ("draft", "scheduled", "published")] == [
        ["The card"], [held_back.title, soon.title], ["Out long ago"],
    ]  # fmt: skip
    assert desk.get("/desk/blog/writer/?q=ann").status_code == 200


def test_the_preview_is_offered_until_it_is_out(desk, draft, now):
    assert "/blog/preview/" in desk.get(page(draft)).text
    publishing.publish(draft, now=now)
    text = desk.get(page(draft)).text

    assert ("/blog/preview/" in text, f'href="{draft.get_absolute_url()}"' in text) == (False, True)
    publishing.unpublish(draft, now=now)
    assert "/blog/preview/" not in desk.get(page(draft)).text  # it would say that it is over


def test_a_time_that_no_button_keeps_is_told_so(desk, draft, now):
    told = "When it comes out was not changed"

    kept = desk.post(page(draft), typed(slug="the-card", read="1"), follow=True)
    lost = desk.post(page(draft), typed(slug="the-card", read="2", comes_out_at="2026-12-01T09:00"), follow=True)

    assert (told in kept.text, told in lost.text) == (False, True)


def test_whoever_only_looks_reads_a_post_and_restores_nothing(client, draft, now):
    client.force_login(person("olga", Role.ORGANISER))
    address = f"{LIST}{draft.pk}/revisions/"

    assert [client.get(at).status_code for at in (page(draft), address)] == [200, 200]
    assert "Say this again" not in client.get(address).text
    assert [client.post(at, {"revision": "1"}).status_code for at in (address, f"{LIST}look/")] == [403, 403]


def test_old_addresses_are_written_down_in_one_form(desk, draft):
    add = "/desk/blog/oldaddress/add/"
    community = str(wecops().pk)

    both = desk.post(add, {"path": "/x", "post": str(draft.pk), "target": "/about/", "community": community})
    desk.post(add, {"path": "/Blogs/17/", "target": "/about/", "community": community})

    assert list(errors(both)) == ["post"]
    assert [(each.path, each.target) for each in OldAddress.objects.all()] == [("/blogs/17", "/about/")]
    desk.post(add, {"path": "/blogs/18/", "target": "/Blogs/17", "community": community})
    turned = desk.post(f"/desk/blog/oldaddress/{OldAddress.objects.get(target='/about/').pk}/change/", {
        "path": "/blogs/17", "target": "/blogs/18/",
    })  # fmt: skip
    itself = desk.post(add, {"path": "/blogs/19", "target": "/blogs/19/", "community": community})
    assert (list(errors(turned)), list(errors(itself))) == (["target"], ["target"])


def test_those_who_sign_are_written_down(desk):
    told = {"name": "Ann", "handle": "ann", "slug": "ann", "biography": "-", "community": str(wecops().pk)}

    desk.post("/desk/blog/writer/add/", told)

    assert [str(each) for each in Writer.objects.all()] == ["Ann"]
