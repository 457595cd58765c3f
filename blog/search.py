"""Words that somebody types -> the posts, pieces and films of a community that have them, for ``chats.search``."""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.search import CombinedSearchVector, SearchConfig, SearchVector
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Concat, ExtractYear, Left

from accounts.models import Community
from blog import models
from blog.models import ACADEMIC, Contribution, Post, TaggedPost, Takeaway, Video
from chats.models.tweet import SEARCHED
from chats.search.asked import CONFIG, Asked
from chats.search.found import Kind, marked
from chats.search.kinds import NOT_ACADEMIC
from chats.search.results import Result, has_mark, passage, shown, title

WORDS = {models.Kind.WRITE_UP: "Write-up", models.Kind.BRIEFING: "Briefing", models.Kind.STORY: "Story"}
# "0:04", "00:00:04.000 --> 00:00:09.000" and the head of such a file: what nobody says in a film.
TIMES = r"(\d{1,2}[:.])?\d{1,3}[:.][0-5]\d([.,]\d{1,3})?(\s+-->\s+\S+)?|WEBVTT"


def kinds(community: Community, asked: Asked, now: datetime) -> list[Kind]:
    """What was written about it, and filmed: each kind with its rows."""
    return [
        Kind("post", "Write-ups and posts", _posts(community, asked, now), partial(posts, asked=asked)),
        Kind("piece", "Pieces by members", _pieces(community, asked, now), partial(pieces, asked=asked)),
        Kind("film", "Films", _films(community, asked), partial(films, asked=asked)),
    ]


def _posts(community: Community, asked: Asked, now: datetime) -> QuerySet[Post]:
    return marked(
        Post.objects.of(community).published(now).filter(searched=asked.query),
        "post",
        vector=F("searched"),
        asked=asked,
        at=F("published_at"),
        topic=Coalesce("topic", "chat__topic"),
        year=ExtractYear("published_on"),
        academic=_is_academic("pk"),
    )


def _is_academic(post: str) -> Exists:
    return Exists(TaggedPost.objects.filter(content_object=OuterRef(post), tag__slug=ACADEMIC))


def _pieces(community: Community, asked: Asked, now: datetime) -> QuerySet[Contribution]:
    """What everybody may read under a post of many that is out."""
    posts = Post.objects.of(community).published(now).filter(kind=models.Kind.COLLABORATIVE).order_by()
    return marked(
        Contribution.objects.shown().filter(post__in=posts.values("pk"), searched=asked.query),
        "piece",
        vector=F("searched"),
        asked=asked,
        at=F("created_at"),
        topic=Coalesce("post__topic", "post__chat__topic"),
        year=ExtractYear("created_at"),
        academic=_is_academic("post"),
    )


def _films(community: Community, asked: Asked) -> QuerySet[Video]:
    taken = Takeaway.objects.annotate(has=SearchVector("title", "words", config=CONFIG)).filter(has=asked.any)
    near = Q(searched=asked.any) | Q(pk__in=taken.values("video"))
    takeaways = SearchVector(_takeaways(), weight="B", config=CONFIG)
    whole = CombinedSearchVector(F("searched"), "||", takeaways, SearchConfig(CONFIG))
    return marked(
        Video.objects.of(community).published().annotate(whole=whole).filter(near, whole=asked.query),
        "film",
        vector=F("whole"),
        asked=asked,
        at=F("published_at"),
        topic=F("chat__topic"),
        year=ExtractYear("published_at"),
        academic=NOT_ACADEMIC,
    )


def _takeaways() -> Coalesce:
    """What one may take home from a film, as one text."""
    rows = Takeaway.objects.filter(video=OuterRef("pk")).order_by().values("video")
    told = StringAgg(Concat("title", Value(" "), "words"), " ", order_by="at")
    return Coalesce(Subquery(rows.values(told=told)), Value(""), output_field=TextField())


def posts(keys: Collection[int], asked: Asked) -> dict[int, Result]:
    """What pages show of these posts, by key."""
    body = Left("html", SEARCHED)
    rows = Post.objects.filter(pk__in=keys).for_lists().select_related("community").order_by()
    found = rows.annotate(
        told_title=title("title", asked),
        told_excerpt=title("excerpt", asked),
        told_body=passage(body, asked, is_html=True),
    )
    return {post.pk: _post(post) for post in found}


def _post(post: Post) -> Result:
    excerpt, body = post.told_excerpt, post.told_body  # type: ignore[attr-defined]  # annotated
    comments = f"{post.comment_count} comment{'' if post.comment_count == 1 else 's'}" if post.comment_count else ""
    return Result(
        kind="post",
        word=WORDS.get(models.Kind(post.kind), "Blog post"),
        icon="doc" if post.kind == models.Kind.WRITE_UP else "edit",
        path=post.get_absolute_url(),
        title=shown(post.told_title),  # type: ignore[attr-defined]
        words=shown(body, is_html=True, is_part=True) if has_mark(body) and not has_mark(excerpt) else shown(excerpt),
        at=post.published_at,
        zone=post.community.time_zone,
        facts=tuple(filter(None, (*(each.signature for each in post.signers), comments))),
        is_academic=any(word.slug == ACADEMIC for word in post.words),
    )


def pieces(keys: Collection[int], asked: Asked) -> dict[int, Result]:
    """What pages show of these pieces, by key: a member's own words, which lead to their place under the post."""
    shown_of = ("created_at", "user__name", "user__handle", "user__username", "post__title", "post__slug")
    rows = Contribution.objects.filter(pk__in=keys).select_related("post__community", "user").order_by()
    found = rows.only(*shown_of, "post__published_on", "post__community__time_zone").annotate(
        told_title=title("post__title", asked), told_words=passage(F("html"), asked, is_html=True)
    )
    return {piece.pk: _piece(piece) for piece in found}


def _piece(piece: Contribution) -> Result:
    return Result(
        kind="piece",
        word="Piece",
        icon="edit",
        path=piece.get_absolute_url(),
        title=shown(piece.told_title),  # type: ignore[attr-defined]  # annotated
        words=shown(piece.told_words, is_html=True, is_part=True),  # type: ignore[attr-defined]
        at=piece.created_at,
        zone=piece.post.community.time_zone,
        facts=(str(piece.user),),
    )


def films(keys: Collection[int], asked: Asked) -> dict[int, Result]:
    """What pages show of these films, by key."""
    said = Func(Left("transcript", SEARCHED), Value(TIMES), Value(""), Value("g"), function="regexp_replace")
    told = Concat("summary", Value(" "), _takeaways(), Value(" "), said, output_field=TextField())
    rows = Video.objects.filter(pk__in=keys).defer("searched", "transcript").select_related("community").order_by()
    found = rows.annotate(told_title=title("title", asked), told_body=passage(told, asked, is_html=True))
    return {film.pk: _film(film) for film in found}


def _film(film: Video) -> Result:
    return Result(
        kind="film",
        word="Film",
        icon="play",
        path=film.get_absolute_url(),
        title=shown(film.told_title),  # type: ignore[attr-defined]  # annotated
        words=shown(film.told_body, is_html=True, is_part=True),  # type: ignore[attr-defined]
        at=film.published_at,
        zone=film.community.time_zone,
        facts=(f"{film.minutes} minutes",) if film.minutes else (),
    )


def titles(community: Community, now: datetime) -> list[QuerySet]:
    """The titles of all that is out, as rows with a ``title`` each: the words that readers know."""
    return [Post.objects.of(community).published(now), Video.objects.of(community).published()]
