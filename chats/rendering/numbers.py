"""Numbers and lists -> the way people say them."""

from collections.abc import Sequence

A_MILLION = 1_000_000


def counted(number: int, words: str) -> str:
    """A number and its word, given as "person,people": "1 person", "1,204 people"."""
    one, many = words.split(",")
    return f"{number:,} {one if number == 1 else many}"


def told_apart(tweets: int, retweets: int) -> str:
    """How many of a list are somebody's own: "3 tweets", "3 tweets and 1 retweet", "1 retweet"."""
    passed_on = [counted(retweets, "retweet,retweets")] if retweets else []
    own = [counted(tweets, "tweet,tweets")] if tweets or not retweets else []
    return listed([*own, *passed_on])


def rounded(number: int | None) -> str:
    """Two figures of a large number: "about 800,000", "1.9 million"; "not known" of None, never 0."""
    if number is None:
        return "not known"
    if number < 1000:
        return str(number)
    size = 10 ** (len(str(number)) - 2)
    near = (number + size // 2) // size * size
    return f"{near / A_MILLION:,g} million" if near >= A_MILLION else f"about {near:,}"


def listed(words: Sequence[str]) -> str:
    """One line of several: "Ann", "Ann and Bob", "Ann, Bob and Cat"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
