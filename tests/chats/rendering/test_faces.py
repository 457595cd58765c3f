"""Initials and hues."""

import pytest

from chats.rendering import faces


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Moira Tollan", "MT"),
        ("Dr Moira van der Tollan", "MT"),
        ("PC priya ferrow", "PF"),
        ("Dr", "Dr"),
        ("WeCops", "We"),
        ("ines_carvoal", "in"),
        ("E\u0301lodie I\u0302le", "ÉÎ"),
        ("李 小龍", "李小"),
        ("👮 Kit 🚓", "Ki"),
        ("(Sunil) [Wenlock]", "SW"),
        ("<script>", "sc"),
        ("👮", ""),
        ("", ""),
    ],
)
def test_initials_are_the_letters_of_a_name(name, initials):
    assert faces.initials(name) == initials


def test_hue_belongs_to_the_account_for_ever():
    """Another way to choose would recolour everybody in pages that are stored already."""
    assert [faces.hue("x", str(number)) for number in range(1, 9)] == [2, 4, 6, 7, 1, 3, 5, 6]


def test_hues_are_all_used():
    assert {faces.hue("x", str(number)) for number in range(200)} == set(range(1, 9))
