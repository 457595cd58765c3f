"""Rows and the time -> the plain words in which the desk tells of them."""

from datetime import datetime
from pathlib import PurePath
from typing import Any, Literal, NamedTuple

from django.utils.safestring import SafeString

from accounts.admin.base import pill
from chats.ingest import opening
from chats.models import BUDGET_SPENT, NOT_SET_UP, Capture, Chat, IngestRun, Phase
from chats.models.chat import LIVE_NETWORKS
from chats.rendering import times
from chats.sources import x_stream

DOLLAR = 1_000_000  # costs are counted in millionths
CENT = DOLLAR // 100
NAMES = {**dict(LIVE_NETWORKS), "file": "File"}
NONE = "\u2013"

REASONS = {BUDGET_SPENT: "budget spent", NOT_SET_UP: "not set up"}  # of ours, so the network is not to blame

Tone = Literal["", "good", "warn", "bad", "brand", "live"]
PHASES: dict[str, Tone] = {Phase.UPCOMING: "brand", Phase.LIVE: "live", Phase.CLOSED: "warn", Phase.ARCHIVED: "good"}


class State(NamedTuple):
    """How something does, as a word or a few; ``more`` is what stands beside it."""

    tone: Tone
    word: str
    more: str = ""

    @property
    def pill(self) -> SafeString:
        return pill(self.tone, self.word)


def moment(at: datetime | None, zone: str = "Europe/London") -> str:
    """When, as people write it in a list: "26 Nov 2026, 8.45 pm"."""
    if at is None:
        return NONE
    return f"{times.short_day(at, zone)} {at:%Y}, {times.clock(at, zone)}"


def near(at: datetime, now: datetime, zone: str) -> str:
    """The time of day, with the day where it is not today, and the year where that is another."""
    said, day = times.clock(at, zone), times.short_day(at, zone)
    if times.day(at, zone) == times.day(now, zone):
        return said
    return f"{said} on {day}" if at.year == now.year else f"{said} on {day} {at.year}"


def dollars(millionths: int | None) -> str:
    """What something costs: "$1.20", "under $0.01", or a dash for what costs nothing."""
    if not millionths:
        return NONE
    return f"${millionths / DOLLAR:,.2f}" if millionths >= CENT else "under $0.01"


def source(capture: Capture) -> str:
    return NAMES.get(capture.source, capture.source)


def networks() -> dict[str, str]:
    """Every network that a chat may name, by its name, with a word where the portal has no access to it."""
    live = opening.live_sources()
    return {name: label if name in live else f"{label} (not set up)" for name, label in LIVE_NETWORKS}


def query(capture: Capture) -> str:
    """What is asked: the network's query, or a file's name without where it lies."""
    return PurePath(capture.query).name if capture.source == "file" else capture.query


def of_capture(capture: Capture, now: datetime) -> State:
    zone = capture.chat.time_zone
    if capture.paused_at:
        return State("warn", "paused", f"since {near(capture.paused_at, now, zone)}, until somebody lets it go on")
    if capture.quarantined_at:
        return State("bad", "put aside", f"since {near(capture.quarantined_at, now, zone)}: {capture.error}")
    if capture.error_code:
        return _failing(capture, now)
    if capture.lease_until and capture.lease_until > now:
        return State("good", "collecting", "a worker is at it")
    return _resting(capture, now) if capture.next_due_at is None else _waiting(capture, capture.next_due_at, now)


def _waiting(capture: Capture, due_at: datetime, now: datetime) -> State:
    at = near(due_at, now, capture.chat.time_zone)
    if due_at <= now:
        return State("brand", "due", "the next free worker takes it")
    if capture.looked_at and now < capture.chat.closes_at:
        told = "".join(f"; {reason}" for _, code, reason, *_ in capture.missing if code == x_stream.CODE)
        return State("good", "collecting", f"looks again at {at}{told}")
    return State("brand", f"waiting till {at}")


def _failing(capture: Capture, now: datetime) -> State:
    if capture.error_code in REASONS:
        return State("bad", REASONS[capture.error_code], capture.error)
    if not opening.is_live(capture.source):
        return State("bad", "cannot be read", capture.error)
    if capture.looked_at is None:
        return State("bad", "has not answered yet", capture.error)
    since = near(capture.looked_at, now, capture.chat.time_zone)
    return State("bad", "does not answer", f"since {since}: {capture.error}")


def _resting(capture: Capture, now: datetime) -> State:
    if capture.completed_at is None:
        return State("", "not planned", "nothing will look at it by itself")
    done_at = near(capture.completed_at, now, capture.chat.time_zone)
    if capture.was_left(capture.chat):
        return State("", "no longer asked", f"since {done_at}: the chat does not want it any more")
    if capture.missing:
        return State("warn", "done, with gaps", f"at {done_at}; {capture.missing[0][2]}")
    return State("good", "done", f"at {done_at}")


def of_chat(chat: Chat, now: datetime) -> State:
    """How its captures do together: the worst of them."""
    states = [of_capture(capture, now) for capture in chat.captures.all()]
    order = ["bad", "warn", "live", "good", "brand", ""]
    best = min(states, key=lambda state: (order.index(state.tone), state.word != "collecting"), default=None)
    return best or State("", "no capture")


def of_phase(chat: Chat, now: datetime) -> State:
    if chat.status == "cancelled":
        return State("bad", "cancelled")
    phase = chat.phase(now)
    if chat.status == "moved" and phase == Phase.UPCOMING:
        return State("warn", "moved")
    return State(PHASES[phase], phase.label)


class Row(NamedTuple):
    """A capture as a line of its chat's page."""

    key: int
    source: str
    query: str
    why: str
    state: State
    looked_at: str
    next_at: str
    cost: str
    now: str
    is_paused: bool
    may_pause: bool


def row(capture: Any, now: datetime) -> Row:
    zone = capture.chat.time_zone
    is_over = capture.completed_at is not None and capture.next_due_at is None
    return Row(
        key=capture.pk,
        source=source(capture),
        query=query(capture),
        why=capture.get_why_display(),
        state=of_capture(capture, now),
        looked_at=near(capture.looked_at, now, zone) if capture.looked_at else NONE,
        next_at=near(capture.next_due_at, now, zone) if capture.next_due_at else NONE,
        cost=dollars(capture.cost),
        now="Capture now" if opening.is_live(capture.source) else "Read again",
        is_paused=capture.paused_at is not None,
        may_pause=not is_over or bool(capture.error_code),
    )


class ToldRun(NamedTuple):
    """A run as a line of its chat's page."""

    key: int
    when: str
    source: str
    query: str
    run: IngestRun
    cost: str
    error: str


def told(run: IngestRun) -> ToldRun:
    zone = run.capture.chat.time_zone
    often = f" ({run.failures} times)" if run.failures > 1 else ""
    error = f"{run.error}{often}" if run.error_code else ""
    return ToldRun(
        run.pk, moment(run.started_at, zone), source(run.capture), query(run.capture), run, dollars(run.cost), error
    )
