"""Stories that members send: written, seen first, agreed to, talked about, and gone when they are taken back."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import outbox
from accounts.models import AuditEntry, Mail
from accounts.outbox import READER
from accounts.roles import Role
from blog import publishing, stories
from blog.followers import letters
from blog.models import Kind, Newsletter, Post, PostRevision, PostStatus, Story, StoryMessage, Writer
from chats.lifecycle import NotAllowed
from tests.factories.blog import OUT_AT, PostFactory
from tests.factories.chats import wecops
from tests.factories.people import neighbour, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_key")]
NEW = "/stories/new/"
WORDS = {"title": "The winter of ninety-eight", "text": "Nobody *asked* how I got home."}


@pytest.fixture
def sam(client):
    user = person("sam", email="sam@reader.example", email_confirmed_at=OUT_AT)
    client.force_login(user)
    return user


def sent(author):
    story = stories.begin(wecops(), author, **WORDS, now=OUT_AT)
    return stories.send(story, consents=True, now=OUT_AT)


def words_left():
    """Every text of every table that could hold a story's words."""
    kept = [*Post.objects.values_list("title", "text", "html", "excerpt"), *PostRevision.objects.values_list()]
    kept += [*Story.objects.values_list(), *StoryMessage.objects.values_list(), *Writer.objects.values_list("name")]
    kept += [*AuditEntry.objects.values_list("before", "after", "note"), *Mail.objects.values_list("text", "subject")]
    return str(kept)


def test_whatever_button_is_pressed_saves_it(client, sam):
    begun = client.post(NEW, {**WORDS, "preview": "1"}, follow=True)
    story = Story.objects.get()
    client.post(story.get_absolute_url(), {**WORDS, "text": "Other words.", "send": "1"})

    assert begun.redirect_chain[0][0] == f"/stories/{story.pk}/?preview=1#preview"
    assert "Nobody <em>asked</em> how I got home." in begun.text
    story.refresh_from_db()
    assert (story.text, story.post, story.consent) == ("Other words.", None, "")
    page = client.get(story.get_absolute_url()).text
    assert "Saved, and not sent. Tick that you agree" in page
    assert "The winter of ninety-eight" in client.get("/me/").text


def test_whoever_would_tell_one_finds_the_way(client, sam):
    post = PostFactory(kind=Kind.STORY)

    pages = [client.get(path).text for path in ("/", "/blog/", post.get_absolute_url(), "/me/", "/stories/")]

    assert [page.count(f'href="{NEW}"') for page in pages] == [1, 2, 2, 2, 2]  # one of each is in its foot


def test_it_is_sent_with_the_words_that_were_agreed_to(client, sam):
    person("ed", Role.EDITOR, email="ed@reader.example", email_confirmed_at=OUT_AT)
    before = timezone.now()

    client.post(NEW, {**WORDS, "send": "1", "agree": "1"})

    story = Story.objects.select_related("post").get()
    post = Post.objects.told().get()
    assert (post.kind, post.status, post.title, post.opened_by) == (Kind.STORY, PostStatus.REVIEW, WORDS["title"], sam)
    assert [signer.handle for signer in post.signers] == ["sam"]
    assert story.consent.startswith("I wrote this myself")
    assert "WeCops may publish it under my name" in story.consent
    assert story.consented_at >= before
    assert (story.title, story.text, story.post) == ("", "", post)
    assert list(Mail.objects.values_list("template", "to")) == [("story_sent", "ed@reader.example")]


def test_its_writer_changes_it_while_it_is_read_and_every_text_is_kept(client, sam):
    story = sent(sam)

    client.post(story.get_absolute_url(), {**WORDS, "text": "Better words.", "read": "1", "save": "1"})
    refused = client.post(story.get_absolute_url(), {**WORDS, "text": "", "read": "2", "save": "1"})
    publishing.publish(story.post, now=OUT_AT)

    assert list(story.post.revisions.values_list("text", "author")) == [
        (WORDS["text"], sam.pk),
        ("Better words.", sam.pk),
    ]
    assert refused.status_code == 422
    with pytest.raises(NotAllowed, match="not with you"):
        stories.write(story, **WORDS, now=OUT_AT)


