"""Texts -> which are plainly no answer."""

import pytest

from chats.analysis.smalltalk import is_smalltalk


@pytest.mark.parametrize(
    "text",
    [
        "",
        "🙂",
        "@ann @bob !!! #WeCops",
        "Hello from the night shift #WeCops",
        "Hi! Nell here, custody nurse in Leeds.",
        "@ann Welcome, Ann!",
        "Welcome to #WeCops, everyone",
        "Welcome everybody",
        "good evening",
        "Goodnight all",
        "Evening all!",
        "Evening. Late, but here.",
        "Thank you @ann for a great hour",
        "Thanks, that helps",
        "See you in a fortnight",
        "That’s all folks. We will keep listening for a while",
        "Time to bounce, lovely people",
        "Sorry, gotta run! Will read it all tomorrow",
        "I have to leave early tonight",
        "haha",
        "#WeCops lol",
    ],
)
def test_is_smalltalk_knows_greetings_thanks_and_signs(text):
    assert is_smalltalk(text)


@pytest.mark.parametrize(
    "text",
    [
        "Tea",
        "https://t.example/x",
        "Night shifts are the hardest part",
        "Morning briefings, every time",
        "A good night's sleep",
        "Good night’s sleep",
        "Hi-vis jackets, always",
        "Welcome packs for new starters",
        "Thanks to my tutor, I stayed",
        "Thank you to my tutor, for all of it",
        "History teaches us that",
        "Having somebody to ask",
        "Time to go slow with new starters",
        "Must leave room for mistakes",
        "Hi all, late as ever, but my answer is that nobody ever told me how long a first night is, or how cold",
    ],
)
def test_is_smalltalk_leaves_answers(text):
    assert not is_smalltalk(text)


@pytest.mark.parametrize("text", ["welcome" + "! " * 50_000 + "x y", " " * 100_000 + "x", "hi " * 50_000])
def test_long_texts_are_read_in_good_time(text):
    assert not is_smalltalk(text)
