"""One question to the simulated X, and what it answers, in the hands of whoever wants to spoil it."""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple


class Reply(NamedTuple):
    """What is answered.  ``raw`` is sent instead of the body's JSON, after ``delay`` seconds, claiming ``length``.

    Without ``headers`` there are those that tell the rate limit.
    ``cut`` says after how many bytes it ends (-1: before the headers), and whether by "close" or by "reset".
    """

    status: int
    body: Any = None
    headers: tuple[tuple[str, str], ...] | None = None
    raw: bytes | None = None
    content_type: str = "application/json; charset=utf-8"
    cut: tuple[int, str] | None = None
    length: int | None = None
    delay: float = 0

    @property
    def data(self) -> bytes:
        return json.dumps(self.body).encode() if self.raw is None else self.raw


@dataclass
class Request:
    """What was asked, as faults see it.  ``page`` counts the searches since the server began."""

    kind: str
    params: dict[str, str]
    page: int = 0