def test_what_the_team_changed_comes_out_when_its_writer_has_agreed(client, sam):
    story, ed = sent(sam), person("ed", Role.EDITOR)
    for text in ("Of the team.", "Of the team, again."):
        publishing.revise(story.post, by=ed, now=OUT_AT, text=text)

    for move in (publishing.publish, partial(publishing.schedule, at=timezone.now() + timedelta(days=1))):
        with pytest.raises(NotAllowed, match="has not agreed to these words"):
            move(story.post, now=timezone.now())
    page = client.get(story.get_absolute_url()).text
    early = client.post(story.get_absolute_url(), {"agree_again": "1", "read": "2"})
    own = client.get("/me/").text
    agreed = client.post(story.get_absolute_url(), {"agree_again": "1", "read": "3"}, follow=True)

    assert "The team has changed it" in page
    assert page.index("Of the team, again.") < page.index("Nobody <em>asked</em> how I got home.")
    assert (early.status_code, "changed it once more" in early.text) == (422, True)
    assert "Changed: do you agree?" in own
    assert ("It can come out now" in agreed.text, "The team has changed it" in agreed.text) == (True, False)
    story.refresh_from_db()
    assert (story.agreed.text, story.asked_at, story.consented_at > OUT_AT) == ("Of the team, again.", None, True)
    assert list(Mail.objects.values_list("template", "to")) == [("story_changed", sam.email)]
    publishing.publish(story.post, now=OUT_AT)


def test_what_its_writer_saves_they_agree_to_and_nobody_overwrites_what_they_have_not_seen(client, sam):
    story, ed = sent(sam), person("ed", Role.EDITOR)
    publishing.revise(story.post, by=ed, now=OUT_AT, text="Of the team.")

    refused = client.post(story.get_absolute_url(), {**WORDS, "text": "Mine again.", "read": "1", "save": "1"})
    client.post(story.get_absolute_url(), {**WORDS, "text": "Mine again.", "read": "2", "save": "1"})

    assert (refused.status_code, "\nMine again.</textarea>" in refused.text) == (422, True)
    story.refresh_from_db()
    assert (story.words, story.agreed.number, story.asked_at) == ("Mine again.", 3, None)
    publishing.revise(story.post, by=ed, now=OUT_AT, excerpt="They say.")
    publishing.restore(story.post, 3, by=ed, now=OUT_AT)
    publishing.publish(story.post, now=OUT_AT)


def test_words_that_are_out_stay_those_that_were_agreed_to(client, sam):
    story = sent(sam)
    publishing.publish(story.post, now=OUT_AT)
    client.force_login(person("ed", Role.EDITOR))
    desk = f"/desk/blog/post/{story.post.pk}/change/"
    bylines = {"bylines-TOTAL_FORMS": "0", "bylines-INITIAL_FORMS": "0"}
    typed = {**WORDS, "slug": story.post.slug, "excerpt": story.post.excerpt, "kind": "story", "read": "1", **bylines}

    refused = client.post(desk, {**typed, "text": "Of the team."})
    client.post(desk, {**typed, "_unpublish": "1"})
    down = Post.objects.get().status
    client.post(desk, {**typed, "text": "Of the team."})
    again = client.post(desk, {**typed, "read": "2", "text": "Of the team.", "_publish": "1"}, follow=True)

    assert "Its writer agreed to the words that stand there." in refused.context["adminform"].form.errors["text"][0]
    assert (down, Post.objects.get().status) == ("unpublished", "unpublished")
    assert "Its writer has not agreed to these words yet." in again.text
    assert "and its writer was asked on" in again.text
    assert "waits for its writer" in client.get("/desk/blog/story/").text
    told = client.get(f"/desk/blog/story/{story.pk}/change/").text
    assert ("whether they agree to the words it has now" in told, "View on site" in told) == (True, False)


def test_what_was_typed_while_signed_out_is_there_after_signing_in(client, sam):
    """A new story, a change of one's own, and a message to the team, each until it is saved."""
    story = sent(sam)
    pages = {
        NEW: {"title": "Another", "text": "I was <there>."},
        story.get_absolute_url(): {**WORDS, "text": "A better end.", "message": "Is it?", "read": "1"},
    }
    shown = {}
    for path, typed in pages.items():
        client.logout()
        away = client.post(path, {**typed, "save": "1"})
        client.force_login(sam)
        shown[path] = client.get(path).text
        client.post(path, {**typed, "save": "1"})
        assert ("next=" in away.headers["Location"], "typed" in client.session) == (True, False)

    assert ('value="Another"' in shown[NEW], "\nI was &lt;there&gt;.</textarea>" in shown[NEW]) == (True, True)
    assert [f"\n{said}</textarea>" in shown[story.get_absolute_url()] for said in ("A better end.", "Is it?")] == [
        True
    ] * 2


