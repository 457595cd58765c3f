"""A site with a feed that tells what is new by ETag and date, dies, comes back, or says what no feed should."""

from email.utils import format_datetime

from tests.simulators.loopback import Said

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>{title}</title><id>{id}</id><updated>2026-11-01T09:00:00Z</updated>
{entries}</feed>"""
ENTRY = '<entry><title type="{type}">{title}</title><link href="{link}"/><id>{link}</id><updated>{at}</updated></entry>'
PATH = "/feed.xml"


class FeedSite:
    """``entries`` are (title, link, when as in Atom); ``status`` other than 200 is answered instead of them."""

    def __init__(self, entries=(), title="Elsewhere"):
        self.entries = list(entries)
        self.title = title
        self.status = 200
        self.body = None
        self.moved_to = ""
        self.changed_at = None

    def answer(self, asked):
        if self.moved_to:
            return Said(b"", 302, {"Location": self.moved_to})
        if self.status != 200:
            return Said(b"<h1>Sorry</h1>", self.status, {"Content-Type": "text/html"})
        body = self.body if self.body is not None else self.atom().encode()
        marks = {"ETag": f'"{hash(body)}"'}
        if self.changed_at:
            marks["Last-Modified"] = format_datetime(self.changed_at, usegmt=True)
        if asked.headers.get("If-None-Match") == marks["ETag"]:
            return Said(b"", 304, marks)
        return Said(body, 200, {"Content-Type": "application/atom+xml", **marks})

    def atom(self):
        entries = "\n".join(
            ENTRY.format(type="html", title=title, link=link, at=at) for title, link, at in self.entries
        )
        return ATOM.format(title=self.title, id="urn:feed", entries=entries)
