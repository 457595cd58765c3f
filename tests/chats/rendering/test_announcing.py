"""What others are told of a chat: it fits a tweet, opens with its words ready, and holds nothing but its words."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from chats.analysis import lengths
from chats.models import ChatHost, Status
from chats.rendering import announcing
from tests.factories.chats import ChatFactory

pytestmark = pytest.mark.django_db

NASTY = 'Cells; "calm" & <b>not</b>?\r\nX-EVIL: 1 \u202eevil #100%'
SUMMER = datetime(2026, 7, 1, 20, tzinfo=UTC)


def test_invitation_says_what_when_under_which_hashtag_and_where(chat):
    assert announcing.invitation(chat) == (
        "First night\nWednesday 18 November 2026, 9 to 10 pm UK time #WeCops\n"
        "http://127.0.0.1:8000/chats/2026/11/18/first-night/"
    )


@pytest.mark.parametrize("title", ["Once upon a time " * 9, "W" * 160, "話" * 160, "Short"])
def test_invitation_fits_a_tweet_whatever_the_title(title):
    chat = ChatFactory(
        title=title.strip(), hashtags=["W" * 60], time_zone="America/Argentina/ComodRivadavia", slug="s" * 80
    )

    text = announcing.invitation(chat)

    assert lengths.counted(text) <= 280
    assert text.splitlines()[0].removesuffix("…") in title


def test_shares_open_with_the_same_words(chat):
    chat.title = NASTY
    text = announcing.invitation(chat)

    opened = [parse_qs(urlsplit(share.address).query) for share in announcing.shares(chat)]

    assert text.startswith('Cells; "calm" & <b>not</b>? X-EVIL: 1 evil #100%\n')
    assert opened[:2] == [{"text": [text]}] * 2
    assert opened[2] == {"subject": ['Cells; "calm" & <b>not</b>? X-EVIL: 1 evil #100%'], "body": [text]}


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status.SCHEDULED, "https://schema.org/EventScheduled"),
        (Status.MOVED, "https://schema.org/EventRescheduled"),
        (Status.CANCELLED, "https://schema.org/EventCancelled"),
    ],
)
def test_event_tells_machines_when_it_is_and_whether(status, said):
    chat = ChatFactory(
        slug="cells", starts_at=SUMMER, ends_at=SUMMER + timedelta(hours=1), status=status, status_reason="Ill."
    )
    ChatHost.objects.create(chat=chat, handle="nell", name="Nell Harrow")

    event = announcing.event(chat)

    assert (event["startDate"], event["endDate"]) == ("2026-07-01T21:00+01:00", "2026-07-01T22:00+01:00")
    assert (event["eventStatus"], event["performer"]) == (said, [{"@type": "Person", "name": "Nell Harrow"}])
    assert event["url"] == "http://127.0.0.1:8000/chats/2026/07/01/cells/"
