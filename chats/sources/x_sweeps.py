"""What X counts, and what is stored -> the stretch of a search that must be read once more."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from chats.sources import x
from chats.sources.base import Swept
from chats.sources.x_asking import Access
from chats.sources.x_lookup import Counted, counts
from chats.sources.x_places import Place
from chats.sources.x_refusals import Refused

Reach = Literal["recent", "all"]
_TIMES = {"start_time", "end_time"}


class XSearch(x.XSource):
    """The tweets that ``query`` finds from ``starts_at`` to before ``ends_at``."""

    def __init__(self, access: Access, query: str, *, reach: Reach, starts_at: datetime, ends_at: datetime) -> None:
        listing = x.archive(query) if reach == "all" else x.recent(query)
        super().__init__(access, listing, starts_at=starts_at, ends_at=ends_at)
        self._query, self._reach, self._ends_at = query, reach, ends_at

    def again(self, cursor: str, *, stored: Mapping[datetime, int]) -> Swept:
        """From the first minute of which X counts more than is stored to the last: reading is dear, counting is not.

        Where X no longer counts so far back, it does not show it either, and what is had is all there will be.
        """
        try:
            counted = self._counted()
        except Refused as refused:
            if not refused.parameters & _TIMES:
                raise
            return Swept(cursor, counts=1)
        lacking = [bucket for bucket in counted.buckets if bucket.tweets > stored.get(_minute(bucket.starts_at), 0)]
        place = Place.of_cursor(cursor)
        if lacking:
            place = place.over_again(lacking[0].starts_at, lacking[-1].ends_at)
        return Swept(place.mark(), counted.tweets, counted.requests)

    def _counted(self) -> Counted:
        with self._access.open() as x_:
            return counts(x_, self._query, starts_at=self._starts_at, ends_at=self._ends_at, reach=self._reach)


def _minute(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)
