"""Tweets that were found -> an answer of X's API 2 in either vocabulary, with just the fields that were asked for."""

from collections.abc import Callable, Iterable, Mapping

from tests.simulators import x_v2
from tests.simulators.facts import Person, Said

PROBLEMS = "https://api.twitter.com/2/problems/"
_DEFAULT = {"id", "text", "edit_history_tweet_ids"}
# "tweet" word -> "post" word, for the names that differ.
_POST_WORDS = {
    "note_tweet": "note_post",
    "edit_history_tweet_ids": "edit_history_post_ids",
    "referenced_tweets": "referenced_posts",
    "tweets": "posts",
    "retweet_count": "repost_count",
    "tweet_count": "post_count",
    "total_tweet_count": "total_post_count",
}
_TWEET_WORDS = {post: tweet for tweet, post in _POST_WORDS.items()}


class Wanted:
    """What a request asked for, in the tweet vocabulary whichever it spoke."""

    def __init__(self, one: Mapping[str, str]) -> None:
        fields = one.get("tweet.fields") or one.get("post.fields") or ""
        self.fields = _DEFAULT | {_TWEET_WORDS.get(name, name) for name in fields.split(",")}
        self.expansions = set(one.get("expansions", "").split(",")) - {""}
        if "referenced_posts" in self.expansions:
            self.expansions |= {"referenced_tweets.id"}
            self.fields |= {"referenced_tweets"}
        if "author_id" in self.expansions:
            self.fields |= {"author_id"}
        self.user_fields = {"id", "name", "username"} | set(one.get("user.fields", "").split(","))
        self.media_fields = {"media_key", "type"} | set(one.get("media.fields", "").split(","))


def found(tweets: Iterable[Said], wanted: Wanted, find: Callable[[str], Said | None]) -> dict:
    """The answer's ``data`` and ``includes``; ``find`` gives what anybody may see under an id."""
    tweets = list(tweets)
    originals: dict[str, Said] = {}
    errors: dict[str, dict] = {}
    if "referenced_tweets.id" in wanted.expansions:
        for other in [each for said in tweets for each in (said.retweet_of, said.quote_of, said.reply_to) if each]:
            if original := find(other):
                originals[original.id] = original
            else:
                errors[other] = not_authorized(other, "referenced_tweets.id")
    people: dict[Person, None] = {}
    if "author_id" in wanted.expansions:
        people |= {said.author: None for said in tweets}
    if "referenced_tweets.id.author_id" in wanted.expansions:
        people |= {said.author: None for said in originals.values()}
    pictures = {said.picture: said for said in tweets if said.picture and not said.retweet_of}
    includes = {
        "users": [_only(x_v2.user(person), wanted.user_fields) for person in people],
        "tweets": [_only(x_v2.record(said), wanted.fields) for said in originals.values()],
        "media": [_only(x_v2._medium(said), wanted.media_fields) for said in pictures.values()]
        if "attachments.media_keys" in wanted.expansions
        else [],
    }
    answer: dict = {}
    if tweets:
        answer["data"] = [_only(x_v2.record(said), wanted.fields) for said in tweets]
    if includes := {name: things for name, things in includes.items() if things}:
        answer["includes"] = includes
    if errors:
        answer["errors"] = list(errors.values())
    return answer


def in_post_words(value):
    """The same answer as it says "post" where it said "tweet"."""
    if isinstance(value, list):
        return [in_post_words(each) for each in value]
    if not isinstance(value, dict):
        return value
    renamed = {_POST_WORDS.get(name, name): in_post_words(each) for name, each in value.items()}
    if "repost_count" in renamed:
        renamed |= {"bookmark_count": 0, "impression_count": 0}
    return renamed


def not_found(tweet_id: str, parameter: str = "ids") -> dict:
    return {
        "value": tweet_id,
        "detail": f"Could not find tweet with {parameter}: [{tweet_id}].",
        "title": "Not Found Error",
        "resource_type": "tweet",
        "parameter": parameter,
        "resource_id": tweet_id,
        "type": PROBLEMS + "resource-not-found",
    }


def not_authorized(tweet_id: str, parameter: str = "ids") -> dict:
    return {
        "value": tweet_id,
        "detail": f"Sorry, you are not authorized to see the Tweet with {parameter}: [{tweet_id}].",
        "title": "Authorization Error",
        "section": "data" if parameter == "ids" else "includes",
        "resource_type": "tweet",
        "parameter": parameter,
        "resource_id": tweet_id,
        "type": PROBLEMS + "not-authorized-for-resource",
    }


def suspended(tweet_id: str, handle: str) -> dict:
    return {
        "value": tweet_id,
        "detail": f"User has been suspended: [{handle}].",
        "title": "Forbidden",
        "resource_type": "tweet",
        "parameter": "ids",
        "resource_id": tweet_id,
        "type": PROBLEMS + "resource-not-found",
    }


def invalid(complaints: Iterable[tuple[str, str, str]]) -> dict:
    return {
        "errors": [{"parameters": {name: [value]}, "message": message} for name, value, message in complaints],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": PROBLEMS + "invalid-request",
    }


def plain(status: int, title: str) -> dict:
    return {"title": title, "detail": title, "type": "about:blank", "status": status}


def capped() -> dict:
    return {
        "title": "UsageCapExceeded",
        "detail": "Usage cap exceeded: Monthly product cap",
        "period": "Monthly",
        "scope": "Product",
        "type": PROBLEMS + "usage-capped",
    }


def _only(record: dict, names: set[str]) -> dict:
    return {name: value for name, value in record.items() if name in names}
