"""Comments: what is taken and what is not, who sees it when, and what is left when somebody takes it back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts import crisis, roles
from accounts.models import Mail
from accounts.roles import Role
from blog import comments, thread
from blog.comments import Refused, place
from blog.models import Comment, CommentState, HeldFor, Outcome, Post, Rule, Worry
from chats.lifecycle import NotAllowed
from tests.factories.blog import OUT_AT, CommentFactory, PostFactory
from tests.factories.people import neighbour, person

pytestmark = pytest.mark.django_db

NOON = OUT_AT + timedelta(days=1)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def known(name, community=None):
    """Somebody with a comment that everybody can read."""
    user = person(name, email=f"{name}@reader.example", email_confirmed_at=OUT_AT, mailed=[])
    CommentFactory(author=user, post=PostFactory(**({"community": community} if community else {})))
    return user


def add(post, author, text="I tried it.", at=NOON, **more):
    return comments.add(post, author, text, now=at, **more)


def letters():
    return list(Mail.objects.order_by("pk").values_list("template", "to"))


def test_the_first_comment_waits_and_the_next_does_not_once_it_is_let_through():
    post, sam, ruth = PostFactory(), person("sam"), person("ruth")

    first, second = add(post, sam), add(post, sam, "And again.")
    comments.approve(first, ruth, now=NOON + MINUTE)
    third = add(post, sam, "A third time.")

    assert [(each.state, each.held_for) for each in (first, second, third)] == [
        (CommentState.HELD, HeldFor.FIRST),
        (CommentState.HELD, HeldFor.FIRST),
        (CommentState.SHOWN, ""),
    ]
    assert [each.number for each in (first, second, third)] == [1, 2, 3]
    post.refresh_from_db()
    assert post.comment_count == 2


def test_in_a_crisis_every_comment_waits():
    post, sam = PostFactory(), known("sam")
    crisis.switch(post.community, crisis.Position(holds_comments=True), reason="An attack.", by=None, now=NOON)

    assert add(post, sam).held_for == HeldFor.CRISIS


def test_the_team_waits_for_nobody_and_a_name_elsewhere_counts_nothing_here():
    other = neighbour()
    host, moderator = person("host", Role.HOST), person("ruth", Role.MODERATOR)
    theirs = known("sam", other)

    states = [add(PostFactory(), user).state for user in (host, moderator, theirs)]

    assert states == [CommentState.HELD, CommentState.SHOWN, CommentState.HELD]


def test_whoever_had_a_comment_removed_lately_waits_again():
    sam, ruth = known("sam"), person("ruth")
    comments.remove(sam.comments.get(), ruth, Rule.IDEAS, now=NOON)
    CommentFactory(author=sam)

    soon, later = add(PostFactory(), sam), add(PostFactory(), sam, "Later.", NOON + 31 * DAY)

    assert (soon.held_for, later.state) == (HeldFor.LOOK, CommentState.SHOWN)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Write something first."),
        ("\u200b \n\u2060", "Write something first."),
        ("[](https://a.example)", "Write something first."),
        ("x" * 2003, "It is 3 characters too long. Shorten it, or offer it as a story."),
        (
            "https://a.example <http://b.example> [c](https://c.example)",
            "It has 3 links, and 2 are the most: more of them look like an advertisement. Keep those that matter.",
        ),
    ],
)
def test_what_cannot_stand_is_refused_with_the_reason(text, reason):
    with pytest.raises(Refused) as refusal:
        add(PostFactory(), person("sam"), text)

    assert str(refusal.value) == reason
    assert not Comment.objects.exists()


def test_who_says_it_again_or_copies_it_is_refused():
    sam, tess, long = known("sam"), known("tess"), "What helps is a lift home, and nobody has to ask for it twice."
    add(PostFactory(), sam, long)
    add(PostFactory(), sam, "Thank you.")

    for user, text in ((sam, long), (tess, long), (sam, "Thank you.\n")):
        with pytest.raises(Refused, match="exactly this"):
            add(PostFactory(), user, text)
    add(PostFactory(), tess, "Thank you.")
    add(PostFactory(), sam, long, NOON + 25 * HOUR)


def test_ten_an_hour_and_then_it_says_when():
    sam = known("sam")
    for minute in range(10):
        add(PostFactory(), sam, f"Number {minute}", NOON + minute * MINUTE)

    with pytest.raises(Refused, match=r"next at 8\.01 pm") as refusal:  # 7 pm in London was the first
        add(PostFactory(), sam, "Eleven", NOON + 59 * MINUTE)
    add(PostFactory(), sam, "Eleven", NOON + HOUR + MINUTE)

    assert refusal.value.heading == "That was ten comments in an hour"


def test_many_of_one_network_are_bounded_together():
    post, here = PostFactory(), place("198.51.100.7")
    CommentFactory.create_batch(30, sent_from=here, sent_at=NOON)

    with pytest.raises(Refused, match="from your network"):
        add(post, person("sam"), sent_from=place("198.51.100.9"))
    add(post, person("tess"), sent_from=place("198.51.101.9"))
    assert comments.empty_old(NOON + DAY + MINUTE) == 0
    assert set(Comment.objects.values_list("sent_from", flat=True)) == {""}


def test_a_place_is_a_network_and_tells_no_address():
    assert place("198.51.100.7") == place("::ffff:198.51.100.200") != place("198.51.101.7")
    assert place("2001:db8:1:2::3") == place("2001:db8:1:2:ffff::") != place("2001:db8:1:3::3")
    assert (len(place("198.51.100.7")), place("nonsense")) == (32, "")


def test_nobody_writes_who_is_blocked_and_nothing_is_said_under_what_is_closed(settings):
    settings.COMMENTS_OPEN_DAYS = 90
    sam = known("sam")

    refused = []
    for post, at in (
        (PostFactory(takes_comments=False), NOON),
        (PostFactory(), OUT_AT + 90 * DAY),
        (PostFactory(comment_count=500), NOON),
        (PostFactory(published_at=NOON + DAY), NOON),
    ):
        with pytest.raises(Refused) as refusal:
            add(post, sam, at=at)
        refused.append(refusal.value.heading)
    sam.is_active = False
    with pytest.raises(Refused) as refusal:
        add(PostFactory(), sam)

    assert [*refused, refusal.value.heading] == [
        "Comments are closed under this post",
        "Comments closed after 90 days",
        "Comments closed after 500 of them, which is as many as anybody reads",
        "This post is gone",
        "You cannot write here",
    ]


def test_a_reply_to_a_reply_stands_beside_it_and_what_is_gone_is_not_answered():
    post, sam = PostFactory(), known("sam")
    top = add(post, sam)
    reply = add(post, sam, "One.", to=top)
    third = add(post, sam, "Two.", to=reply)
    comments.withdraw(top, now=NOON)

    assert (reply.parent, third.parent) == (top, top)
    top.refresh_from_db()
    for to in (top, CommentFactory()):
        with pytest.raises(Refused, match="not there any more"):
            add(post, sam, "Three.", to=to)


def test_it_can_be_changed_for_fifteen_minutes_and_says_so():
    sam = known("sam")
    comment = add(PostFactory(), sam)

    same = comments.edit(comment, "I tried it. ", now=NOON + MINUTE)
    changed = comments.edit(comment, "I tried it *twice*.", now=NOON + 14 * MINUTE)
    with pytest.raises(Refused, match="fifteen minutes"):
        comments.edit(comment, "Too late.", now=NOON + 15 * MINUTE)

    assert (same.edited_at, changed.edited_at) == (None, NOON + 14 * MINUTE)
    assert (changed.state, changed.html) == (CommentState.SHOWN, "<p>I tried it <em>twice</em>.</p>\n")


def test_a_first_comment_that_was_let_through_is_read_again_when_it_changes():
    sam, ruth, post = person("sam"), person("ruth"), PostFactory()
    comment = add(post, sam)
    comments.approve(comment, ruth, now=NOON + MINUTE)

    changed = comments.edit(comment, "Buy this.", now=NOON + 2 * MINUTE)

    assert (changed.state, changed.held_for) == (CommentState.HELD, HeldFor.FIRST)
    post.refresh_from_db()
    assert post.comment_count == 0


def test_taken_back_it_loses_its_words_and_keeps_its_place(now):
    post, sam = PostFactory(), known("sam")
    top = add(post, sam, "A secret.")
    add(post, sam, "To that.", to=top)

    comments.withdraw(top, now=NOON + HOUR)

    top.refresh_from_db()
    assert (top.state, top.text, top.html, top.sent_from) == (CommentState.WITHDRAWN, "", "", "")
    told = thread.read(post, NOON)
    assert "A secret." not in told.html
    assert "A comment was here. Its writer removed it on 27 April 2016." in told.html
    assert told.html.index('id="comment-1"') < told.html.index("To that.")
    with pytest.raises(NotAllowed, match="words are gone"):
        comments.approve(top, person("ruth"), now=NOON)


def test_whoever_leaves_takes_their_words_along():
    sam, ruth = known("sam"), person("ruth")
    add(PostFactory(), sam, "Gone with me.")
    removed = add(PostFactory(), sam, "Gone as well.")
    comments.remove(removed, ruth, Rule.CASES, "Why.", now=NOON)
    comments.appeal(removed, "I see it differently.", now=NOON)

    sam.delete()

    words = Comment.objects.values_list("author", "text", "html", "said", "appeal")
    assert set(words) == {(None, "", "", "", "")}
    assert sorted(Comment.objects.values_list("state", flat=True)) == ["removed", "withdrawn", "withdrawn"]
    assert set(Post.objects.values_list("comment_count", flat=True)) == {0}


def test_the_tables_refuse_words_of_nobody():
    comment = CommentFactory()

    with pytest.raises(IntegrityError, match="comment_of_nobody_has_no_words"), transaction.atomic():
        Comment.objects.filter(pk=comment.pk).update(author=None)


def test_reports_fold_it_once_three_have_asked():
    comment = CommentFactory()
    for name in ("one", "two"):
        user = person(name)
        comments.report(comment, user, Worry.UNKIND, now=NOON)
        comments.report(comment, user, Worry.ADVERT, now=NOON)
    comment.refresh_from_db()
    before = comment.state

    comments.report(comment, person("three"), Worry.OTHER, now=NOON)

    comment.refresh_from_db()
    assert (before, comment.state, comment.held_for) == (CommentState.SHOWN, CommentState.HELD, HeldFor.REPORTED)
    assert comment.reports.count() == 3
    assert "A volunteer is looking at the comment that was here." in thread.read(comment.post, NOON).html


def test_what_may_name_a_real_case_is_folded_at_once_unless_somebody_of_us_has_read_it():
    unread, read = CommentFactory(), CommentFactory(decided_at=OUT_AT)
    for comment in (unread, read):
        comments.report(comment, person(f"of{comment.pk}"), Worry.CASE, now=NOON)
        comment.refresh_from_db()

    assert (unread.state, read.state) == (CommentState.HELD, CommentState.SHOWN)


def test_a_report_that_makes_no_sense_is_refused():
    comment, tess = CommentFactory(), person("tess")
    for number in range(20):
        comments.report(CommentFactory(), tess, Worry.OTHER, now=NOON + number * MINUTE)

    for by, why, reason in (
        (comment.author, Worry.OTHER, "your own"),
        (person("una"), "boredom", "what is wrong"),
        (tess, Worry.OTHER, "reported many"),
    ):
        with pytest.raises(Refused, match=reason):
            comments.report(comment, by, why, now=NOON + HOUR)
    with pytest.raises(Refused, match="not there"):
        comments.report(CommentFactory(state=CommentState.HELD, held_for="first"), person("vi"), "other", now=NOON)


def test_everybody_concerned_is_told_what_was_decided_and_why():
    post, sam, ruth = PostFactory(title="The card"), known("sam"), person("ruth")
    tess = known("tess")
    comment = add(post, sam)
    comments.report(comment, tess, Worry.UNKIND, now=NOON)

    comments.ask(comment, ruth, "Could it go without the station?", now=NOON)
    changed = comments.edit(comment, "Without it.", now=NOON + DAY)
    comments.approve(changed, ruth, now=NOON + DAY)
    comments.remove(changed, ruth, Rule.CASES, "Still too near.", now=NOON + DAY)

    assert (changed.state, changed.held_for) == (CommentState.HELD, HeldFor.CHANGED)
    assert letters() == [
        ("comment_change", "sam@reader.example"),
        ("report_answered", "tess@reader.example"),
        ("words_shown", "sam@reader.example"),
        ("words_removed", "sam@reader.example"),
    ]
    removed = Mail.objects.get(template="words_removed")
    assert removed.subject == "Your comment on The card was removed"
    assert "The house rule is 2, Never share a real case." in removed.text
    assert "Still too near." in removed.text
    assert f"{comment.own_path}" in removed.text
    assert list(tess.reports.values_list("outcome", flat=True)) == [Outcome.KEPT]
    html = thread.read(post, NOON).html
    assert ">house rule 2, Never share a real case</a>." in html
    assert "Still too near" not in html


def test_whoever_is_answered_hears_of_it_if_they_want_to():
    post, sam, tess = PostFactory(), known("sam"), known("tess")
    top = add(post, sam)
    add(post, tess, "Unheard.", to=top)
    sam.mailed = ["replies"]
    sam.save(update_fields=["mailed"])
    add(post, sam, "To myself.", to=top)

    heard = add(post, tess, "Heard.", to=top)

    assert letters() == [("comment_answered", "sam@reader.example")]
    assert "Heard." in Mail.objects.get().text
    comments.remove(heard, person("ruth"), Rule.IDEAS, now=NOON)
    assert letters() == [("words_removed", "tess@reader.example")]


def test_a_removal_can_be_seen_differently_once_and_somebody_else_looks():
    sam, ruth, omar = known("sam"), person("ruth"), person("omar")
    comment = add(PostFactory(), sam)
    comments.remove(comment, ruth, Rule.IDEAS, now=NOON)
    comment.refresh_from_db()
    assert comment.said == "It goes against the person, not the idea."

    comments.appeal(comment, "It was meant of the idea.", now=NOON)
    with pytest.raises(NotAllowed, match="somebody else"):
        comments.approve(comment, ruth, now=NOON)
    comments.remove(comment, omar, Rule.IDEAS, "Still so.", now=NOON)
    with pytest.raises(Refused, match="asked already"):
        comments.appeal(comment, "Again.", now=NOON)

    subjects = [
        subject.partition(" was ")[2] or subject[-13:] for subject in Mail.objects.values_list("subject", flat=True)
    ]
    assert sorted(subjects) == ["removed", "stays removed"]
    comments.approve(comment, person("una"), now=NOON)
    comment.refresh_from_db()
    assert (comment.state, comment.rule, comment.said, comment.appeal) == (CommentState.SHOWN, None, "", "")


def test_nobody_decides_about_their_own():
    ruth = person("ruth", Role.MODERATOR)
    comment = add(PostFactory(), ruth)
    comments.remove(comment, person("omar"), Rule.IDEAS, now=NOON)

    with pytest.raises(NotAllowed, match="your own"):
        comments.approve(comment, ruth, now=NOON)


def test_the_words_of_what_was_removed_go_after_thirty_days():
    sam, ruth = known("sam"), person("ruth")
    old, asked = add(PostFactory(), sam), add(PostFactory(), sam, "Asked.")
    for comment in (old, asked):
        comments.remove(comment, ruth, Rule.CASES, now=NOON)
    comments.appeal(asked, "No.", now=NOON)

    assert comments.empty_old(NOON + 30 * DAY) == 0
    assert comments.empty_old(NOON + 30 * DAY + MINUTE) == 1

    old.refresh_from_db()
    assert (old.text, old.said, old.rule) == ("", "", Rule.CASES)
    roles.give(ruth, Role.MODERATOR, old.post.community, now=NOON)


def test_fifty_comments_are_read_by_one_query(django_assert_num_queries):
    post = PostFactory()
    tops = CommentFactory.create_batch(25, post=post)
    for top in tops:
        CommentFactory(post=post, parent=top)
    CommentFactory(post=post, state=CommentState.HELD, held_for="first", shown_at=None)

    with django_assert_num_queries(1):
        told = thread.read(post, NOON)

    assert (told.shown, told.html.count("<article")) == (50, 50)
