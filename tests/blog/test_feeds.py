"""The blog as feeds: whole, valid, and nothing that is not out."""

import feedparser
import pytest

from tests.factories.blog import OUT_AT, PictureFactory, PostFactory, WriterFactory

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"


def read(client, path):
    response = client.get(path)
    told = feedparser.parse(response.content, sanitize_html=False, resolve_relative_uris=False)
    assert (response.status_code, told.bozo) == (200, False)
    return told


@pytest.mark.parametrize("path", ["/blog/feed/", "/blog/feed/rss/"])
def test_entries_have_all_of_their_words(client, path):
    html = '<p>See <a href="/chats/" rel="noopener">the chats</a> &amp; more.</p>\n'
    html += '<p>Type href="/x", as <a href="//elsewhere.example/">they</a> do.</p>\n'
    post = PostFactory(
        title="Fish & <chips>", html=html, by=[WriterFactory(name="Ann")], tags=["rest"],
        hero=PictureFactory(key="a" * 32), hero_alt='A "card"',
    )  # fmt: skip

    (entry,) = read(client, path).entries

    assert (entry.title, entry.link) == ("Fish & <chips>", f"{SITE}{post.get_absolute_url()}")
    assert entry.id == f"urn:uuid:{post.uid}"
    assert entry.content[-1].value == (
        f'<p><img src="{SITE}/blog/pictures/{"a" * 32}-wide.webp" alt="A &quot;card&quot;"></p>\n'
        f'<p>See <a href="{SITE}/chats/" rel="noopener">the chats</a> &amp; more.</p>\n'
        '<p>Type href="/x", as <a href="//elsewhere.example/">they</a> do.</p>'  # without the end of its line
    )
    assert ([tag.term for tag in entry.tags], entry.author) == (["rest"], "Ann")
    assert entry.published_parsed[:5] == OUT_AT.timetuple()[:5]


@pytest.mark.parametrize("end", ["", "rss/"])
def test_a_word_has_its_own_feed(client, end):
    PostFactory(title="Rest", tags=["rest"])
    PostFactory(title="Other")

    told = read(client, f"/blog/tags/rest/feed/{end}")

    assert (told.feed.title, [each.title for each in told.entries]) == ("WeCops: posts about rest", ["Rest"])
    assert client.get(f"/blog/tags/none/feed/{end}").status_code == 404
    assert read(client, f"/blog/tags/academicpony/feed/{end}").entries == []
