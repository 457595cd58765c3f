"""What was read of files and networks -> the plain values that say how complete a copy is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class SourceValue:
    """What one source gave: ``name`` as in the database, the tweets and pages it was read for, and when last.

    ``counted`` is the network's own count, where it tells one; ``gaps`` are stretches of time that are lost.
    """

    name: str
    stored: int
    pages: int
    last_at: datetime | None
    counted: int | None = None
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NetworkValue:
    """How far a live network has been captured.  ``name`` is for readers; ``looked_at`` is when it last answered.

    ``state``: "whole" was asked to the end, "open" is still being asked, "left" is not any more, "paused" is not by
    somebody's wish, "spent" for want of money, "off" is not set up, "failed" does not answer.  ``counted`` tweets carry
    the hashtag by its own count, ``tagged`` are here; ``missing`` says what of it could not be had.
    ``has_seen_the_end``: it was asked when the chat's last minute was over.
    """

    name: str
    state: Literal["whole", "open", "left", "paused", "spent", "off", "failed"]
    looked_at: datetime | None
    has_seen_the_end: bool
    tagged: int
    counted: int | None = None
    missing: tuple[str, ...] = ()

    @property
    def lacks(self) -> int:
        """Tweets that the network counts and that are not here."""
        return max(0, self.counted - self.tagged) if self.counted is not None else 0

    @property
    def is_stopped(self) -> bool:
        """Whether nothing comes from it at present."""
        return self.state in ("failed", "off", "spent", "paused")


@dataclass(frozen=True, slots=True)
class FileValue:
    """What reading one file brought: its rows in all ``goes`` together, how many of them were ``rejected``.

    ``state``: "whole" was read to its end, "open" not yet, "failed" could not be.
    """

    name: str
    state: Literal["whole", "open", "failed"]
    goes: int
    pages: int
    rows: int
    rejected: int
    stored: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class CompletenessValue:
    """What is known of how complete the copy is.

    ``held_back`` tweets look like spam; ``confirmed_at`` is since when the networks have said of each of its tweets,
    because they were asked, that it is still there.  ``unasked`` are names of networks that the chat wants and that
    were not set up when the others were planned.
    """

    sources: tuple[SourceValue, ...]
    missing_parents: int
    outside_window: int
    removed: int
    files: tuple[FileValue, ...] = ()
    networks: tuple[NetworkValue, ...] = ()
    held_back: int = 0
    confirmed_at: datetime | None = None
    unasked: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether any network is still asked, or should be."""
        return any(network.state not in ("whole", "left") for network in self.networks)

    @property
    def is_collecting(self) -> bool:
        """Whether the chat itself is not over for some network."""
        return any(network.state == "open" and not network.has_seen_the_end for network in self.networks)

    @property
    def stopped(self) -> tuple[NetworkValue, ...]:
        """The networks from which nothing comes at present."""
        return tuple(network for network in self.networks if network.is_stopped)

    @property
    def left(self) -> tuple[NetworkValue, ...]:
        """The networks that nobody asks any more, and that were not asked to the chat's end."""
        return tuple(network for network in self.networks if network.state == "left")

    @property
    def unread(self) -> tuple[FileValue, ...]:
        """The files that were not read to their end."""
        return tuple(file for file in self.files if file.state != "whole")

    @property
    def copied_at(self) -> datetime | None:
        """When something was last read."""
        read = [*(file.last_at for file in self.files), *(network.looked_at for network in self.networks)]
        return max((moment for moment in read if moment), default=None)

    @property
    def is_whole(self) -> bool:
        """Whether everything that it was to be read from was read, every row, and no network knows of more."""
        has_all = not any(file.rejected for file in self.files) and not any(
            network.lacks or network.missing for network in self.networks
        )
        return bool(self.files or self.networks) and not (self.unread or self.left or self.is_open) and has_all
