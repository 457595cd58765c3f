"""The invented events of the demo -> their rows, by the same writer that real ones go through.  Safe to repeat."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Community
from chats import lifecycle
from chats.models import Chat, Event, EventStatus, Partner, ProgrammeItem, Speaker
from tests.simulators.events import EVENTS, EventFacts

FIELDS = (
    "title", "summary", "text", "place", "address", "way", "map", "cost", "access", "places", "tickets", "time_zone",
)  # fmt: skip


def fill(community: Community, now: datetime) -> None:
    """Every event that is not there yet; a coming one with the first chat after it."""
    for facts in EVENTS:
        _gather(community, facts, now)


def _gather(community: Community, facts: EventFacts, now: datetime) -> Event:
    day = (now + timedelta(days=facts.days)).astimezone(ZoneInfo(facts.time_zone)).date()

    def moment(at: time) -> datetime:
        return datetime.combine(day, at, tzinfo=ZoneInfo(facts.time_zone))

    rows: list[ProgrammeItem | Speaker | Partner] = [
        ProgrammeItem(
            starts=each.starts,
            title=each.title,
            text=each.text,
            speakers=each.speakers,
            room=each.room,
            is_pause=each.is_pause,
        )
        for each in facts.programme
    ]
    rows += [Speaker(name=name, role=role, position=n) for n, (name, role) in enumerate(facts.speakers)]
    rows += [Partner(name=name, gives=gives, position=n) for n, (name, gives) in enumerate(facts.partners)]
    starts_at = moment(facts.starts)
    chat = Chat.objects.of(community).upcoming(starts_at).first() if facts.days > 0 else None
    return lifecycle.gather(
        community,
        facts.slug,
        starts_at=starts_at,
        ends_at=moment(facts.ends),
        status=EventStatus.PUBLISHED,
        live_chat=chat,
        rows=rows,
        **{name: getattr(facts, name) for name in FIELDS},
    )
