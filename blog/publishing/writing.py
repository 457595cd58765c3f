"""What somebody writes -> a post and its revisions; every text it has had is kept."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from taggit.models import Tag

from accounts.models import Community, User
from blog.models import Byline, Kind, Post, PostRevision, TaggedPost, Writer
from blog.models.tag import plain
from blog.publishing import addresses, consent, mailed, pictures, words
from blog.publishing.clearing import clear
from blog.publishing.consent import WORDS
from chats.lifecycle import NotAllowed

MOST_TAGS = 12
FACTS = ("kind", "topic", "chat", "event", "event_starts_at", "event_ends_at", "takes_comments")


@transaction.atomic
def write(
    community: Community,
    title: str,
    text: str = "",
    *,
    by: User | None = None,
    now: datetime,
    slug: str = "",
    **fields: Any,
) -> Post:
    """Begin a draft; ``fields`` are those of ``Post`` that people set.  Raises ``NotAllowed`` for what does not fit."""
    slug = slug or free_slug(community, title)
    post = Post(community=community, title=title, slug=slug, opened_by=by, created_at=now, changed_at=now, **fields)
    _check(post)
    post.save(force_insert=True)
    if text.strip():
        revise(post, text=text, by=by, now=now)
    return post


def free_slug(community: Community, title: str) -> str:
    """The title as a name that no other post of the community has."""
    stem = slugify(title)[:70].strip("-") or "post"
    taken = set(Post.objects.of(community).filter(slug__startswith=stem).values_list("slug", flat=True))
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(each for each in numbered if each not in taken)


def _check(post: Post) -> None:
    """All that the fields and the table would refuse, as one sentence."""
    if post.kind == Kind.COLLABORATIVE and not (post.event_starts_at and post.event_ends_at):
        raise NotAllowed("Members add their pieces around an event: say when it starts and ends.")
    if any(each and each.community_id != post.community_id for each in (post.chat, post.topic, post.event)):
        raise NotAllowed("The chat, the topic or the event is another community's.")
    try:
        post.full_clean()
    except ValidationError as error:
        raise NotAllowed(" ".join(error.messages)) from error


@transaction.atomic
def arrange(post: Post, **facts: Any) -> None:
    """Settle what it is and where it belongs: those of ``FACTS`` that are given."""
    known = held(post)
    for name, value in facts.items():
        setattr(known, name, value)
    _check(known)
    put(known, facts)
    clear(known)
    give_back(post, known)


@transaction.atomic
def describe(post: Post, alt: str) -> None:
    """Say anew what its picture shows."""
    put(held(post), {"hero_alt": alt.strip()})
    clear(post)


@transaction.atomic
def revise(post: Post, *, by: User | None, now: datetime, **said: str) -> PostRevision | None:
    """Give it other words from now on: ``title``, ``excerpt``, ``text``, which a made excerpt follows.

    Returns the revision that keeps them: the newest one where they say what is there, None where there is no text yet.
    """
    known = held(post)
    story = consent.held(known)
    newest = known.revisions.order_by("-number").first()
    had = words.excerpt(known.html)
    for name, value in said.items():
        setattr(known, name, value.replace("\r\n", "\n") if name == "text" else value.strip())
    made = words.made(known.text)
    opening = words.excerpt(made["html"])
    if known.excerpt in ("", had) and (known.excerpt or known.published_on):
        known.excerpt = opening
    told = {name: getattr(known, name) for name in WORDS}
    kept = newest and {"title": newest.title, "excerpt": newest.excerpt or opening, "text": newest.text}
    is_same = kept == {**told, "excerpt": told["excerpt"] or opening}
    if not known.text.strip():
        if newest:
            raise NotAllowed("A post that had a text needs one.")
        told["text"] = ""
    _check(known)
    if not is_same:
        consent.check_change(known, told)
    changes = {**told, **made, "text": told["text"], "changed_at": post.changed_at if is_same else now}
    put(known, changes)
    if is_same or not told["text"]:
        give_back(post, known)
        return newest
    number = newest.number + 1 if newest else 1
    revision = known.revisions.create(number=number, author=by, created_at=now, **told)
    if story:
        consent.renew(story, revision, by=by, now=now)
    mailed.recall(known)
    clear(known)
    give_back(post, known)
    return revision


def restore(post: Post, number: int, *, by: User | None, now: datetime) -> PostRevision:
    """Say again what revision ``number`` said, as a new revision."""
    old = post.revisions.filter(number=number).first()
    if old is None:
        raise NotAllowed(f"“{post}” has no revision {number}.")
    revision = revise(post, by=by, now=now, title=old.title, excerpt=old.excerpt, text=old.text)
    return revision or old


@transaction.atomic
def rename(post: Post, slug: str) -> None:
    """Another name in its address; the one it had leads on, where readers could know it."""
    known = held(post)
    if slug == known.slug:
        return
    if not slug or slug != slugify(slug):
        raise NotAllowed(f"{slug!r} cannot stand in an address. {slugify(slug) or 'a-short-name'!r} can.")
    if Post.objects.of(known.community).filter(slug=slug).exists():
        raise NotAllowed(f"There is a post {slug!r} already.")
    clear(known)
    before = known.get_absolute_url()
    put(known, {"slug": slug})
    if before:
        addresses.free(known.community, known.get_absolute_url())
        addresses.remember(known.community, before, post=known)
    clear(known)
    give_back(post, known)


def writer(
    community: Community, name: str, *, handle: str = "", user: User | None = None, biography: str = ""
) -> Writer:
    """Whoever signs so; whom we know already stays as they are."""
    handle = handle.lstrip("@")
    slug = slugify(handle.replace(".", "-").replace("@", "-")) or slugify(name)
    if not slug:
        raise NotAllowed("Say whose page it is: a handle, or a name with letters.")
    facts = {"name": name.strip() or handle, "handle": handle, "user": user, "biography": biography}
    return Writer.objects.get_or_create(community=community, slug=slug, defaults=facts)[0]


@transaction.atomic
def sign(post: Post, writers: Sequence[Writer]) -> None:
    """Those whose post it is, in that order."""
    if any(each.community_id != post.community_id for each in writers):
        raise NotAllowed("Somebody of another community cannot sign here.")
    post.bylines.all().delete()
    lines = [Byline(post=post, writer=each, position=place) for place, each in enumerate(dict.fromkeys(writers))]
    Byline.objects.bulk_create(lines)
    mailed.recall(post)
    clear(post)


@transaction.atomic
def tag(post: Post, typed: Iterable[str]) -> None:
    """Exactly these words on it, each in its one form: a few queries, where taggit's own would take a dozen."""
    wanted = plain(typed)
    if len(wanted) > MOST_TAGS:
        raise NotAllowed(f"{len(wanted)} tags help nobody to find it: {MOST_TAGS} at most.")
    clear(post)
    known = {each.slug: each for each in Tag.objects.filter(slug__in=wanted)}
    for slug in wanted.keys() - known.keys():
        known[slug], _ = Tag.objects.get_or_create(slug=slug, defaults={"name": wanted[slug]})
    here = TaggedPost.objects.filter(content_object=post)
    here.exclude(tag__in=known.values()).delete()
    rows = [TaggedPost(content_object=post, tag=known[slug]) for slug in wanted]
    TaggedPost.objects.bulk_create(rows, ignore_conflicts=True)
    clear(post)


