"""The outside world -> frozen records.  What every source promises, whatever network or file it reads."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, Protocol, runtime_checkable

SpanKind = Literal["link", "media", "mention", "hashtag"]


class SourceError(Exception):
    """Something went wrong outside.

    ``permanent`` means: do not try again.  ``waiting`` means: nothing is wrong with what was asked, only the outside is
    not ready for it, however often it takes.  ``retry_after`` is how long trying again makes no sense.  ``is_refusal``
    means: of whoever asks, with the handle, password or token that they have.
    ``code`` is a stable word for the admin and the logs; the message is a sentence for a person.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str,
        permanent: bool = False,
        waiting: bool = False,
        is_refusal: bool = False,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.permanent = permanent
        self.waiting = waiting
        self.is_refusal = is_refusal
        self.retry_after = retry_after


class SourceAuthor(NamedTuple):
    """Who wrote a tweet, as the source saw them.  ``id`` is the network's own and never changes; handles do.

    ``joined_at`` is when the account was opened, where the source says so.
    """

    network: str
    id: str
    handle: str
    name: str
    followers: int | None = None
    joined_at: datetime | None = None


class Span(NamedTuple):
    """A part of a tweet's text that means something: ``text[start:end]``, in code points of the text as stored.

    link, media: ``target`` is the network's short address (t.co), ``shown`` what stands for it, ``leads_to`` its end.
    mention: ``target`` is the handle.  hashtag: ``target`` is the tag.  Neither carries its sign.
    """

    kind: SpanKind
    start: int
    end: int
    target: str
    shown: str = ""
    leads_to: str = ""


class SourceTweet(NamedTuple):
    """One public message.  ``text`` is whole and plain: HTML entities are undone, long texts complete.

    References are network ids ("" when there is none).  A retweet's text is ``RT @handle: `` and the whole original
    where the source has it.  Counts are None where the source does not say.  ``edits`` are the ids of all versions,
    oldest first.  ``raw`` is the source's own record as JSON bytes.
    """

    network: str
    id: str
    author: SourceAuthor
    text: str
    created_at: datetime
    url: str = ""
    lang: str = ""
    conversation: str = ""
    reply_to: str = ""
    quote_of: str = ""
    retweet_of: str = ""
    hashtags: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    alt_texts: tuple[str, ...] = ()
    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    quotes: int | None = None
    edits: tuple[str, ...] = ()
    is_sensitive: bool = False
    raw: bytes = b""


class Rejected(NamedTuple):
    """A row that cannot be a tweet: where it stood, and why, in words for a person.

    ``line`` counts from 1: lines of a file, rows of a sheet, or items of a document, whose reasons begin with "Item".
    """

    line: int
    reason: str


class Missing(NamedTuple):
    """A part of a source that could not be had, though the rest was: which, and why, as a ``SourceError`` says it."""

    part: str
    code: str
    reason: str
    retry_after: timedelta | None = None


class Page(NamedTuple):
    """What one step of a source brought.  ``cursor`` is what to hand back to go on; None when there is no more, ever.

    A live source never comes to that end.  ``is_last`` says that it has caught up: ask again later, with the cursor.
    ``requests``, ``reads`` (tweets) and ``user_reads`` (people described) are what the page cost at the network;
    ``is_owned`` says that the tweets are its owner's, and cheaper.  ``missing`` is what could not be had, told by the
    last page.
    """

    tweets: tuple[SourceTweet, ...]
    rejected: tuple[Rejected, ...]
    cursor: str | None
    is_last: bool = False
    requests: int = 0
    reads: int = 0
    user_reads: int = 0
    missing: tuple[Missing, ...] = ()
    is_owned: bool = False


class Gone(NamedTuple):
    """A tweet that its network no longer shows, and why: deleted, its author protected or suspended, withheld by law.

    The first may be undone by nobody, the others by the network; it does not always say what stands behind the first.
    """

    id: str
    why: Literal["not-found", "not-authorized", "suspended", "withheld"]


class Looked(NamedTuple):
    """What a network said of some ids.  ``unclear`` are those of which it said nothing that tells."""

    tweets: tuple[SourceTweet, ...]
    gone: tuple[Gone, ...]
    unclear: tuple[str, ...]
    rejected: tuple[Rejected, ...] = ()
    requests: int = 0
    reads: int = 0
    user_reads: int = 0


class Source(Protocol):
    """Pages from a cursor on.  The same cursor gives the same page for as long as the outside has not changed."""

    def pages(self, cursor: str) -> Iterator[Page]: ...


class Swept(NamedTuple):
    """Where to begin a sweep.  ``counted`` is the network's own count of what matches, where it tells one, which took
    so many ``counts`` of it.
    """

    cursor: str
    counted: int | None = None
    counts: int = 0


@runtime_checkable
class LiveSource(Source, Protocol):
    """A source that goes on giving.  What a network's search shows late lies behind the cursor, so now and then its
    whole window is gone over again.
    """

    def again(self, cursor: str, *, stored: Mapping[datetime, int]) -> Swept:
        """A cursor from which ``pages`` finds what is not had yet.

        ``stored`` are the tweets had, by the minute they were written in (whole minutes, UTC).
        """
        ...