def test_both_sides_write_to_each_other(client, sam):
    story, ed = sent(sam), person("ed", Role.EDITOR)
    client.post(story.get_absolute_url(), {"say": "1", "message": "Is it <too> long?"})
    empty = client.post(story.get_absolute_url(), {"say": "1", "message": " "})
    client.force_login(ed)

    page = client.get(f"/desk/blog/story/{story.pk}/change/").text
    waits = "1 member who tells a story waits for an answer."
    before = waits in client.get("/desk/").text, "by its writer" in client.get("/desk/blog/story/").text
    deleted = client.post(f"/desk/blog/post/{story.post_id}/delete/", {"post": "yes"})
    client.post(f"/desk/blog/story/{story.pk}/press/", {"message": "Not at all."})

    after = waits in client.get("/desk/").text, "by its writer" in client.get("/desk/blog/story/").text
    assert (before, after) == ((True, True), (False, False))
    assert "Is it &lt;too&gt; long?" in page
    assert deleted.status_code == 403
    assert empty.status_code == 422
    assert list(story.messages.values_list("text", "is_from_team")) == [
        ("Is it <too> long?", False),
        ("Not at all.", True),
    ]
    assert Mail.objects.get().to == "sam@reader.example"
    assert list(AuditEntry.objects.values_list("verb", "model")) == [("writes about", "blog.story")]
    client.force_login(sam)
    assert "Not at all." in client.get(story.get_absolute_url()).text


@pytest.mark.parametrize("is_known", [False, True])
def test_who_decides_about_a_story_while_it_is_taken_back_is_told_so(client, sam, is_known):
    story = sent(sam)
    if is_known:
        publishing.publish(story.post, now=OUT_AT)
        publishing.unpublish(story.post, now=OUT_AT)
    seen = Post.objects.get()
    stories.withdraw(Story.objects.get(), now=OUT_AT)

    with pytest.raises(NotAllowed, match=r"writer has taken (it|this story) back"):
        publishing.publish(seen, now=OUT_AT)
    assert list(Post.objects.values_list("status", flat=True)) == (["unpublished"] if is_known else [])


def test_a_story_that_goes_while_the_desk_saves_it_is_no_fault(client, sam):
    """Its editor has been let in, and its row is gone when the first writer asks for it."""
    story, ed = sent(sam), person("ed", Role.EDITOR)
    desk = f"/desk/blog/post/{story.post_id}/change/"
    client.force_login(ed)
    bylines = {"bylines-TOTAL_FORMS": "0", "bylines-INITIAL_FORMS": "0"}
    typed = {**WORDS, "slug": story.post.slug, "excerpt": "", "kind": "story", "read": "1", **bylines}

    def faster(execute, sql, *told):
        if "FOR UPDATE" in sql and Story.objects.filter(withdrawn_at=None).update(withdrawn_at=OUT_AT, post=None):
            Post.objects.all().delete()
        return execute(sql, *told)

    with connection.execute_wrapper(faster):
        answer = client.post(desk, {**typed, "_publish": "1"}, follow=True)

    assert answer.status_code == 200
    assert "its writer has taken it back" in answer.text


def test_a_story_is_locked_before_its_post_whatever_is_done(sam):
    story = sent(sam)

    def locked(order):
        with CaptureQueriesContext(connection) as queries:
            order()
        told = [each["sql"] for each in queries if "FOR UPDATE" in each["sql"]]
        found = [sql.partition('FROM "blog_')[2].partition('"')[0] for sql in told]
        return list(dict.fromkeys(name for name in found if name in ("post", "story")))

    orders = [
        lambda: publishing.arrange(story.post, takes_comments=False),
        lambda: publishing.publish(story.post, now=OUT_AT),
        lambda: publishing.unpublish(story.post, now=OUT_AT),
        lambda: publishing.revise(story.post, by=None, now=OUT_AT, text="Quite other words."),
        lambda: stories.withdraw(story, now=OUT_AT),
    ]
    assert [locked(order) for order in orders] == [["story", "post"]] * len(orders)


