"""What people write -> safe HTML.  Markdown without raw HTML, and a sanitiser behind it as the second lock."""

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong", "table", "tbody",
    "td", "th", "thead", "tr", "ul",
}  # fmt: skip

_markdown = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")


def html(text: str) -> SafeString:
    """CommonMark with tables -> HTML of ``TAGS`` only; links leave with ``rel="nofollow ugc noopener"``."""
    clean = nh3.clean(
        _markdown.render(text),
        tags=TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener",
    )
    return SafeString(clean)