@transaction.atomic
def illustrate(post: Post, file: bytes | None, alt: str, *, now: datetime) -> None:
    """Put a picture at its head, or ``None``: take it away.  ``alt`` says what it shows, for whoever cannot see it."""
    if file is not None and not alt.strip():
        raise NotAllowed("Say in a sentence what the picture shows: not everybody sees it.")
    known = held(post)
    try:
        hero = pictures.keep(known.community, file, now=now) if file is not None else None
    except ValidationError as error:
        raise NotAllowed(error.message) from error
    put(known, {"hero": hero, "hero_alt": alt.strip() if hero else "", "changed_at": now})
    pictures.drop_unused(known.community)
    clear(known)
    give_back(post, known)


def render_stale() -> int:
    """Make the HTML anew that other rules of writing had made; returns of how many posts."""
    stale = Post.objects.exclude(html="").exclude(rendered_by=words.RENDERED_BY).select_related("community")
    number = 0
    for post in stale.iterator(chunk_size=100):
        number += Post.objects.filter(pk=post.pk, text=post.text).update(**words.made(post.text))
    return number


def held(post: Post) -> Post:
    """The row as it stands now, locked until the transaction ends, and before it the story that it is of.

    Raises ``NotAllowed`` where it is gone: a story's writer may take it back at any moment.
    """
    consent.held(post)
    rows = Post.objects.select_for_update(of=("self",)).select_related("community", "chat", "topic", "event")
    known = rows.filter(pk=post.pk).first()
    if known is None:
        raise NotAllowed(f"“{post}” is not there any more. If it was a story, its writer has taken it back.")
    return known


def put(post: Post, changes: dict[str, Any]) -> None:
    for field, value in changes.items():
        setattr(post, field, value)
    post.save(update_fields=[*changes])


def give_back(post: Post, known: Post) -> None:
    """What the caller has in hand says the same as the row."""
    for field in Post._meta.concrete_fields:
        setattr(post, field.attname, getattr(known, field.attname))
