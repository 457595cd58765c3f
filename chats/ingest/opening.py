"""Settings and a capture's own words -> the source that it reads.  What is secret lives in the settings alone."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts import leases
from accounts.leases import Claim
from chats.ingest import cadence
from chats.models import NOT_SET_UP, Capture
from chats.sources import LOOKUPS, SOURCES, bluesky_service, heartbeat, mastodon_server, x_asking, x_stream
from chats.sources.base import Looked, Source, SourceError

RECENT = timedelta(hours=2)  # nobody is left alone for longer
TOO_SLOW = "too_slow"  # the error of what takes longer than anybody may
UNTIL = 3  # where in an entry of ``Capture.missing`` it stands until when
SIGNS = 16  # of a fingerprint
LOOK_AGAIN = timedelta(minutes=5)  # when something is missing in the settings
DEADLINE = timedelta(seconds=15)  # half of what a look may be silent for
# Then no more is asked for; after half of it what is left is given back.  With the last answer that is well within
# Celery's time limit, which would count against the row.
LONGEST = timedelta(seconds=40)


def open_source(capture: Capture) -> Source:
    """Raises ``SourceError`` where the portal has no access to what the capture reads."""
    if capture.source not in SOURCES:
        raise SourceError(f"There is no source {capture.source!r}.", code="unknown_source", permanent=True)
    needed = _needed(capture.source)
    if capture.source == "x" and settings.X_FILTERED_STREAM:
        needed["listens"] = _stretch(capture, leases.clock())
    if capture.source == "mastodon":
        needed["access"] = needed["access"]._replace(resting=_resting(capture.source, leases.clock()))
    return SOURCES[capture.source](capture.query, **capture.settings, **needed)


def _stretch(capture: Capture, now: datetime) -> timedelta | None:
    """How long to listen to X's stream: until the next look is due; not but while people talk, nor while it rests."""
    if not capture.chat.opens_at <= now < capture.chat.ends_at:
        return None
    is_resting = x_stream.PART in _resting("x", now)
    return timedelta() if is_resting else min(cadence.LIVE / settings.CAPTURE_TIME_SCALE, DEADLINE)


def _resting(source: str, now: datetime) -> tuple[str, ...]:
    """The parts of a source that asked any of its captures to be left alone until later than ``now``."""
    recent = Capture.objects.filter(source=source, looked_at__gt=now - RECENT).exclude(missing=[])
    told = {part: None for capture in recent for part, *_ in still_resting(capture, now)}
    return tuple(told)


def still_resting(capture: Capture, now: datetime) -> list[list[str]]:
    """What a capture is missing because it may not be asked for before a time that lies behind ``now``."""
    return [each for each in capture.missing if len(each) > UNTIL and datetime.fromisoformat(each[UNTIL]) > now]


def portions(network: str, ids: Sequence[str]) -> list[Sequence[str]]:
    """The ids, as many together as the network is asked for at once."""
    _, most = LOOKUPS[network]
    return [ids[start : start + most] for start in range(0, len(ids), most)]


def look_up(network: str, ids: Sequence[str]) -> Looked:
    """What a network says of one portion of tweets.

    Raises ``SourceError`` where the portal has no access to it, or it does not answer.
    """
    ask, _ = LOOKUPS[network]
    with waited_out():
        return ask(_needed(network)["access"], ids)


def going_on(claim: Claim, began_at: datetime) -> AbstractContextManager[None]:
    """Before each request within, the lease starts anew, as long as the whole does not take longer than ``LONGEST``.

    The request that would come later raises ``SourceError``, as one that waits.
    """
    return heartbeat.felt_by(partial(_go_on, claim, began_at + LONGEST))


def is_long(began_at: datetime) -> bool:
    """Whether what began then has kept others waiting for long enough."""
    return leases.clock() > began_at + LONGEST / 2


def _go_on(claim: Claim, ends_at: datetime) -> None:
    if leases.renew(claim) > ends_at:
        raise SourceError("It answers so slowly that a look at it does not end.", code=TOO_SLOW, waiting=True)


@contextmanager
def waited_out(if_so: bool = True) -> Iterator[None]:
    """Whatever the outside says within, it may say something else a little later: nobody has to mend it first.

    Our own errors are none of the outside's, and stay what they are.
    """
    try:
        yield
    except SourceError as error:
        if if_so:
            error.permanent, error.waiting = False, True
        raise


def is_live(source: str) -> bool:
    """Whether a source goes on giving; a file is read once."""
    return source != "file"


def live_sources() -> list[str]:
    """The networks that the portal has access to."""
    return [source for source in SOURCES if is_live(source) and _access(source) is not None]


def fingerprint(source: str) -> str:
    """What tells the access to a source that is set from any other, and tells nothing of it; "" where none is set."""
    told = {
        "x": [settings.X_API_URL, settings.X_BEARER_TOKEN],
        "bluesky": [settings.BLUESKY_URL, settings.BLUESKY_IDENTIFIER, settings.BLUESKY_APP_PASSWORD],
    }
    return salted_hmac("access", "\n".join(told[source])).hexdigest()[:SIGNS] if source in told else ""


def _needed(source: str) -> dict[str, Any]:
    found = _access(source)
    if found is None:
        said = f"{source.capitalize()} is not set up: its access is missing in the settings."
        raise SourceError(said, code=NOT_SET_UP, waiting=True, retry_after=LOOK_AGAIN)
    return found


def _access(source: str) -> dict[str, Any] | None:
    """What opens a source besides the query; None where it is not set up."""
    match source:
        case "file":
            return {}
        case "x" if settings.X_BEARER_TOKEN:
            token = settings.X_BEARER_TOKEN
            opened = x_asking.Access(settings.X_API_URL, token, settings.X_VOCABULARY, DEADLINE)
            return {"access": opened, "search": settings.X_SEARCH}
        case "mastodon" if settings.MASTODON_SERVERS:
            servers, tokens = tuple(settings.MASTODON_SERVERS), settings.MASTODON_TOKENS
            # Servers that hang leave time for the one behind them.
            deadline = min(DEADLINE, LONGEST / (len(servers) + 1))
            return {"access": mastodon_server.Access(servers, tokens, deadline=deadline)}
        case "bluesky" if settings.BLUESKY_IDENTIFIER:
            account = settings.BLUESKY_IDENTIFIER, settings.BLUESKY_APP_PASSWORD
            return {"access": bluesky_service.Access(settings.BLUESKY_URL, *account, deadline=DEADLINE)}
    return None
