"""A post -> what others are told of it: a text to share, its picture, and the facts that machines read."""

from typing import Any
from urllib.parse import quote

from accounts.models import Community
from accounts.outbox.letters import tidy
from blog.models import Post, Video
from chats.analysis import lengths
from chats.rendering import card, times
from chats.rendering.announcing import Share


def address(post: Post, community: Community) -> str:
    """The whole address of its page."""
    return f"{community.site}{post.get_absolute_url()}"


def picture(post: Post, community: Community) -> str:
    """Where the picture is that networks show beside a link to it."""
    return f"{address(post, community)}card.png"


def shares(post: Post, community: Community) -> list[Share]:
    """Plain links that open a text ready to be sent; nobody is asked anything before they are followed."""
    here = address(post, community)
    rest = f" #{community.hashtag}\n{here}"
    text = quote(lengths.shortened(tidy(post.title), lengths.LONGEST - lengths.counted(rest)) + rest, safe="")
    return [
        Share("X", "x", f"https://x.com/intent/tweet?text={text}"),
        Share("Bluesky", "", f"https://bsky.app/intent/compose?text={text}"),
        Share("Email", "", f"mailto:?subject={quote(tidy(post.title), safe='')}&body={text}"),
    ]


def facts(post: Post, community: Community) -> dict[str, Any]:
    """The post as schema.org's BlogPosting."""
    here, site = address(post, community), community.site
    people = [{"@type": "Person", "name": each.name, "url": f"{site}/blog/by/{each.slug}/"} for each in post.signers]
    images = [picture(post, community)]
    if post.hero_id:
        images.insert(0, f"{site}{hero(post, 'wide')}")
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "@id": here,
        "mainEntityOfPage": here,
        "headline": post.title,
        "description": post.excerpt or community.description,
        "url": here,
        "image": images,
        "datePublished": times.stamp(post.published_at, community.time_zone) if post.published_at else "",
        "dateModified": times.stamp(post.changed_at, community.time_zone),
        "author": people or [{"@type": "Organization", "name": community.name, "url": f"{site}/"}],
        "publisher": {"@type": "Organization", "name": community.name, "url": f"{site}/"},
        "isPartOf": {"@type": "Blog", "@id": f"{site}/blog/", "name": f"The blog of {community.name}"},
        "keywords": [word.name for word in post.words],
        "commentCount": post.comment_count,
        "inLanguage": "en-GB",
        "isAccessibleForFree": True,
    }
    if post.chat:
        told["about"] = {
            "@type": "SocialEvent",
            "name": post.chat.title,
            "url": f"{site}{post.chat.get_absolute_url()}",
        }
    return told


def hero(post: Post | Video, width: str) -> str:
    """The path of its picture, ``width`` "wide" or "small"."""
    return f"/blog/pictures/{post.hero_id}-{width}.webp"


def drawing(post: Post, community: Community) -> card.Card:
    """What its card says: the day, the title, and who signed it."""
    return card.Card(
        name=tidy(community.name),
        when=times.day(post.published_at, community.time_zone) if post.published_at else "",
        title=card.drawable(tidy(post.title)),
        hosts=tuple(
            (card.drawable(tidy(each.name)) or each.slug, (each.handle or each.slug).lower()) for each in post.signers
        ),
        hashtag=community.hashtag,
        hues=card.hues(community),
        lead="By",
    )
