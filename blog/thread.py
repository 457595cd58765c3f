"""Rows of comments -> the thread under a post as HTML, whether it takes more, and what one member has said.

An article is no template, which would take ten times as long.  It is filled with markup only: of ``faces``, of
``accounts.prose``, and of what is escaped here.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import Resolver404, resolve
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from accounts.models import Community, User
from accounts.ready import ReadyTuples
from blog.models import Byline, Comment, CommentReport, CommentState, Post, Rule
from chats.rendering import faces, text, times

MOST = 500  # under one post: a page that is longer is read by nobody
ARTICLE = """\
<article class="comment" id="comment-{number}" aria-label="{name}, {when}">{face}<div>\
<p class="tweet__by"><b><bdi>{name}</bdi></b> {mark}<a class="at" href="#comment-{number}">\
<time datetime="{moment}">{when}</time></a></p>
<div class="comment__text" dir="auto">{body}</div>
{edited}<p class="comment__acts no-print">{reply}<a class="small" href="{path}{number}/report/" rel="nofollow">Report\
<span class="vh"> the comment by {name}</span></a></p>
"""
END = "</div></article>\n"
REPLY = '<a class="small" href="{}write/?to={}" rel="nofollow">Reply<span class="vh"> to the comment by {}</span></a> '
HANDLE = '<span class="handle"><bdi>@{}</bdi></span> '
AUTHOR = '<span class="host">Author</span> '
EDITED = '<p class="small muted">Edited {}</p>\n'
NOTE = '<div id="comment-{}"><p class="comment--note">{}</p>\n'
NOTE_END = "</div>\n"
TAKEN_BACK = "A comment was here. Its writer removed it{}."
REMOVED = (
    "A volunteer removed a comment here on {}, under {}. Its writer knows why and can ask somebody else to look again."
)
FOLDED = "A volunteer is looking at the comment that was here."


class Said(NamedTuple):
    """A comment that everybody has seen, and who wrote it; the fields of ``SAID`` in order."""

    pk: int
    number: int
    parent: int | None
    state: str
    rule: int | None
    sent_at: datetime
    edited_at: datetime | None
    decided_at: datetime | None
    html: str
    author: int | None
    name: str
    handle: str
    username: str
    is_authors: bool


SAID = (
    "pk", "number", "parent", "state", "rule", "sent_at", "edited_at", "decided_at", "html", "author", "author__name",
    "author__handle", "author__username", "is_authors",
)  # fmt: skip


class Thread(NamedTuple):
    """All that stands below a post.  ``closed`` says why no more is taken, "" where more is."""

    html: SafeString
    shown: int
    closed: str

    @property
    def is_empty(self) -> bool:
        return not self.html


def closed(post: Post, now: datetime) -> str:
    """Why nobody may add a comment, in a sentence; "" where somebody may."""
    if not post.takes_comments:
        return "Comments are closed under this post."
    days = settings.COMMENTS_OPEN_DAYS
    if days and post.published_at and now >= post.published_at + timedelta(days=days):
        return f"Comments closed after {days} days."
    if post.comment_count >= MOST:
        return f"Comments closed after {MOST} of them, which is as many as anybody reads."
    return ""


def rows(post: int) -> QuerySet[Comment]:
    """What everybody has seen of the post with that key, in order, with ``is_authors`` of its own writers."""
    signed = Byline.objects.filter(post=post, writer__user=OuterRef("author"))
    seen = Comment.objects.filter(post=post, shown_at__isnull=False)
    return seen.annotate(is_authors=Exists(signed)).order_by("number")


def read(post: Post, now: datetime) -> Thread:
    """One query.  ``post`` has its community at hand."""
    found = [Said(*row) for row in _SAID(post=post.pk)]
    shown = sum(comment.state == CommentState.SHOWN for comment in found)
    why = closed(post, now)
    return Thread(_nested(found, post, is_open=not why), shown, why)


def is_known(user: User, community: Community, *, but: int = 0) -> bool:
    """Whether everybody could once read something they said there, ``but`` this: the first one waits."""
    said = Comment.objects.filter(author=user.pk, post__community=community, shown_at__isnull=False).exclude(pk=but)
    return said.filter(state__in=(CommentState.SHOWN, CommentState.WITHDRAWN)).exists()


def of(user: User, community: Community) -> QuerySet[Comment]:
    """What somebody has said there, the newest first."""
    own = Comment.objects.filter(author=user, post__community=community)
    return own.select_related("post").order_by("-sent_at", "-pk")


def reported_by(user: User, community: Community) -> QuerySet[CommentReport]:
    """What somebody asked us to look at there, the newest first."""
    return CommentReport.objects.filter(by=user, comment__post__community=community).select_related("comment__post")


def _nested(found: Iterable[Said], post: Post, *, is_open: bool) -> SafeString:
    """Oldest first, replies below what they answer."""
    path = escape(f"{post.get_absolute_url()}comments/")
    replies: dict[int, list[str]] = {}
    tops: list[Said] = []
    for comment in found:
        if comment.parent is None:
            tops.append(comment)
        else:
            begin, end = _one(comment, post, path, answered=None)
            replies.setdefault(comment.parent, []).append(begin + end)
    parts: list[str] = []
    for comment in tops:
        begin, end = _one(comment, post, path, answered=comment.number if is_open else None)
        parts += begin, *replies.get(comment.pk, ()), end
    return SafeString("".join(parts))


def _one(comment: Said, post: Post, path: str, *, answered: int | None) -> tuple[str, str]:
    """A comment up to the place of its replies, and what closes it."""
    if comment.state != CommentState.SHOWN or comment.author is None:
        return NOTE.format(comment.number, _note(comment, post)), NOTE_END
    zone = post.community.time_zone
    name = text.words(text.name(comment.name, comment.handle) or comment.username)
    handle = HANDLE.format(escape(comment.handle)) if comment.handle else ""
    return (
        ARTICLE.format(
            number=comment.number,
            name=name,
            face=faces.face(comment.name or comment.handle, "", ("", comment.handle.lower())),
            mark=handle + (AUTHOR if comment.is_authors else ""),
            moment=times.stamp(comment.sent_at, zone),
            when=when(comment.sent_at, zone),
            body=comment.html,  # what ``accounts.prose`` made of the text, the one way in which words become HTML
            edited=EDITED.format(when(comment.edited_at, zone)) if comment.edited_at else "",
            reply=REPLY.format(path, answered, name) if answered else "",
            path=path,
        ),
        END,
    )


def _note(comment: Said, post: Post) -> SafeString | str:
    """What stands where words were.  The rule is named, the person is not."""
    day = _day(comment.decided_at, post.community.time_zone) if comment.decided_at else ""
    if comment.state == CommentState.REMOVED and comment.rule:
        return format_html(REMOVED, day, rule(Rule(comment.rule)))
    if comment.state in (CommentState.HELD, CommentState.CHANGE):
        return FOLDED
    return TAKEN_BACK.format(f" on {day}" if day else "")


def rule(broken: Rule) -> SafeString:
    """A house rule by number and name, with a way to its words where there is a page of them."""
    named = format_html("house rule {}, {}", broken.value, broken.label)
    try:
        resolve("/house-rules/")
    except Resolver404:
        return named
    return format_html('<a href="/house-rules/#r{}">{}</a>', broken.value, named)


def when(moment: datetime, zone: str) -> str:
    """ "18 November 2026, 7.50 pm"."""
    return f"{_day(moment, zone)}, {times.clock(moment, zone)}"


def _day(moment: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B} {local.year}"


_SAID = ReadyTuples(lambda post: rows(post).values_list(*SAID), post=int)
