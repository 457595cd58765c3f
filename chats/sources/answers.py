"""What a host said -> values, and how long it wants to be left alone."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from chats.sources.base import SourceError
from chats.sources.files.json_lines import decode
from chats.sources.files.lines import decoded
from chats.sources.files.values import Unusable

LONGEST_WAIT = timedelta(minutes=15)  # longer ones come from clocks that are wrong
_SHORTEST_WAIT = timedelta(seconds=1)
_SECONDS = re.compile(r"[0-9]{1,9}")


class Answer(NamedTuple):
    """What a host said.  ``headers`` do not mind the case of their names; ``body`` is unpacked and whole."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    def json(self) -> Any:
        """What the body says.  Raises ``SourceError`` when it is no JSON, or does not claim to be."""
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if not kind.endswith("json"):
            raise SourceError(f"{self.host} answered with {kind or 'nothing named'} instead of JSON.", code="not_json")
        try:
            return decode(decoded(self.body))
        except Unusable as unusable:
            said = f"{self.host} answered with JSON that is broken or cut short."
            raise SourceError(said, code="bad_json") from unusable

    def check_available(self) -> None:
        """Raise ``SourceError`` when the host says that something is wrong with itself."""
        if self.status >= 500:
            said = f"{self.host} is out of order: it answered {self.status}."
            raise SourceError(said, code="unavailable", waiting=True, retry_after=self.retry_after)

    @property
    def sent_at(self) -> datetime | None:
        """When the host says it is; None when it does not."""
        return _date(self.headers.get("Date", ""))

    @property
    def retry_after(self) -> timedelta | None:
        """How long the host asks to be left alone, at most ``LONGEST_WAIT``; None when it does not say."""
        stated = self.headers.get("Retry-After", "").strip()
        if _SECONDS.fullmatch(stated):
            return _bounded(timedelta(seconds=int(stated)))
        moment = _date(stated)
        return self.wait_until(moment) if moment else None

    def wait_until(self, moment: datetime) -> timedelta | None:
        """How long it is until ``moment`` by the host's own clock: ours may be wrong, or the host's.

        Between a second and ``LONGEST_WAIT``; None when the answer has no date.
        """
        return _bounded(moment - self.sent_at) if self.sent_at else None


def _bounded(wait: timedelta) -> timedelta:
    return min(max(wait, _SHORTEST_WAIT), LONGEST_WAIT)


def _date(stated: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(stated)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
