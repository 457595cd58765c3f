"""Members' pieces that were decided about: their writer knows what and why, and what is taken back leaves no word."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry, Mail
from accounts.models.mail import Status
from accounts.roles import Role
from blog import comments, publishing
from blog.models import Contribution, PostStatus, Rule, Standing
from chats.lifecycle import NotAllowed
from tests.factories.blog import OUT_AT, CommentFactory, ContributionFactory
from tests.factories.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_key")]

NOON = OUT_AT + timedelta(days=1)
DAY = timedelta(days=1)
LIST = "/desk/blog/contribution/"


def reached(name):
    """Somebody with an address."""
    return person(name, email=f"{name}@reader.example", email_confirmed_at=OUT_AT)


@pytest.fixture
def piece():
    return ContributionFactory(user=reached("sam"), standing=Standing.HELD, post__slug="many", post__title="All of us")


def letters():
    return list(Mail.objects.order_by("pk").values_list("template", "to"))


def test_its_writer_is_told_what_was_decided_and_why(client, piece):
    ruth = person("ruth")

    for _ in range(2):
        publishing.show(piece, ruth, now=NOON)
    hidden = publishing.hide(piece, ruth, Rule.CASES, "Still too near: <b>.", now=NOON)
    client.force_login(piece.user)
    pages = [client.get(path).text for path in (piece.own_path, "/me/")]
    publishing.show(piece, ruth, now=NOON)

    assert letters() == [(f"words_{what}", "sam@reader.example") for what in ("shown", "removed", "shown")]
    shown, removed, _ = Mail.objects.order_by("pk")
    assert (shown.subject, removed.subject) == (
        "Your piece on All of us is there",
        "Your piece on All of us was removed",
    )
    for said in ("The house rule is 2, Never share a real case.", "Still too near: <b>.", piece.own_path, "/contact/"):
        assert said in removed.text
    assert f"{piece.get_absolute_url()}\n" in shown.text
    assert (hidden.standing, hidden.rule, hidden.decided_at) == (Standing.HIDDEN, 2, NOON)
    assert "house rule 2, Never share a real case</a>. They wrote: “Still too near: &lt;b&gt;.”" in pages[0]
    assert "<b>Your piece was removed</b>" in pages[0]
    assert (">Removed</span>" in pages[1], f'href="{piece.own_path}"' in pages[1]) == (True, True)
    piece.refresh_from_db()
    assert (piece.standing, piece.rule, piece.said) == (Standing.SHOWN, None, "")


def test_what_makes_no_sense_is_refused(piece):
    mo = person("mo", Role.MODERATOR)
    own, gone = ContributionFactory(user=mo), ContributionFactory()
    publishing.withdraw(Contribution.objects.get(pk=gone.pk), now=NOON)

    for asked, reason in (
        (lambda: publishing.hide(piece, mo, 0, "Why.", now=NOON), "which house rule"),
        (lambda: publishing.hide(piece, mo, Rule.CASES, "x" * 1001, now=NOON), "1 characters too long"),
        (lambda: publishing.show(own, mo, now=NOON), "your own"),
        (lambda: publishing.show(gone, mo, now=NOON), "taken it back"),
    ):
        with pytest.raises(NotAllowed, match=reason):
            asked()
    assert (letters(), set(Contribution.objects.values_list("rule", flat=True))) == ([], {None})


def test_the_tables_refuse_a_reason_for_what_is_shown_and_no_words_of_it(piece):
    for wrong in ({"rule": Rule.CASES}, {"said": "Why."}, {"text": ""}, {"text": "", "html": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Contribution.objects.filter(pk=piece.pk).update(**wrong)


def test_the_words_of_what_was_hidden_go_after_thirty_days(client, piece):
    mo = person("mo", Role.MODERATOR)
    publishing.hide(piece, mo, Rule.CASES, now=NOON)

    emptied = [publishing.empty_hidden(NOON + after) for after in (30 * DAY, 31 * DAY, 31 * DAY)]

    piece.refresh_from_db()
    assert (emptied, piece.text, piece.html, piece.said, piece.rule) == ([0, 1, 0], "", "", "", Rule.CASES)
    with pytest.raises(NotAllowed, match="words are gone"):
        publishing.show(piece, mo, now=NOON)
    client.force_login(piece.user)
    assert "Your words are gone." in client.get(piece.own_path).text
    client.force_login(mo)
    assert "Its words are gone." in client.get(f"{LIST}?state=all").text


@pytest.mark.parametrize("ends", ["taken back", "account deleted"])
def test_what_is_taken_back_leaves_no_word_in_letters_either(piece, ends, django_capture_on_commit_callbacks):
    """A letter that left before the post was renamed, one that failed, one that waits; and others keep theirs."""
    ruth, sam, post = person("ruth"), piece.user, piece.post
    others = [ContributionFactory(pk=int(f"{piece.pk}0"), post=post, user=sam)]
    others.append(ContributionFactory(post=post, user=reached("tess")))
    for status in (Status.SENT, Status.FAILED, Status.WAITING):
        publishing.hide(piece, ruth, Rule.CASES, "You wrote: secret.", now=NOON)
        known = {"sent_at": NOON} if status == Status.SENT else {"error_code": "refused"}
        if status != Status.WAITING:
            Mail.objects.filter(status=Status.WAITING).update(status=status, next_due_at=None, **known)
            publishing.rename(post, f"many-{status}")
    for other in others:
        publishing.hide(other, ruth, Rule.CASES, "Another secret.", now=NOON)

    if ends == "taken back":
        publishing.withdraw(Contribution.objects.get(pk=piece.pk), now=NOON)
    else:
        sam.delete()

    kept = [text for text in Mail.objects.values_list("text", flat=True) if text]
    assert ["secret" in text for text in kept] == [True] * (2 if ends == "taken back" else 1)
    assert sum("You wrote" in text for text in kept) == 0
    assert Mail.objects.filter(emptied_at=None).count() == len(kept)
    assert Contribution.objects.count() == len(kept)


def test_a_comment_that_is_taken_back_leaves_no_word_in_letters_either():
    sam, tess = reached("sam"), reached("tess")
    sam.mailed = ["replies"]
    sam.save(update_fields=["mailed"])
    first = CommentFactory(author=tess)  # they are known from now on
    top = CommentFactory(author=sam, post=first.post, number=1)
    replies = [comments.add(top.post, tess, f"Secret {each}.", now=NOON, to=top) for each in range(2)]
    Mail.objects.filter(text__contains="Secret 0").update(status=Status.SENT, next_due_at=None, sent_at=NOON)

    comments.withdraw(replies[0], now=NOON)

    assert list(Mail.objects.order_by("pk").values_list("status", "text")[:1]) == [(Status.SENT, "")]
    assert "Secret 1" in Mail.objects.latest("pk").text
    comments.withdraw(replies[1], now=NOON)
    assert list(Mail.objects.values_list("text", flat=True)) == [""]


def test_its_page_is_its_writers_also_while_the_post_is_taken_down(client, piece):
    publishing.unpublish(piece.post, now=NOON)
    path, sam = piece.own_path.partition("#")[0], piece.user

    assert client.get(path).headers["Location"] == f"/accounts/login/?next={path}"
    client.force_login(person("tess"))
    assert client.get(path).status_code == 404
    client.force_login(sam)
    assert f'id="piece-{piece.pk}"' in client.get(path).text
    assert client.post(path, {"take_back": piece.pk}).headers["Location"] == "/me/"
    assert (Contribution.objects.count(), piece.post.status) == (0, PostStatus.UNPUBLISHED)


def test_a_volunteer_decides_with_a_button_and_gives_the_reason(client, piece, django_assert_max_num_queries):
    client.force_login(person("mo", Role.MODERATOR))
    other = ContributionFactory(post=piece.post, text="Out already.", html="<p>Out already.</p>")
    with django_assert_max_num_queries(12):
        listed = client.get(LIST).text
    read = re.search(rf'name="read-{piece.pk}" value="(\w+)"', listed)[1]

    def press(order, **more):
        told = {"order": order, f"read-{piece.pk}": read, **{f"{name}-{piece.pk}": said for name, said in more.items()}}
        return client.post(f"{LIST}{piece.pk}/press/", told, follow=True).text

    unread = press("approve", read="")
    unsaid, hidden = press("hide"), press("hide", rule="4", said="Kinder, please.")
    every = client.get(f"{LIST}?state=all").text
    shown = press("approve")

    assert ("two-keys" in listed, "Out already." in listed, 'value="ask"' in listed) == (True, False, False)
    assert (comments.CHANGED in unread, "Say which house rule it goes against." in unsaid) == (True, True)
    assert "It is removed, and its writer knows why." in hidden
    assert "House rule 4, Disagree with the idea. Kinder, please." in every
    assert ("Out already." in every, "Everybody can read it." in shown) == (True, True)
    assert list(Contribution.objects.order_by("pk")) == [piece, other]
    entries = AuditEntry.objects.order_by("pk").values_list("verb", "after__standing", "after__rule", "unsaid")
    assert list(entries) == [("hides", "hidden", 4, ["said"]), ("shows", "shown", None, ["said"])]
