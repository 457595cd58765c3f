"""What somebody typed -> the community, chat or time zone it names, or a sentence that says what is known."""

from argparse import ArgumentParser
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.management.base import CommandError

from accounts.models import Community
from chats.models import Chat


def add_arguments(parser: ArgumentParser) -> None:
    """The two words by which every command about one chat finds it."""
    parser.add_argument("chat", help="the chat's slug")
    parser.add_argument("--community", default="", metavar="SLUG", help="needed when there are several")


def community_named(slug: str) -> Community:
    communities = Community.objects.filter(slug=slug) if slug else Community.objects.all()
    if len(communities) != 1:
        known = ", ".join(Community.objects.values_list("slug", flat=True))
        raise CommandError(f"Say which community with --community: {known}.")
    return communities[0]


def chat_named(slug: str, *, community: str) -> Chat:
    chat = Chat.objects.of(community_named(community)).filter(slug=slug).first()
    if chat is None:
        raise CommandError(f"There is no chat {slug!r}.")
    return chat


def zone_named(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise CommandError(f"There is no time zone {name!r}. One is called Europe/London.") from error
