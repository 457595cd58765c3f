"""What people wrote -> the words and two-word phrases that most of them used, and the hashtags."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from heapq import nsmallest
from itertools import chain, pairwise

from chats.analysis.records import Tweet, Used
from chats.analysis.spelling import NOTHING, Vocabulary, has_plural, is_label

MOST = 60
LEAST_FOR_A_WORD = 2  # people; what one person said stands in the transcript
LEAST_FOR_A_PHRASE = 3
BETWEEN = f" {NOTHING} "  # two tweets of one person, so that no phrase runs across


def used(tweets: Iterable[Tweet], *, leave_out: Iterable[str] = ()) -> tuple[Used, ...]:
    """The ``MOST`` words and phrases of the most people, by number of people, then by the alphabet.

    Counted are people, not tweets (field.md b8).  Pure retweets, addresses, handles, hashtags, and the words in
    ``leave_out`` (the chat's own hashtags) do not count.  A word that nobody used outside one phrase is left to it.
    With and without an s at its end a word is one, written as more people wrote it.
    """
    written = _said(tweets, Vocabulary(leave_out)).values()
    form = _forms(Counter(chain.from_iterable(map(set, written))))
    said = [[form.get(word, word) for word in each] for each in written] if form else written
    words = Counter(chain.from_iterable(map(set, said)))
    del words[NOTHING]
    # A phrase has at most the people of each of its words, and takes the place of two words at most: what less people
    # use than that many words cannot be among the most.
    rest = sorted(words.values(), reverse=True)[2 * MOST - 1 : 2 * MOST]
    phrases = _phrases(said, words, least=max(LEAST_FOR_A_PHRASE, *rest, 0))
    return _most(_without_parts(words, phrases), phrases)


def _forms(words: Mapping[str, int]) -> dict[str, str]:
    """What counts as what: "officer" as "officers" or the other way round, where people used both."""
    both = ((word, f"{word}s") for word in words if has_plural(word) and f"{word}s" in words)
    return dict((one, more) if words[more] > words[one] else (more, one) for one, more in both)


def hashtags(tagged: Iterable[tuple[int, Iterable[str]]], *, leave_out: Iterable[str] = ()) -> tuple[Used, ...]:
    """Every hashtag of (author, tags), by number of people; spelt as most of them spelt it.

    Labels (#A6) and the tags in ``leave_out`` say nothing.
    """
    own = {tag.casefold() for tag in leave_out}
    spelt: defaultdict[str, Counter[str]] = defaultdict(Counter)
    people: defaultdict[str, set[int]] = defaultdict(set)
    for author, spelling in sorted({(author, tag) for author, tags in tagged for tag in tags}):
        if (tag := spelling.casefold()) not in own and not is_label(spelling):
            spelt[tag][spelling] += 1
            people[tag].add(author)
    found = (Used(min(spelt[tag], key=lambda each: (-spelt[tag][each], each)), len(people[tag])) for tag in people)
    return tuple(sorted(found, key=lambda each: (-each.people, each.text.casefold())))


def _said(tweets: Iterable[Tweet], known: Vocabulary) -> dict[int, list[str]]:
    """Everything each author said, word by word; ``NOTHING`` stands for what does not count, and between two tweets."""
    texts: defaultdict[int, list[str]] = defaultdict(list)
    for tweet in tweets:
        if not tweet.is_retweet:
            texts[tweet.author].append(tweet.text)
    return {author: known.words(_plain(BETWEEN.join(each))) for author, each in texts.items()}


def _plain(text: str) -> str:
    """In lower case, with one kind of apostrophe, and every letter one character."""
    return (text if text.isascii() else unicodedata.normalize("NFC", text).replace("\u2019", "'")).lower()


def _phrases(said: Iterable[list[str]], words: Mapping[str, int], *, least: int) -> dict[str, int]:
    """Two words side by side, by how many people used them so: ``least`` or more."""
    often = {word for word, people in words.items() if people >= least}
    pairs = ({f"{one} {other}" for one, other in pairwise(each) if one in often and other in often} for each in said)
    return {pair: people for pair, people in Counter(chain.from_iterable(pairs)).items() if people >= least}


def _without_parts(words: Mapping[str, int], phrases: Mapping[str, int]) -> dict[str, int]:
    in_phrase: dict[str, int] = {}
    for text, people in phrases.items():
        for word in text.split():
            in_phrase[word] = max(people, in_phrase.get(word, 0))
    return {
        word: people for word, people in words.items() if people >= LEAST_FOR_A_WORD and people != in_phrase.get(word)
    }


def _most(*counts: Mapping[str, int]) -> tuple[Used, ...]:
    found = ((-people, text) for each in counts for text, people in each.items())
    return tuple(Used(text, -people) for people, text in nsmallest(MOST, found))
