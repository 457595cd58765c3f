"""Markdown -> safe HTML."""

import pytest

from accounts import prose


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello **you**", "<p>Hello <strong>you</strong></p>\n"),
        ("## A head\n\n- one\n- two", "<h2>A head</h2>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"),
        (
            "[a link](https://one.example/?a=1&b=2)",
            '<p><a href="https://one.example/?a=1&amp;b=2" rel="nofollow ugc noopener">a link</a></p>\n',
        ),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("a <b onclick=x>bold</b> move", "<p>a &lt;b onclick=x&gt;bold&lt;/b&gt; move</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](data:text/html,boo)", "<p>[x](data:text/html,boo)</p>\n"),
        ("![a picture](https://one.example/p.png)", "<p></p>\n"),
        ("", ""),
    ],
)
def test_html_keeps_prose_and_nothing_else(text, expected):
    assert prose.html(text) == expected
