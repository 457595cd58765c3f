"""What people decide about tweets -> what readers see."""

import pytest

from accounts import leases
from chats import archive, moderation
from chats.models import Build, Tweet, Withheld
from tests.factories.records import seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def spam(chat, build):
    """A tweet among others, published."""
    build(chat, seen(1, "Cheap watches https://sell.example"), seen(2, "What helps you sleep?"))
    Build.objects.update(next_due_at=None)
    return Tweet.objects.get(network_id="1")


def shown(chat):
    (claim,) = archive.claim_due()
    transcript = archive.build(claim, leases.clock())
    return {line.tweet.network_id for line in transcript.lines.select_related("tweet")}


def test_what_is_held_back_is_gone_with_the_next_build_and_back_when_it_is_cleared(chat, spam):
    assert moderation.hold_back([spam.pk]) == 1
    assert shown(chat) == {"2"}

    assert moderation.clear([spam.pk]) == 1
    assert shown(chat) == {"1", "2"}
    spam.refresh_from_db()
    assert spam.judged_at is not None


def test_holding_back_again_forgets_that_it_was_cleared(spam):
    for decide in (moderation.hold_back, moderation.clear, moderation.hold_back):
        decide([spam.pk])

    spam.refresh_from_db()
    assert (spam.withheld, spam.judged_at is None) == (Withheld.QUARANTINED, False)


def test_what_its_author_removed_is_neither_shown_nor_called_spam(spam):
    Tweet.objects.filter(pk=spam.pk).update(withheld="author", text="", url="", hashtags=[], spans=[])

    assert (moderation.clear([spam.pk]), moderation.hold_back([spam.pk])) == (0, 0)
    assert Build.objects.get().next_due_at is None
