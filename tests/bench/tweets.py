"""A size -> twarc v2 lines of exactly so many invented tweets of one chat: for the same size always the same bytes."""

import itertools
import json
import random
from datetime import UTC, datetime, timedelta

STARTS = datetime(2026, 3, 4, 21, 0, tzinfo=UTC)
ENDS = STARTS + timedelta(hours=1)
LEAD_IN, TAIL = timedelta(minutes=4), timedelta(minutes=6)
TAG = "WeCops"
HOST = "WeCops"
QUESTIONS = 6
FIRST_USER = 9000
A_PAGE = 100
TWEETS_A_PERSON = 12
WORDS = 4000
LINKS = 0.12  # of all tweets
RECENT = 40  # tweets back that people still react to
FIRST_ID_MILLISECONDS = 1_288_834_974_657  # where ids on X begin; they tell the time
# Of a hundred tweets.  No retweets: X gives none any more.
KINDS = {"labelled": 40, "unlabelled": 18, "reply": 30, "quote": 5, "chatter": 7}
SYLLABLES = [first + second for first in "bcdfghlmnprstvw" for second in "aeiou"]


def lines(size):
    """A search's answers, one a line, oldest first."""
    chat = _Chat(size)
    for start in range(0, size, A_PAGE):
        yield json.dumps(chat.page(start), ensure_ascii=False) + "\n"


class _Chat:
    """Everybody and everything they say, made at once."""

    def __init__(self, size):
        self._random = random.Random(size)
        lengths = self._random.choices((1, 2, 2, 3), k=WORDS)
        self._words = ["".join(self._random.choices(SYLLABLES, k=length)) for length in lengths]
        # As in any language: few words often, many words seldom.
        self._weights = list(itertools.accumulate(1 / (place + 3) for place in range(WORDS)))
        self._users = [self._user(number) for number in range(max(size // TWEETS_A_PERSON, 3))]
        self._tweets = []
        asked = {size * number // (QUESTIONS + 1): number for number in range(1, QUESTIONS + 1)}
        question = 0
        for place in range(size):
            question = asked.get(place, question)
            at = STARTS - LEAD_IN + (ENDS + TAIL - STARTS + LEAD_IN) * place / size
            self._tweets.append(self._asks(at, question) if place in asked else self._says(at, question))
        self._by_id = {tweet["id"]: tweet for tweet in self._tweets}

    def page(self, start):
        """An answer of the API with what its tweets refer to."""
        tweets = self._tweets[start : start + A_PAGE]
        referred = {each["id"] for tweet in tweets for each in tweet.get("referenced_tweets", ())}
        included = [self._by_id[number] for number in sorted(referred)]
        authors = {tweet["author_id"] for tweet in [*tweets, *included]}
        users = [self._users[int(number) - FIRST_USER] for number in sorted(authors)]
        return {"data": tweets, "includes": {"users": users, "tweets": included}, "meta": {"result_count": len(tweets)}}

    def _user(self, number):
        name, handle = self._text(2).title(), f"{self._text(1).capitalize()}{number}"
        return {
            "id": str(FIRST_USER + number),
            "username": handle if number else HOST,
            "name": name if number else HOST,
            "public_metrics": {"followers_count": self._random.randrange(20, 9000)},
        }

    def _text(self, count):
        return " ".join(self._random.choices(self._words, cum_weights=self._weights, k=count))

    def _asks(self, at, question):
        return self._tweet(at, self._users[0], f"Q{question} {self._text(14).capitalize()}?")

    def _says(self, at, question):
        (kind,) = self._random.choices(list(KINDS), KINDS.values())
        user = self._random.choice(self._users[1:])
        said = f"{self._text(self._random.randint(5, 38)).capitalize()}."
        earlier = self._random.choice(self._tweets[-RECENT:]) if self._tweets else None
        if kind == "labelled" and question:
            return self._tweet(at, user, f"A{question} {said}")
        if kind in ("reply", "quote") and earlier:
            return self._tweet(at, user, said, **{kind: earlier})
        return self._tweet(at, user, said)

    def _tweet(self, at, user, said, *, reply=None, quote=None):
        place = len(self._tweets)
        milliseconds = int(at.timestamp() * 1000)
        number = str(((milliseconds - FIRST_ID_MILLISECONDS) << 22) + place)
        tweet = {
            "id": number,
            "author_id": user["id"],
            "conversation_id": reply["conversation_id"] if reply else number,
            "created_at": at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z",
            "lang": "en",
            "edit_history_tweet_ids": [number],
            "public_metrics": {
                f"{name}_count": self._random.randrange(9) for name in ("like", "retweet", "reply", "quote")
            },
            **self._wording(said, reply),
        }
        references = [("replied_to", reply), ("quoted", quote)]
        if found := [{"type": kind, "id": other["id"]} for kind, other in references if other]:
            tweet["referenced_tweets"] = found
        return tweet

    def _wording(self, said, reply):
        """The text and its entities: whom it answers, the hashtag, a link now and then."""
        text, entities = said, {}
        if reply:
            to = self._users[int(reply["author_id"]) - FIRST_USER]
            text = f"@{to['username']} {text}"
            mention = {"start": 0, "end": len(to["username"]) + 1, "username": to["username"], "id": to["id"]}
            entities["mentions"] = [mention]
        if self._random.random() < (0.3 if reply else 0.9):
            start, text = len(text) + 1, f"{text} #{TAG}"
            entities["hashtags"] = [{"start": start, "end": len(text), "tag": TAG}]
        if self._random.random() < LINKS:
            address = f"library.example/{self._text(1)}/{self._random.randrange(10**6)}"
            start, text = len(text) + 1, f"{text} https://t.co/{self._random.randrange(10**9):x}"
            url = {"url": text[start:], "expanded_url": f"https://{address}", "display_url": address[:30]}
            entities["urls"] = [{"start": start, "end": len(text), **url}]
        return {"text": text, "entities": entities}
