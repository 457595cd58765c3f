"""The picture of a chat: of the right size, the same for the same words, with nothing beyond its edges."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops

from chats.models import ChatHost, Status
from chats.rendering import card
from tests.factories.chats import ChatFactory

pytestmark = pytest.mark.django_db

TITLES = [
    "Short",
    "The first hour: when someone goes missing",
    "W" * 160,
    "Mental health, sleep and the " * 5,
    "\u202e \x07",
]


def opened(drawn):
    return Image.open(BytesIO(drawn)).convert("RGB")


@pytest.mark.parametrize("title", TITLES)
def test_draw_keeps_its_edges_free_whatever_the_title(title):
    chat = ChatFactory(title=title, hashtags=["WeCopsAndEverybodyElse"])
    for number in range(5):
        ChatHost.objects.create(chat=chat, handle=f"h{number}", name=f"Bartholomew Featherstonehaugh {number}")

    drawn = card.draw(card.of(chat))

    picture = opened(drawn)
    ground = Image.new("RGB", picture.size, picture.getpixel((2, 300)))
    left, _, right, bottom = ImageChops.difference(picture, ground).crop((0, 24, 1200, 630)).getbbox()
    assert (picture.size, len(drawn) < 60_000) == ((1200, 630), True)
    assert (left >= 60, right <= 1200 - 60, bottom + 24 <= 630 - 30) == (True, True, True)


def test_cards_are_the_same_while_their_words_are(chat):
    same, before = card.of(chat), card.of(chat)
    chat.title = "Another night"
    after = card.of(chat)

    assert (same, same.etag, card.draw(same)) == (before, before.etag, card.draw(before))
    assert after.etag != before.etag
    assert card.draw(after) != card.draw(before)


def test_a_cancelled_chat_is_not_announced(chat):
    said = card.of(chat).when
    chat.status = Status.CANCELLED

    assert (said, card.of(chat).when) == ("Wednesday 18 November 2026, 9 pm UK", "Cancelled")


def test_a_card_shows_no_empty_boxes(chat):
    chat.title = "Nights \U0001f469\u200d\U0001f692 with Łukasz, Şule and José"
    ChatHost.objects.create(chat=chat, handle="ola", name="Ola \U0001f43e")
    ChatHost.objects.create(chat=chat, handle="noor", name="\u05d0\u05d1", position=1)

    told = card.of(chat)

    assert told.title == "Nights with Lukasz, Sule and José"
    assert told.hosts == (("Ola", "ola"), ("noor", "noor"))
