"""Who is to know, and of what evening -> letters in the outbox, each with the calendar file for its reader alone."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from accounts import outbox
from accounts.models import Community, User
from accounts.outbox import File, To, headers
from chats import calendar
from chats.calendar import Entry, Method
from chats.models import Chat
from chats.rendering import times


def readers(members: Iterable[int | None]) -> list[To]:
    """Those of the members, by their keys, who confirmed an address of theirs; each once."""
    keys = {key for key in members if key}
    reached = User.objects.filter(pk__in=keys, is_active=True, email_confirmed_at__isnull=False).exclude(email="")
    return [To(user.email, str(user), user) for user in reached.order_by("pk")]


def send(
    template: str,
    community: Community,
    to: Iterable[To],
    told: dict[str, Any],
    *,
    entry: Entry | None = None,
) -> None:
    """Write the letter to each, with the ``entry`` for their calendar where there is one.

    Inside the transaction that makes what it tells true, so that neither is without the other.
    """
    for reader in to:
        files = [_file(entry, community, reader)] if entry else []
        outbox.compose(template, community, reader, {**told, "reader": reader.name}, files=files)


def _file(entry: Entry, community: Community, reader: To) -> File:
    method: Method = "CANCEL" if entry.standing == "CANCELLED" else "REQUEST"
    organiser = (community.name, headers.sender())
    content = calendar.invitation(entry, method, organiser=organiser, guest=(reader.name, reader.address))
    return File("chat.ics", f"text/calendar; method={method}", content)


def when(starts_at: datetime, ends_at: datetime, zone: str) -> dict[str, str]:
    """An evening in words: ``evening`` is "2 December, 9 pm"; ``when`` has the weekday, the end and the zone too."""
    local = starts_at.astimezone(ZoneInfo(zone))
    hours = f"{times.hours(starts_at, ends_at, zone)} {times.zone_word(zone)}"
    return {
        "evening": f"{local.day} {local:%B}, {times.clock(starts_at, zone)}",
        "when": f"{times.day(starts_at, zone)}, {hours}",
    }


def of_chat(template: str, chat: Chat, to: Iterable[To], **told: Any) -> None:
    """A letter about a chat as it stands now, with its calendar file."""
    chat = Chat.objects.for_calendars().prefetch_related("questions").get(pk=chat.pk)
    entry = calendar.of_chat(chat)
    pack = f"{chat.community.site}{chat.pack_path}"
    facts = {"chat": chat, "address": entry.address, "pack": pack, **when(chat.starts_at, chat.ends_at, chat.time_zone)}
    send(template, chat.community, to, {**facts, **told}, entry=entry)


def hosts(chat: Chat) -> list[To]:
    return readers(chat.hosts.values_list("user", flat=True))


def everybody(chat: Chat) -> list[To]:
    """Its hosts, and those who said that they come."""
    return readers([*chat.hosts.values_list("user", flat=True), *chat.coming.values_list("user", flat=True)])
