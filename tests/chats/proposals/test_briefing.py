"""What a chat says of itself, told from its proposal."""

import pytest
from django.template.loader import render_to_string

from chats.models import Chat, Proposal
from chats.proposals import briefing

ONE = "Shifts change in spring, and nobody asked."


@pytest.mark.parametrize(
    ("why", "summary"),
    [
        ("", ""),
        (ONE, ONE),
        (f"{ONE}\n\nWhy is that?", f"{ONE} Why is that?"),
        (" ".join([ONE] * 9), " ".join([ONE] * 4)),
        ("So " * 200, f"{('So ' * 100)[:299]}…"),
    ],
)
def test_the_summary_is_as_many_sentences_as_are_soon_read(why, summary):
    assert briefing.summary(Proposal(why=why)) == summary


@pytest.mark.parametrize(("why", "is_told"), [(ONE, False), (" ".join([ONE] * 9), True)])
def test_the_page_does_not_say_the_same_twice(why, is_told):
    offer = Proposal(why=why)

    said = render_to_string("chats/_why.html", {"offer": offer, "chat": Chat(summary=briefing.summary(offer))})

    assert ("Why now" in said) is is_told
