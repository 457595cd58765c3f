"""Posts -> Atom and RSS with all of their words; of a word, only those that have it."""

import re
from datetime import datetime
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import SyndicationFeed
from django.utils.html import escape, format_html
from django.utils.xmlutils import SimplerXMLGenerator

from accounts.models import Community
from accounts.outbox.letters import tidy
from blog import announcing, reading
from blog.models import ACADEMIC, Post
from chats import feeds
from chats.views import community_of

LONGEST = 20
_OWN = re.compile(r'(<a href=")/(?!/)')  # in a text a "<" never stands as it is


class Atom(feeds.Atom):
    """With the words of each entry beside its summary."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class Rss(feeds.Rss):
    """The same as other readers know it."""

    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), "xmlns:content": "http://purl.org/rss/1.0/modules/content/"}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])


class Posts(feeds.OfCommunity):
    """The newest posts, each known for ever by its UID."""

    feed_type: type[SyndicationFeed] = Atom
    address, page, what = "blog:feed", "blog:posts", "the blog"

    def items(self, community: Any) -> Any:
        return newest(community)[:LONGEST]

    def item_title(self, post: Any) -> str:
        return tidy(post.title)

    def item_description(self, post: Post) -> str:
        return escape(tidy(post.excerpt))

    def item_link(self, post: Post) -> str:
        return announcing.address(post, post.community)

    def item_guid(self, post: Post) -> str:
        return f"urn:uuid:{post.uid}"

    def item_author_name(self, post: Post) -> str:
        return tidy(", ".join(each.name for each in post.signers))

    def item_pubdate(self, post: Post) -> datetime | None:
        return post.published_at

    def item_updateddate(self, post: Post) -> datetime:
        return post.changed_at

    def item_categories(self, post: Post) -> list[str]:
        return [word.name for word in post.words]

    def item_extra_kwargs(self, post: Post) -> dict[str, Any]:
        return {"content": whole(post)}


def newest(community: Community) -> Any:
    return Post.objects.of(community).published(timezone.now()).told().defer("text").select_related("community")


def whole(post: Post) -> str:
    """Its picture and words for whoever reads them elsewhere: our own paths become whole addresses."""
    site = post.community.site
    body = _OWN.sub(rf"\1{site}/", post.html)
    if not post.hero_id:
        return body
    picture = f"{site}{announcing.hero(post, 'wide')}"
    return format_html('<p><img src="{}" alt="{}"></p>\n', picture, post.hero_alt) + body


class PostsRss(Posts):
    feed_type = Rss
    address = "blog:feed-rss"


class OfTag(NamedTuple):
    """A word in a community."""

    community: Community
    slug: str
    name: str


class Tagged(Posts):
    """The newest posts with one word."""

    address, page = "blog:tag-feed", "blog:tag"

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> OfTag:
        community, slug = community_of(request), kwargs["tag"]
        tag = reading.tagged(community, slug, timezone.now())
        if tag is None and slug != ACADEMIC:
            raise Http404
        return OfTag(community, slug, tag.name if tag else ACADEMIC)

    def title(self, of: OfTag) -> str:
        return f"{of.community.name}: posts about {of.name}"

    def subtitle(self, of: OfTag) -> str:
        return of.community.promise

    def description(self, of: OfTag) -> str:
        return of.community.promise

    def link(self, of: OfTag) -> str:
        return f"{of.community.site}{reverse(self.page, args=[of.slug])}"

    def feed_url(self, of: OfTag) -> str:
        return f"{of.community.site}{reverse(self.address, args=[of.slug])}"

    def items(self, of: OfTag) -> Any:
        return newest(of.community).filter(tags__slug=of.slug)[:LONGEST]


class TaggedRss(Tagged):
    feed_type = Rss
    address = "blog:tag-feed-rss"
