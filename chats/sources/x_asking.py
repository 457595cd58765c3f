"""A question to X's API 2 -> the body of its answer, in whichever of its two vocabularies X answers today.

X said "tweet" in its names and since 2026 says "post" in some of them, without notice.  The one that is set is asked
for; with "auto", that which X refuses is given up for the other.  Either is read in every answer.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, Self, cast

from chats.sources.files.json_lines import decode
from chats.sources.files.lines import decoded
from chats.sources.files.values import Unusable, mapping
from chats.sources.http import DEADLINE, Door
from chats.sources.x_refusals import Refused, refusal

Vocabulary = Literal["tweet", "post"]
OTHER: dict[Vocabulary, Vocabulary] = {"tweet": "post", "post": "tweet"}
_FIELDS = "id,text,attachments,conversation_id,created_at,entities,lang,possibly_sensitive,public_metrics,withheld"
_BESIDE = {
    "user.fields": "id,name,username,created_at,protected,public_metrics",
    "media.fields": "media_key,type,alt_text",
}
_NAMES: dict[Vocabulary, dict[str, str]] = {
    "tweet": {
        "tweet.fields": f"{_FIELDS},author_id,edit_history_tweet_ids,note_tweet,referenced_tweets",
        "expansions": "author_id,attachments.media_keys",
    },
    # What is a field there is an expansion here: there is no asking for a reference without what it refers to.
    "post": {
        "post.fields": f"{_FIELDS},note_post",
        "expansions": "author_id,attachments.media_keys,referenced_posts",
    },
}
_VOCABULARY_PARAMETERS = {"tweet.fields", "post.fields", "expansions"}
_OK = 200
_DONE = {_OK, 201}


@dataclass(frozen=True)
class Access:
    """How to reach X.  ``pace`` is the least time between two requests."""

    api_url: str
    token: str = field(repr=False)
    vocabulary: Literal["auto", "tweet", "post"] = "auto"
    deadline: timedelta = DEADLINE
    pace: timedelta = timedelta()

    def open(self) -> "X":
        return X(self)


class Asked(NamedTuple):
    """The body of a good answer, how many requests it took, and when X says it is (None when it does not)."""

    body: dict
    requests: int
    sent_at: datetime | None


def fields(vocabulary: Vocabulary) -> dict[str, str]:
    """The parameters that ask for whole tweets."""
    return {**_BESIDE, **_NAMES[vocabulary]}


class X:
    """One conversation with the API.  ``vocabulary`` is the one in use."""

    def __init__(self, access: Access, pause: Callable[[float], None] = time.sleep) -> None:
        self._is_free = access.vocabulary == "auto"
        self.vocabulary: Vocabulary = "tweet" if access.vocabulary == "auto" else access.vocabulary
        self._pace = access.pace.total_seconds()
        self._pause = pause
        self._last = float("-inf")
        # The operator names the address.
        self._door = Door(
            access.api_url, headers={"Authorization": f"Bearer {access.token}"}, trusted=True, deadline=access.deadline
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._door.close()

    def prefer(self, vocabulary: str) -> None:
        """Begin with what X understood last time."""
        if self._is_free and vocabulary in OTHER:
            self.vocabulary = cast("Vocabulary", vocabulary)

    def ask(
        self, path: str, params: Iterable[tuple[str, str]], named: Callable[[Vocabulary], dict[str, str]] | None = None
    ) -> Asked:
        """``named`` are parameters that depend on the vocabulary.

        Raises ``SourceError``; ``Refused`` when X did not like a parameter.
        """
        params = list(params)
        may_switch = self._is_free and named is not None
        for requests in range(1, 3):
            self._keep_pace()
            answer = self._door.get(path, [*params, *(named(self.vocabulary) if named else {}).items()])
            if answer.status == _OK:
                return Asked(mapping(answer.json()), requests, answer.sent_at)
            error = refusal(answer)
            if not (may_switch and isinstance(error, Refused) and error.parameters & _VOCABULARY_PARAMETERS):
                break
            may_switch = False
            self.vocabulary = OTHER[self.vocabulary]
        raise error

    def tell(self, path: str, body: object) -> dict:
        """What X answers to a value.  Raises ``SourceError``."""
        self._keep_pace()
        answer = self._door.post(path, body)
        if answer.status not in _DONE:
            raise refusal(answer)
        return mapping(answer.json())

    def listen(self, path: str, lasts: timedelta) -> Iterator[dict]:
        """The objects that X says one by one, for so long; {} where it only says that it is there.

        Raises ``SourceError`` where X refuses, or hangs up first.  A stream knows tweets by that name alone.
        """
        with self._door.listening(path, list(fields("tweet").items()), lasts=lasts) as (answer, lines):
            if answer.status != _OK:
                raise refusal(answer)
            for line in lines:
                yield _object(line)

    def _keep_pace(self) -> None:
        wait = self._last + self._pace - time.monotonic()
        if wait > 0:
            self._pause(wait)
        self._last = time.monotonic()


def _object(line: bytes) -> dict:
    """{} for a line that holds none: the last one may be cut, and X may say what nobody knows."""
    try:
        return mapping(decode(decoded(line))) if line else {}
    except Unusable:
        return {}
