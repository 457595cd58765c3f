"""When tweets were written, and by whom -> the stretches in which people talked with each other: a file's chats."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

QUARTER = timedelta(minutes=15)
HOUR = 4  # quarters
SURROUNDING = 48  # quarters before and behind an hour that say how busy it is around there
APART = 8  # quarters next to an hour that belong to the same evening: they say nothing about other days
FEWEST_TWEETS = 20
FEWEST_PEOPLE = 3
# An hour is a conversation when it holds so many times what an hour around it does.
TIMES_BUSIER = 4
# A quarter at an end belongs to the conversation while it holds this share of the busiest one.
STILL_TALKING = 0.25


@dataclass(frozen=True, slots=True)
class Burst:
    """A conversation: from the quarter of an hour in which it began to the one in which it ended, in UTC."""

    starts_at: datetime
    ends_at: datetime
    tweets: int
    people: int


def find(spoken: Iterable[tuple[datetime, str]], *, gap: timedelta) -> tuple[Burst, ...]:
    """Moments with who spoke, in any order -> bursts in time order.  What lies closer together than ``gap`` is one."""
    everything = sorted((moment.astimezone(UTC), who) for moment, who in spoken)
    if not everything:
        return ()
    epoch = everything[0][0].replace(minute=0, second=0, microsecond=0) - SURROUNDING * QUARTER
    counts = Counter((moment - epoch) // QUARTER for moment, _ in everything)
    stretches = _joined(_busy(counts), gap // QUARTER)
    found = [_burst(everything, epoch, *_trimmed(counts, *stretch)) for stretch in stretches]
    return tuple(burst for burst in found if burst.tweets >= FEWEST_TWEETS and burst.people >= FEWEST_PEOPLE)


def _busy(counts: Counter[int]) -> list[tuple[int, int]]:
    """The hours, as first quarter and quarter behind the last, that stand out from the hours around them."""
    spoken = sorted(counts.elements())

    def within(start: int, end: int) -> int:
        return bisect_left(spoken, end) - bisect_left(spoken, start)

    hours = []
    for start in sorted({quarter - before for quarter in counts for before in range(HOUR)}):
        end = start + HOUR
        tweets = within(start, end)
        around = within(start - SURROUNDING, start - APART) + within(end + APART, end + SURROUNDING)
        usual = around * HOUR / (2 * (SURROUNDING - APART))
        if tweets >= FEWEST_TWEETS and tweets >= TIMES_BUSIER * usual:
            hours.append((start, end))
    return hours


def _joined(hours: list[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    stretches: list[tuple[int, int]] = []
    for start, end in hours:
        if stretches and start - stretches[-1][1] < gap:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((start, end))
    return stretches


def _trimmed(counts: Counter[int], start: int, end: int) -> tuple[int, int]:
    """Without the quarters at both ends in which hardly anybody spoke yet, or any more."""
    enough = STILL_TALKING * max(counts[quarter] for quarter in range(start, end))
    talking = [quarter for quarter in range(start, end) if counts[quarter] >= enough]
    return talking[0], talking[-1] + 1


def _burst(everything: list[tuple[datetime, str]], epoch: datetime, start: int, end: int) -> Burst:
    starts_at, ends_at = epoch + start * QUARTER, epoch + end * QUARTER
    inside = everything[bisect_left(everything, (starts_at, "")) : bisect_left(everything, (ends_at, ""))]
    return Burst(starts_at, ends_at, len(inside), len({who for _, who in inside}))
