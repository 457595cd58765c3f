"""The times of a chat and the clock -> when to look at its sources again.  Calculates only."""

from datetime import datetime, timedelta
from typing import NamedTuple

# While people talk, every 15 seconds: with a tick of two and a build of a few, what is offered is read within a minute.
LIVE = timedelta(seconds=15)
TAIL = timedelta(minutes=2)
NIGHT = timedelta(hours=1)
# Conversations hold what lacks the hashtag; they may be read a little later, and every request counts.
PATIENT = 2
# X answers 450 searches in a quarter of an hour: of these, 200 are for conversations, however many there are.
APART = timedelta(minutes=15) / 200

# A network's search lags behind and forgets after seven days: what came late is found by looking once more.
SWEEPS = (timedelta(hours=1), timedelta(hours=24), timedelta(days=6))
# X answers without its last half minute, so the look that ends a stretch comes a little after it.
SETTLING = timedelta(seconds=45)


class Evening(NamedTuple):
    """The times of a chat that matter to whoever captures it.  ``morning`` is when the hourly looks end.

    ``scale`` divides every interval, for rehearsals.
    """

    opens_at: datetime
    ends_at: datetime
    closes_at: datetime
    morning: datetime
    scale: float = 1

    @property
    def sweeps(self) -> list[datetime]:
        return [self.closes_at + sweep / self.scale for sweep in SWEEPS]


def next_look(evening: Evening, now: datetime, *, conversations: int = 0) -> datetime | None:
    """When to look again after a look that began at ``now``; None when nothing more is to be expected.

    A look at a conversation says among how many ``conversations`` of its network that are followed just then.
    """
    if now < evening.opens_at:
        return evening.opens_at
    looks = [sweep for sweep in evening.sweeps if sweep > now]
    interval = _interval(evening, now)
    if interval:
        interval = max(interval * PATIENT, conversations * APART) if conversations else interval
        looks.append(now + interval / evening.scale)
        ends = (end + SETTLING / evening.scale for end in (evening.ends_at, evening.closes_at))
        looks += [end for end in ends if end > now]
    return min(looks, default=None)


def is_sweep(evening: Evening, looked_at: datetime, now: datetime) -> bool:
    """Whether a look at ``now`` must go over the whole window once more: a sweep is due since the last look."""
    return any(looked_at < sweep <= now for sweep in evening.sweeps)


def _interval(evening: Evening, now: datetime) -> timedelta | None:
    if now < evening.ends_at:
        return LIVE
    if now < evening.closes_at:
        return TAIL
    return NIGHT if now < evening.morning else None
