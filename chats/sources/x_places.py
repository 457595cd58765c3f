"""Ids and tokens of a page -> the place from which a search goes on: what is kept of it between two requests.

A search is read in sweeps, each from the newest tweet down to what the one before had.  X's tokens lead from page to
page; they may expire, go in circles or bring the same again.  Then the sweep goes on below the oldest tweet it saw.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from chats.sources.base import SourceError
from chats.sources.files.values import known_id

# X's ids carry the milliseconds since this moment above their lowest 22 bits.
_FIRST_MILLISECOND = datetime(2010, 11, 4, 1, 42, 54, 657_000, UTC)
_LOW_BITS = 22
_MILLISECOND = timedelta(milliseconds=1)
_MOST_STALE = 3  # pages that bring nothing older
_MOST_RESTARTS = 1
_LONGEST_TOKEN = 4096


def id_at(moment: datetime) -> int:
    """The smallest id that a tweet of this moment can have."""
    return max(0, (moment - _FIRST_MILLISECOND) // _MILLISECOND) << _LOW_BITS


class Place(NamedTuple):
    """Where a search stands.  All numbers are ids of tweets; 0 is none.

    ``newest``: up to there all is had.  ``reach``, ``oldest``: the newest and oldest of the sweep under way.
    ``until``: below this the sweep was begun again.  ``stale``: pages in a row that brought nothing older;
    ``restarts``: how often in a row beginning again brought nothing.  ``high``: while old ground is gone over, what was
    had before.  ``is_short``: X does not reach back as far as this sweep should; ``has_gap``: once it did not, and what
    was written then can only come from a file.  ``user``: the number of the account whose timeline it is.
    """

    vocabulary: str = ""
    token: str = ""
    newest: int = 0
    reach: int = 0
    oldest: int = 0
    until: int = 0
    stale: int = 0
    restarts: int = 0
    high: int = 0
    is_short: bool = False
    has_gap: bool = False
    user: str = ""

    @classmethod
    def of_cursor(cls, cursor: str) -> "Place":
        """What ``mark`` gave; "" is the beginning."""
        try:
            found = json.loads(cursor or "{}")
            place = cls(**found)
        except (ValueError, TypeError, RecursionError):
            raise _no_mark() from None
        kinds = [str, str, *[int] * 7, bool, bool, str]
        is_number = place.user == known_id(place.user)
        if [type(value) for value in place] != kinds or len(place.token) > _LONGEST_TOKEN or not is_number:
            raise _no_mark()
        return place

    def mark(self) -> str:
        """A cursor to go on from."""
        return json.dumps({name: value for name, value in self._asdict().items() if value}, separators=(",", ":"))

    @property
    def is_beginning(self) -> bool:
        """Whether a sweep begins here."""
        return not (self.token or self.until or self.oldest or self.stale or self.restarts)

    def resumed(self) -> "Place":
        """Where to begin when reading goes on: a token that has led nowhere is not tried again."""
        return self._replace(token="") if self.restarts >= _MOST_RESTARTS else self

    def onward(self, ids: list[str], token: str) -> "Place":
        """Behind a page of these tweets, which names the next one by ``token``."""
        found = [int(known_id(each)) for each in ids]
        below = [each for each in found if not self.oldest or each < self.oldest]
        place = self._replace(reach=max(self.reach, *found, 0), oldest=min(below, default=self.oldest))
        if not token:
            return place.ended()
        stale, restarts = (0, 0) if below else (self.stale + 1, self.restarts)
        place = place._replace(stale=stale, restarts=restarts)
        if token == self.token or len(token) > _LONGEST_TOKEN or place.stale >= _MOST_STALE:
            return place.restarted()
        return place._replace(token=token)

    def shortened(self) -> "Place":
        """The same sweep, as far back as X reaches."""
        return self._replace(is_short=True, has_gap=True)

    def ended(self) -> "Place":
        """The sweep is through: all up to its newest is had."""
        return self._swept(newest=max(self.newest, self.reach, self.high))

    def over_again(self, since: datetime, until: datetime) -> "Place":
        """A sweep of that stretch of time alone, and then on from where this stands."""
        high = max(self.newest, self.reach, self.high)
        return self._swept(newest=id_at(since), until=id_at(until), high=high)

    def _swept(self, newest: int, until: int = 0, high: int = 0) -> "Place":
        """Nothing of the sweep under way is kept."""
        return Place(self.vocabulary, newest=newest, until=until, high=high, has_gap=self.has_gap, user=self.user)

    def restarted(self) -> "Place":
        """Below the oldest tweet seen, without a token.  Raises ``SourceError`` when that has just brought nothing."""
        if self.restarts >= _MOST_RESTARTS:
            said = "X shows the same tweets again and again, and nothing that is older."
            raise SourceError(said, code="x_circles", waiting=True)
        return self._replace(token="", until=self.oldest or self.until, stale=0, restarts=self.restarts + 1)


def _no_mark() -> SourceError:
    return SourceError("The mark at which to go on in the search is not one.", code="x_cursor", permanent=True)
