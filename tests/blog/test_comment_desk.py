"""Comments at the desk: what waits, two keys for a decision, and what the log keeps of it."""

import re

import pytest
from django.test import override_settings
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.roles import Role
from blog import comments
from blog.models import Comment, CommentState, HeldFor, Rule
from chats.lifecycle import NotAllowed
from tests.factories.blog import OUT_AT, CommentFactory, PostFactory
from tests.factories.people import neighbour, person

pytestmark = pytest.mark.django_db
LIST = "/desk/blog/comment/"


@pytest.fixture(autouse=True)
def _no_second_step():
    with override_settings(TEAM_SECOND_STEP=False):
        yield


@pytest.fixture
def ruth(client):
    user = person("ruth", Role.MODERATOR)
    client.force_login(user)
    return user


def held(**fields):
    return CommentFactory(state=CommentState.HELD, held_for=HeldFor.FIRST, shown_at=None, **fields)


def shown(client, comment):
    """What the list says of the words that it shows."""
    return re.search(rf'name="read-{comment.pk}" value="(\w+)"', client.get(f"{LIST}?state=all").text)[1]


def press(client, comment, **data):
    data = {f"read-{comment.pk}": shown(client, comment), **data}
    return client.post(f"{LIST}{comment.pk}/press/", data, follow=True)


def test_what_waits_stands_there_the_most_urgent_first(client, ruth, django_assert_max_num_queries):
    held(html="<p>An old one</p>")
    reported = CommentFactory(html="<p>Somebody in need</p>")
    comments.report(reported, person("tess"), "welfare", now=OUT_AT)
    CommentFactory(html="<p>All is well</p>")
    CommentFactory(html="", text="", state=CommentState.WITHDRAWN)

    with django_assert_max_num_queries(12):
        page = client.get(LIST).text
    start = client.get("/desk/").text

    assert page.index("Somebody in need") < page.index("An old one")
    assert "All is well" not in page
    assert "Reported: I am worried about the person who wrote it" in page
    assert "two-keys" in page
    assert "2 comments wait for a volunteer" in start
    assert "All is well" in client.get(f"{LIST}?state=all").text


def test_approving_and_hiding_stand_in_the_log_without_words(client, ruth):
    good, bad = held(text="Good words"), held(text="Bad words")

    press(client, good, order="approve")
    unsaid = press(client, bad, order="hide")
    told = press(client, bad, **{"order": "hide", f"rule-{bad.pk}": "2", f"said-{bad.pk}": "It names a place."})

    assert list(Comment.objects.order_by("pk").values_list("state", "rule")) == [("shown", None), ("removed", 2)]
    assert "Say which house rule it goes against." in unsaid.text
    assert "It is removed, and its writer knows why." in told.text
    entries = AuditEntry.objects.order_by("pk").values_list("verb", "after__state", "after__rule", "within_model")
    assert list(entries) == [
        ("approves", "shown", None, "blog.post"),
        ("removes", "removed", 2, "blog.post"),
    ]
    kept = str(list(AuditEntry.objects.values()))
    assert "words" not in kept
    assert "names a place" not in kept


def test_the_last_rule_is_chosen_beforehand_and_a_list_stays_narrowed(client, ruth):
    first = held()
    held()
    at = f"{LIST}{first.pk}/press/?_changelist_filters=state%3Dheld"

    told = {"order": "hide", f"rule-{first.pk}": "3", f"read-{first.pk}": shown(client, first)}
    answer = client.post(at, told)

    assert answer["Location"] == f"{LIST}?state=held#result_list"
    assert '<option value="3" selected>' in client.get(LIST).text


def test_a_change_is_asked_for(client, ruth):
    comment = held()

    press(client, comment, **{"order": "ask", f"said-{comment.pk}": "Without the station, please."})

    comment.refresh_from_db()
    assert (comment.state, comment.said) == (CommentState.CHANGE, "Without the station, please.")


def test_nobody_approves_words_that_were_not_on_the_screen(client, ruth):
    comment = held(text="I tried it.", sent_at=timezone.now())
    read = shown(client, comment)
    comments.edit(comment, "Buy at our shop.", now=timezone.now())

    told = [press(client, comment, **{"order": "approve", f"read-{comment.pk}": each}).text for each in (read, "")]
    stored = Comment.objects.get()

    assert [comments.CHANGED in each for each in told] == [True, True]
    assert stored.state == CommentState.HELD
    with pytest.raises(NotAllowed, match="changed it meanwhile"):
        comments.approve(comment, ruth, now=timezone.now())
    press(client, stored, order="approve")
    assert Comment.objects.get().state == CommentState.SHOWN


def test_who_removed_it_does_not_look_again(client, ruth):
    comment = CommentFactory()
    comments.remove(comment, ruth, Rule.IDEAS, now=OUT_AT)
    comments.appeal(comment, "I <see> it differently", now=OUT_AT)

    told = press(client, comment, order="approve")

    assert "You removed it, so somebody else looks again." in told.text
    assert "I &lt;see&gt; it differently" in told.text


def test_an_editor_looks_and_another_community_has_its_own(client):
    comment = held(html="<p>Ours</p>")
    theirs = held(html="<p>Theirs</p>", post=PostFactory(community=neighbour()))
    client.force_login(person("ed", Role.EDITOR))

    page = client.get(LIST).text

    assert "Ours" in page
    assert "Theirs" not in page
    assert "data-decide" not in page
    assert client.post(f"{LIST}{comment.pk}/press/", {"order": "approve"}).status_code == 403
    client.force_login(person("ruth", Role.MODERATOR))
    assert client.post(f"{LIST}{theirs.pk}/press/", {"order": "approve"}).status_code == 404
    assert set(Comment.objects.values_list("state", flat=True)) == {"held"}
