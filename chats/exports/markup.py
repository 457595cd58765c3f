"""A transcript by part -> transcript.html: one file without style, script or anything to fetch, for keeping.

Every tweet has the anchor that it has on the portal's own pages.
"""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString

from chats.exports.parts import LEFT_OUT, Entry, Part
from chats.rendering import text
from chats.rendering.lines import REMOVED_BY

HEAD = """\
<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{}: a copy for keeping, {}</title>
<link rel="canonical" href="{}transcript.html">
</head>
<body>
<main id="main">
<h1>{}</h1>
"""
FOOT = "</main>\n</body>\n</html>\n"
SECTION = '<section aria-labelledby="{0}">\n<h2 id="{0}"><bdi>{1}</bdi></h2>\n'
ASKED = '<p id="t{}">Asked at <a href="{}">{}</a>{}</p>\n'
ITEM = '<li id="t{0}"><p>#{0} <a href="{1}"><time datetime="{2}">{3}</time></a> {4}{5}</p>{6}{7}'
PARENT = ', reply to <a href="#t{0}">#{0}</a>'
WHO = "<b><bdi>{}</bdi></b> <bdi>@{}</bdi>"
WORDS = '<p><bdi dir="auto">{}</bdi></p>'
AGAIN = '<p>Retweeted: <span id="t{0}">#{0} <a href="{1}">{2}</a> {3}</span></p>'
GONE = '<li id="t{}"><p>A tweet was here. {}</p>'


def page(title: str, name: str, heading: tuple[str, ...], parts: Iterable[Part], *, is_whole: bool) -> bytes:
    """``name`` is the community's; the last of ``heading`` is the chat's address."""
    *said, address = heading
    written: list[str] = [format_html(HEAD, title, name, address, title)]
    written += [f"<p>{text.escape(each)}</p>\n" for each in (said if is_whole else [*said, LEFT_OUT])]
    # A browser may break the line behind every slash: without a style sheet it would run out of a phone.
    shown = SafeString(text.escape(address).replace("/", "/<wbr>"))
    written.append(format_html('<p><a href="{}">{}</a></p>\n', address, shown))
    for place, part in enumerate(parts, 1):
        written.append(format_html(SECTION, f"part-{place}", part.title))
        if part.asked:
            told = part.asked.told
            by = f" by {_who(part.asked)}" if told["author"] else ""
            written.append(ASKED.format(told["number"], text.escape(text.address(told["url"])), part.asked.time, by))
        written += [*_nested(part.entries), "</section>\n"]
    return "".join([*written, FOOT]).encode()


def _nested(entries: Sequence[Entry]) -> Iterator[str]:
    """List items, the replies to each in a list inside it."""
    open_ = 0
    for entry in entries:
        depth = min(entry.depth, open_)
        yield "<ul>\n" if depth == open_ else "</li>\n" + "</ul>\n</li>\n" * (open_ - depth - 1)
        yield _item(entry)
        open_ = depth + 1
    yield "</li>\n</ul>\n" * open_


def _item(entry: Entry) -> str:
    told = entry.told
    if "removed" in told:
        return GONE.format(told["number"], REMOVED_BY[told["removed"]])
    return ITEM.format(
        told["number"],
        text.escape(text.address(told["url"])),
        told["created_at"],
        entry.time,
        _who(entry),
        PARENT.format(told["in_reply_to"]) if told["in_reply_to"] else "",
        WORDS.format(text.escape(told["text"]).replace("\n", "<br>")) if told["text"] else "",
        "".join(map(_again, entry.again)),
    )


def _again(entry: Entry) -> str:
    told = entry.told
    return AGAIN.format(told["number"], text.escape(text.address(told["url"])), entry.time, _who(entry))


def _who(entry: Entry) -> SafeString | str:
    """Whoever wrote it; else what kind of tweet it is, a word of ours."""
    author = entry.told["author"]
    if author is None:
        return entry.told["kind"]
    return format_html(WHO, text.name(author["name"], author["handle"]), author["handle"])
