"""An answer of X's API 2 -> whole tweets: author, originals and media, which the answer holds apart, put into each.

The outcome has the shape that ``twarc2 flatten`` writes: one reader serves both, and reads a stored raw record again.
X says "tweet" in some names and "post" in the same ones since 2026, at times in one answer: both are read everywhere.
"""

from collections.abc import Iterable

from chats.sources.files.values import mapping, mappings

REFERENCES = ("referenced_tweets", "referenced_posts")


class Includes:
    """What an answer holds beside its tweets, by id.  None of it is a tweet of the answer itself."""

    def __init__(self, includes: object) -> None:
        held = mapping(includes)
        self._users = _by(held.get("users"), "id")
        self._media = _by(held.get("media"), "media_key")
        self._originals: dict[str, dict] = {}
        for name in ("tweets", "posts"):
            for key, original in _by(held.get(name), "id").items():
                self._originals[key] = self._dressed(original)

    def whole(self, tweet: dict) -> dict:
        """The tweet with all that belongs to it, as far as it is known."""
        tweet = self._dressed(tweet)
        for name in REFERENCES:
            if name in tweet:
                tweet[name] = [self._reference(reference) for reference in mappings(tweet[name])]
        return tweet

    def _reference(self, reference: dict) -> dict:
        return {**_found(self._originals, reference.get("id")), **reference}

    def _dressed(self, tweet: dict) -> dict:
        tweet = dict(tweet)
        if author := _found(self._users, tweet.get("author_id")):
            tweet["author"] = author
        attachments = mapping(tweet.get("attachments"))
        keys = attachments.get("media_keys")
        if isinstance(keys, list):
            media = [_found(self._media, key) for key in keys]
            tweet["attachments"] = {**attachments, "media": [medium for medium in media if medium]}
        return tweet


def references(tweet: dict) -> Iterable[dict]:
    for name in REFERENCES:
        yield from mappings(tweet.get(name))


def _by(things: object, name: str) -> dict[str, dict]:
    return {str(thing[name]): thing for thing in mappings(things) if isinstance(thing.get(name), str | int)}


def _found(things: dict[str, dict], key: object) -> dict:
    return things.get(str(key), {}) if isinstance(key, str | int) else {}