@pytest.mark.parametrize("becomes", ["draft", "review", "scheduled", "published", "unpublished"])
def test_taken_back_no_word_of_it_stays(client, sam, becomes):
    story = stories.begin(wecops(), sam, **WORDS, now=OUT_AT)
    if becomes != "draft":
        story = stories.send(story, consents=True, now=OUT_AT)
        stories.say(story, sam, "About the winter.", is_from_team=False, now=OUT_AT)
    if becomes == "scheduled":
        publishing.schedule(story.post, timezone.now() + timedelta(days=9), now=timezone.now())
    if becomes in ("published", "unpublished"):
        publishing.publish(story.post, now=OUT_AT)
        publishing.tag(story.post, ["winter"])
    if becomes == "unpublished":
        publishing.unpublish(story.post, now=OUT_AT)
    address = story.post.get_absolute_url() if story.post else ""

    client.post(f"{story.get_absolute_url()}withdraw/")
    stories.withdraw(story, now=OUT_AT)

    kept = words_left()
    assert [word for word in ("winter", "asked", "Sam") if word in kept] == []
    assert Post.objects.count() == (becomes in ("published", "unpublished"))
    if becomes in ("published", "unpublished"):
        assert client.get(address).status_code == 410
    assert "You took it back" in client.get(story.get_absolute_url()).text


def test_sending_and_taking_back_writes_to_nobody_without_end(sam):
    for _ in range(20):
        stories.withdraw(stories.begin(wecops(), sam, **WORDS, now=OUT_AT), now=OUT_AT)

    with pytest.raises(NotAllowed, match="20 stories today"):
        stories.begin(wecops(), sam, **WORDS, now=OUT_AT)
    assert stories.begin(wecops(), sam, **WORDS, now=OUT_AT + timedelta(days=1)).text == WORDS["text"]


def test_no_letter_keeps_a_word_of_what_is_taken_back(sam):
    story = sent(sam)
    publishing.publish(story.post, now=timezone.now())
    newsletter = Newsletter.objects.create(
        community=wecops(), post=story.post, created_at=timezone.now(), next_due_at=timezone.now()
    )
    for number, series in enumerate([newsletter.series, newsletter.series, "newsletter-of-a-week"]):
        told = letters.context(newsletter, letters.posts(newsletter, timezone.now()), timezone.now(), reader=READER)
        stop = letters.stop_address(wecops(), READER)
        spread = {"series": series, "unsubscribe": stop}
        outbox.spread("newsletter-post", wecops(), told, [(f"{number}@reader.example", "w")], **spread)
    Mail.objects.filter(to__gt="1").update(status="sent", sent_at=OUT_AT, next_due_at=None)
    assert "asked" in words_left()

    stories.withdraw(story, now=timezone.now())

    kept = words_left()
    assert [word for word in ("winter", "asked", "Sam") if word in kept] == []
    assert sorted(Mail.objects.values_list("status", flat=True)) == ["sent", "sent"]


def test_whoever_leaves_takes_their_stories_along(sam):
    story = sent(sam)
    publishing.publish(story.post, now=OUT_AT)
    stories.begin(wecops(), sam, **WORDS, now=OUT_AT)

    sam.delete()

    kept = words_left()
    assert [word for word in ("winter", "asked", "Sam") if word in kept] == []
    assert Post.objects.get().status == PostStatus.UNPUBLISHED


def test_a_draft_is_its_writers_alone(client, sam, settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    neighbour()
    story = stories.begin(wecops(), sam, **WORDS, now=OUT_AT)
    elsewhere = client.get(story.get_absolute_url(), headers={"host": "other.example"}).status_code
    client.force_login(person("ed", Role.EDITOR))

    found = [client.get(f"{story.get_absolute_url()}{below}").status_code for below in ("", "withdraw/")]
    desk = client.get("/desk/blog/story/").text

    assert [elsewhere, *found] == [404] * 3
    assert WORDS["title"] not in desk
    with pytest.raises(NotAllowed, match="nothing to talk about"):
        stories.say(story, sam, "Hello", is_from_team=True, now=OUT_AT)


def test_what_is_too_much_is_refused_and_stays_typed(client, sam):
    long = "x" * 20_001

    refused = client.post(NEW, {"title": "A title", "text": long, "save": "1"})
    empty = client.post(NEW, {"title": " ", "text": "", "save": "1"})
    publishing.publish(sent(sam).post, now=OUT_AT)  # what is out is finished
    for number in range(10):
        stories.begin(wecops(), sam, f"Story {number}", "", now=OUT_AT)

    assert (refused.status_code, empty.status_code) == (422, 422)
    assert long in refused.text
    with pytest.raises(NotAllowed, match="You have begun 10 stories here"):
        stories.begin(wecops(), sam, "One more", "", now=OUT_AT)
    with pytest.raises(NotAllowed, match="title and a text"):
        stories.send(Story.objects.first(), consents=True, now=OUT_AT)
