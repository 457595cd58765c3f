"""Tweets, searched by their words -> what is shown, what is held back as spam, and two buttons between them."""

from django.contrib import admin
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import QuerySet
from django.db.models.functions import Left
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import Truncator

from accounts import audit
from accounts.admin.base import ReadOnly, Titled
from chats import moderation
from chats.admin import words
from chats.models import Tweet, Why, Withheld
from chats.models.tweet import SEARCHED
from chats.rendering.numbers import counted

TONES: dict[str, words.Tone] = {Withheld.SHOWN: "good", Withheld.QUARANTINED: "warn", Withheld.HIDDEN: "warn"}


@admin.register(Tweet)
class TweetAdmin(ReadOnly, Titled):
    community_path = "chat__community"
    host_path = "chat__hosts__user"
    title = "Tweets"
    lede = "Search for words, for @somebody, or for a tweet's number at its network."
    list_display = ["said", "state", "by", "when", "chat", "reasons"]
    list_display_links = None
    list_filter = ["withheld", "network"]
    looked_up = ("chat",)
    list_select_related = ["author", "chat"]
    ordering = ["-created_at", "-pk"]
    search_fields = ["text"]
    actions = ["clear", "hold_back"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Tweet], search_term: str
    ) -> tuple[QuerySet[Tweet], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        if term.startswith("@"):
            return queryset.filter(author__handle__iexact=term[1:]), False
        if term.isdigit():
            return queryset.filter(network_id=term), False
        vector = SearchVector(Left("text", SEARCHED), config="english")
        sought = SearchQuery(term, config="english", search_type="websearch")
        return queryset.annotate(vector=vector).filter(vector=sought), False

    @admin.display(description="What it says")
    def said(self, tweet: Tweet) -> str:
        said = Truncator(tweet.text).chars(140) or "nothing is kept of it"
        if tweet.url.startswith("https://"):
            return format_html('<a href="{}" rel="noopener noreferrer"><bdi>{}</bdi></a>', tweet.url, said)
        return format_html("<bdi>{}</bdi>", said)

    @admin.display(description="By", ordering="author__handle")
    def by(self, tweet: Tweet) -> str:
        handle = f"@{tweet.author.handle}" if tweet.author.handle else "nobody known"
        return format_html('<bdi>{}</bdi> <span class="quiet">{}</span>', handle, tweet.get_network_display())

    @admin.display(description="When", ordering="created_at")
    def when(self, tweet: Tweet) -> str:
        return words.moment(tweet.created_at, tweet.chat.time_zone)

    @admin.display(description="Why it is here")
    def reasons(self, tweet: Tweet) -> str:
        return "; ".join(Why(why).label for why in tweet.why_captured if why in Why.values)

    @admin.display(description="State", ordering="withheld")
    def state(self, tweet: Tweet) -> str:
        pill = words.pill(TONES.get(tweet.withheld, "bad"), Withheld(tweet.withheld).label)
        if tweet.judged_at:
            return format_html("{} {}", pill, "as a person said")
        return format_html("{} {}", pill, f"by the rule “{tweet.held_for}”") if tweet.held_for else pill

    @admin.action(description="Clear: it is no spam", permissions=["decide"])
    def clear(self, request: HttpRequest, tweets: QuerySet[Tweet]) -> None:
        with audit.watching(request, tweets, "clears of spam"):
            number = moderation.clear(list(tweets.values_list("pk", flat=True)))
        self.message_user(request, f"{counted(number, 'tweet is,tweets are')} shown again with the next build.")

    @admin.action(description="Hold back", permissions=["decide"])
    def hold_back(self, request: HttpRequest, tweets: QuerySet[Tweet]) -> None:
        with audit.watching(request, tweets, "holds back"):
            number = moderation.hold_back(list(tweets.values_list("pk", flat=True)))
        self.message_user(
            request, f"{counted(number, 'tweet is,tweets are')} held back as spam from the next build on."
        )
