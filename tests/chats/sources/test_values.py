import pytest

from chats.sources.files.values import (
    Unusable,
    count,
    known_id,
    line_of_text,
    mapping,
    mappings,
    plain,
    quoted,
    required_handle,
    required_id,
    string,
)

LARGEST = str(2**63 - 1)
NO_STRINGS = [None, 5, 1.5, True, [], {}, ["x"]]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ""),
        ("plain", "plain"),
        ("a\0b", "ab"),
        ("é\0\ud800b\udfff", "éb"),
        ("\ud83d\udc42", ""),
        ("👂\ufeff\u202e\n\x01", "👂\ufeff\u202e\n\x01"),
        *((value, "") for value in NO_STRINGS),
    ],
)
def test_string_can_be_stored(value, expected):
    assert string(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("&quot;&#39;", "\"'"),
        ("&amp;lt; &amp;amp;", "&lt; &amp;"),
        ("&copy &copy; &nbsp; &#60; &AMP; &amp &;", "&copy &copy; &nbsp; &#60; &AMP; &amp &;"),
        ("\0&am\0p;", "&"),
        (None, ""),
    ],
)
def test_plain_undoes_the_escapes_of_x_once(value, expected):
    assert plain(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(" a \n\tb\u2028c\xa0", "a b c"), ("\0", ""), *((value, "") for value in NO_STRINGS)]
)
def test_line_of_text_has_no_breaks(value, expected):
    assert line_of_text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, 0),
        (5, 5),
        ("5", 5),
        (10**12 - 1, 10**12 - 1),
        ("9" * 12, 10**12 - 1),
        *((value, None) for value in (-1, 10**12, "9" * 13, "9" * 5_000, "", "-1", "+1", " 1", "1.0", "٣", "²")),
        *((value, None) for value in (None, True, False, 5.0, float("inf"), [], {}, [5])),
    ],
)
def test_count_is_a_number_of_things(value, expected):
    assert count(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12", "12"),
        (12, "12"),
        (LARGEST, LARGEST),
        (int(LARGEST), LARGEST),
        *(
            (value, "")
            for value in (str(2**63), 2**63, -1, "-1", "", "1.2E+18", "12 ", "12\n", "٣", "1" * 20, "1" * 5_000)
        ),
        *((value, "") for value in (None, True, 12.0, float("nan"), [], {}, ["12"])),
    ],
)
def test_known_id_is_one_that_can_be(value, expected):
    assert known_id(value) == expected


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "There is no id"),
        ("", "There is no id"),
        ("1.2E+18", "The id '1.2E+18' is not a number"),
        (True, "The id 'True' is not a number"),
        (1.5, "The id '1.5' is not a number"),
        ({"id": 5}, "The id (an object or a list) is not a number"),
        ("9" * 19, f"The id '{'9' * 19}' is too large or too small to be one"),
        ("9" * 5_000, f"The id '{'9' * 40}…' is too large or too small to be one"),
        (10**4_000, "The id (a very large number) is too large or too small to be one"),
        (-(10**4_000), "The id (a very large number) is too large or too small to be one"),
        (-5, "The id '-5' is too large or too small to be one"),
    ],
)
def test_required_id_says_why_there_is_none(value, reason):
    with pytest.raises(Unusable) as raised:
        required_id(value)

    assert str(raised.value) == reason


def test_required_id_names_whose_it_is():
    with pytest.raises(Unusable, match="There is no author's id"):
        required_id(None, of="author's id")


@pytest.mark.parametrize("value", ["nell", "Nell_99", "_", "9", "a" * 50])
def test_required_handle_is_given_back(value):
    assert required_handle(value) == value


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        *((value, "There is no author") for value in (None, "", 0, [], {})),
        ("@nell", "The author's handle '@nell' is not one"),
        ("nell\n", "The author's handle 'nell' is not one"),
        ("näll", "The author's handle 'näll' is not one"),
        ("a/../b", "The author's handle 'a/../b' is not one"),
        ("a" * 51, f"The author's handle '{'a' * 40}…' is not one"),
        (5, "The author's handle '5' is not one"),
        (["nell"], "The author's handle (an object or a list) is not one"),
    ],
)
def test_required_handle_says_why_there_is_none(value, reason):
    with pytest.raises(Unusable) as raised:
        required_handle(value)

    assert str(raised.value) == reason


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("short", "'short'"),
        ("x" * 40, f"'{'x' * 40}'"),
        ("x" * 41, f"'{'x' * 40}…'"),
        ("a\0\ud800\n b", "'a b'"),
        (10**30, "(a very large number)"),
        ([1], "(an object or a list)"),
        (None, "'None'"),
    ],
)
def test_quoted_fits_a_sentence(value, expected):
    assert quoted(value) == expected


@pytest.mark.parametrize("value", [None, 5, "x", True])
def test_no_object_is_an_empty_one(value):
    assert (mapping(value), mapping([value]), mappings(value), mappings([value])) == ({}, {}, [], [])


def test_objects_are_taken_from_among_others():
    assert (mapping({"a": 1}), mappings([None, {"a": 1}, "x", [{}]])) == ({"a": 1}, [{"a": 1}])
