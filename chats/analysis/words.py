"""What people wrote -> the words and two-word phrases that most of them used, and the hashtags."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain, pairwise

from chats.analysis.records import Tweet, Used
from chats.analysis.spelling import Vocabulary

MOST = 60
LEAST_FOR_A_WORD = 2  # people; what one person said stands in the transcript
LEAST_FOR_A_PHRASE = 3
BETWEEN = " . "  # two tweets of one person, so that no phrase runs across

Pair = tuple[str, str]


def used(tweets: Iterable[Tweet], *, leave_out: Iterable[str] = ()) -> tuple[Used, ...]:
    """The ``MOST`` words and phrases of the most people, by number of people, then by the alphabet.

    Counted are people, not tweets (field.md b8).  Pure retweets, addresses, handles, hashtags, and the words in
    ``leave_out`` (the chat's own hashtags) do not count.  A word that nobody used outside one phrase is left to it.
    """
    said = _said(tweets, Vocabulary(leave_out)).values()
    words = Counter(chain.from_iterable(map(set, said)))
    pairs = Counter(chain.from_iterable(set(pairwise(each)) for each in said))
    del words[""]
    phrases = {pair: people for pair, people in pairs.items() if people >= LEAST_FOR_A_PHRASE and all(pair)}
    return _most(_without_parts(words, phrases), {" ".join(pair): people for pair, people in phrases.items()})


def hashtags(tagged: Iterable[tuple[int, Iterable[str]]], *, leave_out: Iterable[str] = ()) -> tuple[Used, ...]:
    """Every hashtag of (author, tags), by number of people; spelt as most of them spelt it, ``leave_out`` left out."""
    own = {tag.casefold() for tag in leave_out}
    spelt: defaultdict[str, Counter[str]] = defaultdict(Counter)
    people: defaultdict[str, set[int]] = defaultdict(set)
    for author, spelling in sorted({(author, tag) for author, tags in tagged for tag in tags}):
        if (tag := spelling.casefold()) not in own:
            spelt[tag][spelling] += 1
            people[tag].add(author)
    found = (Used(min(spelt[tag], key=lambda each: (-spelt[tag][each], each)), len(people[tag])) for tag in people)
    return tuple(sorted(found, key=lambda each: (-each.people, each.text.casefold())))


def _said(tweets: Iterable[Tweet], known: Vocabulary) -> dict[int, list[str]]:
    """Everything each author said, word by word; "" stands for what does not count and between two tweets."""
    texts: defaultdict[int, list[str]] = defaultdict(list)
    for tweet in tweets:
        if not tweet.is_retweet:
            texts[tweet.author].append(_plain(tweet.text))
    return {
        author: list(chain.from_iterable(map(known.__getitem__, BETWEEN.join(each).split())))
        for author, each in texts.items()
    }


def _plain(text: str) -> str:
    """In lower case, with one kind of apostrophe, and every letter one character."""
    return (text if text.isascii() else unicodedata.normalize("NFC", text).replace("\u2019", "'")).lower()


def _without_parts(words: Mapping[str, int], phrases: Mapping[Pair, int]) -> dict[str, int]:
    in_phrase: dict[str, int] = {}
    for pair, people in phrases.items():
        for word in pair:
            in_phrase[word] = max(people, in_phrase.get(word, 0))
    return {
        word: people for word, people in words.items() if people >= LEAST_FOR_A_WORD and people != in_phrase.get(word)
    }


def _most(*counts: Mapping[str, int]) -> tuple[Used, ...]:
    found = (Used(text, people) for each in counts for text, people in each.items())
    return tuple(sorted(found, key=lambda each: (-each.people, each.text))[:MOST])
