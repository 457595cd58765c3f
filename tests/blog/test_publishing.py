"""What people write and decide: every text is kept, no address dies, and nothing comes out too early."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image
from taggit.models import Tag

from accounts import crisis
from blog import publishing, reading
from blog.models import Contribution, Kind, OldAddress, Picture, Post, PostStatus, Rule, Standing
from blog.publishing import pictures, words
from chats.lifecycle import NotAllowed
from tests.blog.pictures import picture
from tests.factories.blog import OUT_AT, PostFactory, WriterFactory
from tests.factories.chats import ChatFactory, wecops
from tests.factories.people import neighbour, person

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEXT = "At 9.43 **Kit** wrote one sentence.\n\n## What is on it\n\n<script>alert(1)</script>\n"


@pytest.fixture
def draft(now):
    return publishing.write(wecops(), "The card", TEXT, now=now)


def stored(post):
    return Post.objects.get(pk=post.pk)


def test_write_makes_the_page_and_the_first_revision(draft, now):
    known = stored(draft)

    assert (known.slug, known.status, known.get_absolute_url()) == ("the-card", "draft", "")
    assert known.html.startswith("<p>At 9.43 <strong>Kit</strong> wrote one sentence.</p>\n<h2>")
    assert "<script" not in known.html
    assert [(each.number, each.text) for each in known.revisions.all()] == [(1, TEXT)]


def test_titles_that_are_alike_get_addresses_that_are_not(draft, now):
    slugs = [publishing.write(wecops(), "The card!", now=now).slug for _ in range(2)]
    other = publishing.write(neighbour(), "The card", now=now)

    assert (slugs, other.slug) == (["the-card-2", "the-card-3"], "the-card")


def test_what_does_not_fit_is_told_in_a_sentence(now):
    with pytest.raises(NotAllowed, match="around an event"):
        publishing.write(wecops(), "All of us", kind=Kind.COLLABORATIVE, now=now)
    with pytest.raises(NotAllowed, match="another community"):
        publishing.write(wecops(), "A chat", chat=ChatFactory(community=neighbour()), now=now)
    with pytest.raises(NotAllowed, match="160"):
        publishing.write(wecops(), "x" * 161, now=now)


def test_every_text_is_kept_and_can_be_said_again(draft, now):
    sam = person("sam")
    publishing.revise(draft, by=sam, now=now + HOUR, title="The small card", text="Shorter.")
    publishing.revise(draft, by=sam, now=now + HOUR, text="Shorter.")
    publishing.restore(draft, 1, by=sam, now=now + 2 * HOUR)

    kept = [(each.number, each.title, each.text, each.author) for each in draft.revisions.order_by("number")]
    assert kept == [(1, "The card", TEXT, None), (2, "The small card", "Shorter.", sam), (3, "The card", TEXT, sam)]
    assert (stored(draft).title, stored(draft).text) == ("The card", TEXT)
    with pytest.raises(NotAllowed, match="no revision 9"):
        publishing.restore(draft, 9, by=sam, now=now)


def test_a_post_that_had_a_text_keeps_one(draft, now):
    with pytest.raises(NotAllowed, match="needs one"):
        publishing.revise(draft, by=None, now=now, text=" ")

    assert stored(draft).text == TEXT


def test_a_life_from_draft_to_gone_and_back(draft, now):
    publishing.submit(draft, now=now)
    publishing.take_back(draft, now=now)
    publishing.schedule(draft, now + DAY, now=now)
    assert not stored(draft).is_out(now + DAY - HOUR)
    assert stored(draft).is_out(now + DAY)
    publishing.unpublish(draft, now=now + 2 * DAY)
    assert stored(draft).status == PostStatus.UNPUBLISHED
    publishing.publish(draft, now=now + 3 * DAY)

    known = stored(draft)
    assert (known.status, known.published_at, known.changed_at) == ("published", now + DAY, now + 3 * DAY)
    assert known.get_absolute_url() == "/blog/2026/11/the-card/"


def test_what_is_missing_before_it_comes_out_is_filled_in(draft, now):
    publishing.publish(draft, now=now)

    assert stored(draft).excerpt == "At 9.43 Kit wrote one sentence."
    assert [each.handle for each in draft.writers.all()] == ["WeCops"]


def test_an_excerpt_that_was_made_of_the_text_follows_it(draft, now):
    """And is no text of its own to be kept; one that somebody wrote stays."""
    publishing.publish(draft, now=now)
    publishing.revise(draft, by=None, now=now, title=draft.title, excerpt=draft.excerpt, text=draft.text)
    kept = draft.revisions.count()
    publishing.revise(draft, by=None, now=now, excerpt=draft.excerpt, text="It was Ann who did.")
    followed = stored(draft).excerpt
    publishing.revise(draft, by=None, now=now, excerpt="By Kit.", text="It was Kit.")
    publishing.revise(draft, by=None, now=now, text="It was Ann after all.")

    assert (kept, followed, stored(draft).excerpt) == (1, "It was Ann who did.", "By Kit.")


def test_the_day_of_an_address_is_that_of_the_community(draft, now):
    publishing.publish(draft, now=now.replace(month=6, day=30, hour=23, minute=30))

    assert draft.get_absolute_url() == "/blog/2026/07/the-card/"


def test_moves_that_make_no_sense_are_refused_with_the_reason(draft, now):
    with pytest.raises(NotAllowed, match="is draft, so it cannot become unpublished"):
        publishing.unpublish(draft, now=now)
    for wrong in (now, now - DAY, now + 400 * DAY):
        with pytest.raises(NotAllowed, match="a time to come"):
            publishing.schedule(draft, wrong, now=now)
    with pytest.raises(NotAllowed, match="nothing to read"):
        publishing.publish(publishing.write(wecops(), "Empty", now=now), now=now)
    publishing.schedule(draft, now + HOUR, now=now)
    with pytest.raises(NotAllowed, match="is published, so it cannot become draft"):
        publishing.take_back(draft, now=now + HOUR)


def test_a_name_that_changes_leaves_an_address_that_leads_on(draft, now):
    publishing.rename(draft, "the-small-card")
    assert OldAddress.objects.count() == 0  # nobody could know it
    publishing.publish(draft, now=now)
    publishing.rename(draft, "a-card")
    publishing.rename(draft, "card")

    assert {each.path: each.leads_to for each in OldAddress.objects.all()} == dict.fromkeys(
        ("/blog/2026/11/the-small-card", "/blog/2026/11/a-card"), "/blog/2026/11/card/"
    )
    publishing.rename(draft, "a-card")
    assert [each.path for each in OldAddress.objects.all()] == ["/blog/2026/11/card", "/blog/2026/11/the-small-card"]
    for wrong in ("Two words", ""):
        with pytest.raises(NotAllowed, match="cannot stand in an address"):
            publishing.rename(draft, wrong)
    PostFactory(slug="taken")
    with pytest.raises(NotAllowed, match="already"):
        publishing.rename(draft, "taken")


def test_an_address_of_the_former_platform_is_remembered_once(chat):
    post = PostFactory(slug="rules")
    publishing.remember(wecops(), "/Blogs/3654/", post=post)
    publishing.remember(wecops(), "/blogs/3654", chat=chat)

    assert [(each.path, each.leads_to) for each in OldAddress.objects.all()] == [
        ("/blogs/3654", chat.get_absolute_url())
    ]
    with pytest.raises(NotAllowed, match="Another community"):
        publishing.remember(neighbour(), "/blogs/1", post=post)


def test_tags_are_found_however_they_were_typed_at_few_queries(draft, django_assert_max_num_queries):
    Tag.objects.create(name="Safe staffing", slug="safe-staffing")

    with django_assert_max_num_queries(12):
        publishing.tag(draft, ["safe-staffing", "Rest", "#rest"])

    assert sorted(draft.tags.values_list("slug", "name")) == [("rest", "rest"), ("safe-staffing", "Safe staffing")]
    publishing.tag(draft, [])
    assert list(draft.tags.all()) == []
    with pytest.raises(NotAllowed, match="12 at most"):
        publishing.tag(draft, [f"word {n}" for n in range(13)])


def test_those_who_sign_stand_in_their_order(draft):
    ann, bob = WriterFactory(slug="ann"), WriterFactory(slug="bob")
    publishing.sign(draft, [bob, ann, bob])

    assert [each.writer for each in draft.bylines.all()] == [bob, ann]
    with pytest.raises(NotAllowed, match="another community"):
        publishing.sign(draft, [WriterFactory(community=neighbour())])


def test_a_writer_is_one_by_their_handle_else_by_their_name():
    first = publishing.writer(wecops(), "Ann", handle="@Ann_Okelu")
    again = publishing.writer(wecops(), "Ann Okelu-Reed", handle="ann_okelu")

    assert (first.slug, first.name, again) == ("ann_okelu", "Ann", first)
    assert publishing.writer(wecops(), "Moira Tollan").slug == "moira-tollan"
    assert publishing.writer(wecops(), "Moira", handle="moira@police.social").slug == "moira-police-social"
    with pytest.raises(NotAllowed, match="whose page"):
        publishing.writer(wecops(), "!")


def test_a_picture_is_made_anew_in_two_widths_without_what_it_carried(draft, now):
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    publishing.illustrate(draft, picture(kind="JPEG", exif=exif), "A teal card on a table.", now=now)

    hero = stored(draft).hero
    sizes = [Image.open(BytesIO(bytes(each))) for each in (hero.wide, hero.small)]
    assert [(each.format, each.size, dict(each.getexif())) for each in sizes] == [
        ("WEBP", (1280, 800), {}),
        ("WEBP", (640, 400), {}),
    ]
    assert b"where I live" not in bytes(hero.wide)
    publishing.illustrate(draft, None, "", now=now)
    assert (stored(draft).hero, stored(draft).hero_alt, Picture.objects.count()) == (None, "", 0)


@pytest.mark.parametrize(
    ("file", "alt", "said"),
    [
        (picture(), " ", "what the picture shows"),
        (b"<svg onload=alert(1)>", "A card.", "no picture"),
        (picture(200, 100), "A card.", "only 200 pixels"),
        (picture()[:300], "A card.", "no picture"),
    ],
)
def test_a_picture_that_will_not_do_is_refused_with_the_reason(draft, now, file, alt, said):
    with pytest.raises(NotAllowed, match=said):
        publishing.illustrate(draft, file, alt, now=now)

    assert stored(draft).hero is None


def test_a_picture_that_is_a_wall_is_refused_before_it_is_read(draft, now, monkeypatch):
    for name, least, said in (("MOST_BYTES", 100, "Save it smaller"), ("LARGEST", 1000, "too many pixels")):
        with monkeypatch.context() as patched:
            patched.setattr(pictures, name, least)
            with pytest.raises(NotAllowed, match=said):
                publishing.illustrate(draft, picture(), "A card.", now=now)


def collaborative(now):
    return PostFactory(kind=Kind.COLLABORATIVE, event_starts_at=now + DAY, event_ends_at=now + DAY + HOUR)


def test_a_newcomers_piece_is_held_and_those_after_it_are_shown(now):
    post, sam, ruth = collaborative(now), person("sam"), person("ruth")

    first = publishing.contribute(post, sam, "I *learned* a lot.\x00", now=now)
    held = first.standing
    publishing.show(first, ruth, now=now)
    second = publishing.contribute(post, sam, "And one thing more.", now=now)
    second = publishing.hide(second, ruth, Rule.YOURSELF, now=now)

    assert (held, first.html, second.standing) == (Standing.HELD, "<p>I <em>learned</em> a lot.</p>\n", Standing.HIDDEN)
    assert list(Contribution.objects.filter(standing=Standing.SHOWN)) == [first]


def test_in_a_crisis_every_piece_is_held(now):
    post, sam = collaborative(now), person("sam")
    publishing.show(publishing.contribute(post, sam, "One.", now=now), person("ruth"), now=now)
    crisis.switch(post.community, crisis.Position(holds_comments=True), reason="An attack.", by=None, now=now)

    assert publishing.contribute(post, sam, "Two.", now=now).standing == Standing.HELD


def test_a_piece_that_will_not_do_is_refused_with_the_reason(now):
    post, sam = collaborative(now), person("sam")
    publishing.contribute(post, sam, "Hello.", now=now)

    def said(text, post=post, user=sam, at=now):
        with pytest.raises(NotAllowed) as refused:
            publishing.contribute(post, user, text, now=at)
        return str(refused.value)[:12]

    refusals = [said(" "), said("word " * 201), said("Hello. "), said("x", at=now + 9 * DAY), said("x", PostFactory())]
    refusals.append(said("x", user=person("gone", is_active=False)))
    for number in range(4):
        publishing.contribute(post, sam, f"Piece {number}.", now=now)
    refusals.append(said("One more."))

    assert refusals == [
        "Write a few ", "That is 201 ", "You have sen", "This post ta", "This post ta", "You cannot w", "You have add",
    ]  # fmt: skip


def test_pages_that_older_rules_made_are_made_anew(draft):
    Post.objects.update(html="<p>old</p>", rendered_by="older")

    assert [publishing.render_stale(), publishing.render_stale()] == [1, 0]
    assert stored(draft).html == words.made(TEXT)["html"]


@pytest.mark.parametrize(("number", "minutes"), [(0, 1), (220, 1), (340, 2), (1100, 5)])
def test_reading_takes_a_minute_for_220_words(number, minutes):
    assert words.minutes(f"<p>{'word ' * number}</p>") == minutes


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<h2>Head</h2><p>Fish &amp; <em>chips</em>.</p><p>More.</p>", "Fish & chips."),
        ("<ul><li>one</li></ul>", ""),
        (f"<p>{'seven ' * 60}</p>", f"{('seven ' * 46).strip()}…"),
    ],
)
def test_an_excerpt_is_the_first_paragraph_cut_at_a_word(page, said):
    assert words.excerpt(page) == said


def test_a_change_forgets_the_kept_page(draft, now, django_capture_on_commit_callbacks):
    client = Client(headers={"host": "127.0.0.1"})  # which the community is known by
    with django_capture_on_commit_callbacks(execute=True):
        publishing.publish(draft, now=OUT_AT)
    address = draft.get_absolute_url()
    before = client.get(address).text

    with django_capture_on_commit_callbacks(execute=True):
        publishing.revise(draft, by=None, now=now, text="Quite other words.")

    assert ("wrote one sentence" in before, "Quite other words." in client.get(address).text) == (True, True)


def test_a_change_forgets_the_kept_list_of_a_word_in_any_letters(draft, now, django_capture_on_commit_callbacks):
    client, address = Client(headers={"host": "127.0.0.1"}), "/blog/tags/frühdienst/"
    publishing.tag(draft, ["Frühdienst"])
    publishing.publish(draft, now=OUT_AT)
    before = client.get(address).text

    with django_capture_on_commit_callbacks(execute=True):
        publishing.revise(draft, by=None, now=now, title="Another title")

    assert ("The card" in before, "Another title" in client.get(address).text) == (True, True)


def test_a_crisis_holds_what_comes_out_by_the_clock_and_nothing_else(client):
    by_clock, by_hand = (
        PostFactory(status=status, title=f"It is {status}", published_at=OUT_AT + DAY, tags=["rest", status])
        for status in (PostStatus.SCHEDULED, PostStatus.PUBLISHED)
    )
    before = PostFactory(status=PostStatus.SCHEDULED)
    paused = crisis.Position(pauses_posts=True)
    crisis.switch(by_hand.community, paused, reason="An attack.", by=None, now=OUT_AT + HOUR)

    assert set(Post.objects.published(timezone.now())) == {by_hand, before}
    told = [(word.name, word.posts) for word in reading.words(by_hand.community, timezone.now())]
    assert told == [("published", 1), ("rest", 1)]
    statuses = [client.get(post.get_absolute_url()).status_code for post in (by_clock, by_hand, before)]
    assert statuses == [404, 200, 200]
    assert by_clock.title not in client.get(before.get_absolute_url()).text

    louder = crisis.Position(notice="We are quiet today.", pauses_posts=True)
    crisis.switch(by_hand.community, louder, reason="People ask.", by=None, now=OUT_AT + 2 * DAY)
    assert set(Post.objects.published(timezone.now())) == {by_hand, before}
    statuses = [client.get(post.get_absolute_url()).status_code for post in (by_clock, by_hand, before)]
    assert statuses == [404, 200, 200]
    assert by_clock.title not in client.get(before.get_absolute_url()).text

    crisis.switch(by_hand.community, crisis.NORMAL, reason="Over.", by=None, now=OUT_AT + 3 * DAY)
    assert client.get(by_clock.get_absolute_url()).status_code == 200
