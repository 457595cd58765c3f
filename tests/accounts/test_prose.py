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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Alone.", [("", "", "<p>Alone.</p>\n")]),
        ("## First\n\nOne.\n\n### Below\n\n## Second", [
            ("first", "First", "<p>One.</p>\n<h3>Below</h3>\n"), ("second", "Second", ""),
        ]),
        ("> ## Quoted\n\n## ?\n\n## ?", [
            ("", "", "<blockquote>\n<h2>Quoted</h2>\n</blockquote>\n"), ("part", "?", ""), ("part-2", "?", ""),
        ]),
        ("See [it].\n\n## *One* `two`\n\n[it]\n\n[it]: /there/", [
            ("", "", '<p>See <a href="/there/" rel="noopener">it</a>.</p>\n'),
            ("one-two", "One two", '<p><a href="/there/" rel="noopener">it</a></p>\n'),
        ]),
    ],
)  # fmt: skip
def test_parts_are_cut_at_headings_that_are_places(text, expected):
    assert prose.parts(text) == expected


LINK = '<a href="{0}" rel="nofollow ugc noopener">{1}</a>'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# No *head*\nand a line", "<p># No <em>head</em><br>\nand a line</p>\n"),
        ("a\n---\n| b |\n|---|", "<p>a<br>\n---<br>\n| b |<br>\n|---|</p>\n"),
        (
            "See https://one.example/a_b?c=1&d=2.",
            f"<p>See {LINK.format(*2 * ['https://one.example/a_b?c=1&amp;d=2'])}.</p>\n",
        ),
        ("(https://one.example/)", f"<p>({LINK.format(*2 * ['https://one.example/'])})</p>\n"),
        ("<https://one.example>", f"<p>{LINK.format(*2 * ['https://one.example'])}</p>\n"),
        ("[https://a.example](https://b.example)", f"<p>{LINK.format('https://b.example', 'https://a.example')}</p>\n"),
        ("`https://one.example`", "<p><code>https://one.example</code></p>\n"),
        ("[m](mailto:a@one.example)", '<p><a rel="nofollow ugc noopener">m</a></p>\n'),
        (
            "![a picture](https://one.example/p.png)",
            f"<p>!{LINK.format('https://one.example/p.png', 'a picture')}</p>\n",
        ),
        ("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>\n"),
        ("https://", "<p>https://</p>\n"),
    ],
)
def test_a_remark_has_no_headings_and_its_addresses_are_links(text, expected):
    assert prose.remark(text) == expected
