"""What templates are given to show: words, icons, faces, and the shape of the hour."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest
from django.template import engines

from chats.rendering.icons import ICONS
from chats.rendering.values import PersonValue

HOUR = timedelta(hours=1)
START = datetime(2026, 6, 18, 20, 0, tzinfo=UTC)
CHAT = SimpleNamespace(starts_at=START, ends_at=START.replace(hour=21), time_zone="Europe/London")
HOSTILE = '"><script>alert(1)</script>'


def show(source, **context):
    return engines["django"].from_string(f"{{% load chat_tags %}}{source}").render(context)


def drawn(source, **context):
    """The SVG as a tree; raises where it is not well-formed."""
    return ET.fromstring(show(source, **context))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{{ chat.starts_at|uk_time:chat.time_zone }}", "9 pm"),
        ("{{ chat.starts_at|uk_date:chat.time_zone }}", "Thursday 18 June 2026"),
        ("{{ chat|hours }}", "9 to 10 pm"),
        ("{{ chat.time_zone|zone_word }}", "UK time"),
        ("{{ chat.starts_at|zone_letters:chat.time_zone }}", "BST"),
        (
            "{% with t=chat.starts_at|tile:chat.time_zone %}{{ t.weekday }} {{ t.day }} {{ t.month }}{% endwith %}",
            "Thu 18 Jun",
        ),
        ("{% left chat.starts_at chat.ends_at as left %}{{ left.sentence }}", "1 hour and 0 minutes"),
        ("{% nearness chat.starts_at chat.ends_at chat.time_zone %}", "today"),
        ("{{ 1204|counted:'tweet,tweets' }}", "1,204 tweets"),
        ("{{ 796400|rounded }}", "about 800,000"),
        ("{{ 21480|thousands }}", "21,480"),
        (
            "{% for place, when in chat.starts_at|elsewhere %}{{ when }} {% endfor %}",
            "10 pm Thu 4 pm Thu 6 am Fri 8 am Fri ",
        ),
    ],
)
def test_words(source, words):
    assert show(source, chat=CHAT) == words


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_is_for_the_eye_only(name):
    icon = drawn("{% icon name %}", name=name)

    assert (icon.tag, icon.attrib["aria-hidden"], icon.attrib["viewBox"]) == ("svg", "true", "0 0 24 24")


def test_an_unknown_icon_is_a_mistake():
    with pytest.raises(KeyError):
        show('{% icon "unicorn" %}')


def test_the_logo_is_for_the_eye_only():
    assert drawn("{% logo %}").attrib["aria-hidden"] == "true"


def test_an_avatar_has_the_hue_of_the_account_whatever_it_is_called():
    faces = [
        show("{% avatar person %}", person=PersonValue("x", "7", *names)) for names in (("a", "Ann B"), ("c", "Cat D"))
    ]

    assert faces == [
        '<span class="av av-5" aria-hidden="true">AB</span>',
        '<span class="av av-5" aria-hidden="true">CD</span>',
    ]


@pytest.mark.parametrize(("size", "classes"), [("", "av av-5"), ("s", "av av-5 av--s"), ("l", "av av-5 av--l")])
def test_an_avatar_has_a_size(size, classes):
    face = drawn("{% avatar person size %}", person=PersonValue("x", "7", "ann", "Ann B"), size=size)

    assert face.attrib["class"] == classes


def test_an_avatar_of_the_community_has_its_colour():
    us = PersonValue("x", "7", "WeCops", "WeCops", is_community=True)
    host = SimpleNamespace(handle="wecops", name="WeCops")

    faces = [
        show("{% avatar us %}", us=us),
        show("{% avatar host community=community %}", host=host, community=SimpleNamespace(handle="WeCops")),
    ]

    assert faces == ['<span class="av av--us" aria-hidden="true">We</span>'] * 2


def test_an_avatar_of_somebody_without_a_name_takes_the_handle():
    assert drawn("{% avatar host %}", host=SimpleNamespace(handle="kit_ctrlroom", name="")).text == "ki"


def test_an_avatar_lets_nothing_out_of_a_name():
    assert drawn("{% avatar person %}", person=PersonValue("x", "7", "ann", HOSTILE)).text == "sc"


def test_the_small_hour_is_a_picture_with_a_sentence():
    svg = drawn("{% hour minutes questions %}", minutes=[1, 3], questions=[None, 1])

    assert (svg.attrib["role"], svg.attrib["aria-label"]) == ("img", "Tweets a minute, 3 in the busiest")
    assert [(group.attrib["class"], len(group)) for group in svg] == [("bar-b", 1), ("bar-a", 1)]
    assert svg[1][0].attrib == {"x": "50.0%", "y": "0.0", "width": "36.0%", "height": "36.0", "rx": "1"}


def test_the_large_hour_says_when_each_question_was_asked():
    asked = ((1, START.replace(minute=2)), (2, START.replace(minute=58)))

    svg = drawn(
        '{% hour minutes questions size="large" asked=asked starts_at=start ends_at=end zone="Europe/London" %}',
        minutes=[1] * 60, questions=[None] * 3 + [1] * 55 + [2] * 2, asked=asked, start=START, end=START + HOUR,
    )  # fmt: skip

    assert svg.attrib["class"] == "hour hour--l"
    assert [text.text for text in svg.iter("text")] == ["Q1", "9.02", "Q2", "9.58"]
    assert [group.attrib.get("text-anchor") for group in svg.findall("g[text]")] == [None, "end"]


def test_the_large_hour_without_moments_has_the_questions_alone():
    svg = drawn('{% hour minutes questions size="large" %}', minutes=[1, 1], questions=[None, 1])

    assert svg.attrib["class"] == "hour hour--l hour--untimed"
    assert [text.text for text in svg.iter("text")] == ["Q1"]


@pytest.mark.parametrize("size", ["mini", "large"])
def test_an_hour_of_silence_is_still_a_picture(size):
    svg = drawn("{% hour minutes questions size=size %}", minutes=[], questions=[], size=size)

    assert [*svg.iter("rect")] == []


def test_an_hour_lets_nothing_out_of_its_label():
    svg = drawn("{% hour minutes questions label=label %}", minutes=[1], questions=[1], label=HOSTILE)

    assert svg.attrib["aria-label"] == HOSTILE
