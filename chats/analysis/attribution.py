"""A conversation's tweets and its questions -> which question each tweet belongs to, what says so, and how surely."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chats.analysis import asides, copies, labels
from chats.analysis.likelihood import Weights, judge
from chats.analysis.questions import find_questions, latest
from chats.analysis.records import Kind, PlacedBy, Placement, Question, Tweet
from chats.analysis.survey import Survey, survey
from chats.analysis.weights import WEIGHTS

__all__ = ["find_questions", "place"]

# How often each reason is right, counted on labelled chats: 13 of 13 replies to questions, 21 of 26 to others, whose
# own placing may be wrong; a label errs where its writer mistook the number.  What follows another tweet, as a copy or
# a reply, is never surer than that one.
HOST = 1.0
LABEL = 0.97
FOLLOWS_QUESTION = 0.95
FOLLOWS = 0.9
# Where no question is likelier than this, three or more are about as likely: such a tweet is not placed.  Of the
# labelled ones between here and 0.5, six of seven were right.
PLACED_FROM = 0.45
# No question is claimed, so there is nothing to be sure of.
NO_CLAIM = 0.0
DIGITS = 3

Placed = Mapping[int, Placement]
# By key of tweet and number of question.
Likely = Mapping[int, Mapping[int, float]]


@dataclass(frozen=True, slots=True)
class _Chat:
    """What the rules look at, mostly by key of tweet.  ``labels`` are the typed numbers, less those of no question."""

    here: Mapping[int, Tweet]
    numbers: frozenset[int]
    heads: Mapping[int, int]
    labels: Mapping[int, tuple[int, ...]]
    originals: Mapping[int, int]
    latest: Mapping[int, Question | None]
    has_begun: bool
    asides: Mapping[int, Kind]


def place(
    tweets: Sequence[Tweet],
    questions: Sequence[Question],
    *,
    ends_at: datetime | None,
    weights: Weights = WEIGHTS,
) -> dict[int, Placement]:
    """Every tweet's placement, by key.  ``tweets`` are in order; ``ends_at`` is when the chat was to end, if known."""
    tweets = _hosted(tweets, questions)
    chat = _read(tweets, questions, ends_at)
    likely = _likely(_look(tweets, questions, chat), weights)
    placed: dict[int, Placement] = {}
    opened: set[int] = set()
    for tweet in tweets:
        # What a tweet leads to is placed before it, by a list and not by recursion: chains may be thousands long.
        # A circle is cut where it comes round.
        waiting = [] if tweet.key in placed else [tweet.key]
        while waiting:
            current = chat.here[waiting[-1]]
            opened.add(current.key)
            ahead = next((key for key in _leads_to(current, chat) if key not in opened), None)
            if ahead is None:
                placed[waiting.pop()] = _decide(current, chat, placed, likely)
            else:
                waiting.append(ahead)
    return {tweet.key: placed[tweet.key] for tweet in tweets}


def look(tweets: Sequence[Tweet], questions: Sequence[Question], *, ends_at: datetime | None) -> Survey:
    """What the model sees of a conversation; weights are fitted on it."""
    tweets = _hosted(tweets, questions)
    return _look(tweets, questions, _read(tweets, questions, ends_at))


def _hosted(tweets: Sequence[Tweet], questions: Sequence[Question]) -> Sequence[Tweet]:
    """Where no host is known, those who ask the questions are the hosts."""
    if any(tweet.is_host for tweet in tweets):
        return tweets
    heads = {question.tweet for question in questions}
    hosts = {tweet.author for tweet in tweets if tweet.key in heads}
    return [replace(tweet, is_host=True) if tweet.author in hosts else tweet for tweet in tweets]


def _read(tweets: Sequence[Tweet], questions: Sequence[Question], ends_at: datetime | None) -> _Chat:
    here = {tweet.key: tweet for tweet in tweets}
    numbers = frozenset(question.number for question in questions)
    heads = {question.tweet: question.number for question in questions if question.tweet in here}
    typed = {
        tweet.key: () if tweet.retweet_of in here else tweet.labels or labels.read_label(tweet.text) for tweet in tweets
    }
    opened = latest(tweets, questions)
    return _Chat(
        here=here,
        numbers=numbers,
        heads=heads,
        labels={key: tuple(n for n in found if n in numbers) for key, found in typed.items() if found},
        originals=copies.originals(tweets, typed, heads),
        latest=opened,
        has_begun=any(question.asked_at for question in questions),
        asides=asides.find(tweets, questions, opened, ends_at),
    )


def _look(tweets: Sequence[Tweet], questions: Sequence[Question], chat: _Chat) -> Survey:
    """Labels, corrections and replies to a question are known; other replies go with their parents."""
    roots = _roots(chat)
    asking = {**chat.heads} | {key: chat.heads[head] for key, head in roots.items() if head in chat.heads}
    known: dict[int, tuple[int, ...]] = {}
    follows: dict[int, int] = {}
    silent = {*asking, *chat.originals}
    for tweet in tweets:
        if numbers := _known(tweet, chat, asking):
            known[tweet.key] = numbers
        elif _is_silent(tweet, chat):
            silent.add(tweet.key)
        elif tweet.reply_to is not None and tweet.reply_to in chat.here:
            follows[tweet.key] = roots.get(tweet.reply_to, tweet.reply_to)
    return survey(tweets, questions, known, follows, silent)


def _known(tweet: Tweet, chat: _Chat, asking: Mapping[int, int]) -> tuple[int, ...]:
    if tweet.is_corrected:
        return (tweet.moved_to,) if tweet.moved_to in chat.numbers else ()
    if numbers := chat.labels.get(tweet.key):
        return numbers
    ahead = (key for key in (tweet.reply_to, tweet.quote_of) if key is not None and key in asking)
    return next(((asking[key],) for key in ahead), ())


def _likely(said: Survey, weights: Weights) -> Likely:
    return {
        key: {said.asked[place].number: likelihood for place, likelihood in belief.items()}
        for key, belief in judge(said, weights).items()
    }


def _roots(chat: _Chat) -> dict[int, int]:
    """What each repeating tweet repeats in the end: copies are made of copies."""
    roots: dict[int, int] = {}
    for copy in chat.originals:
        path: list[int] = []
        current = copy
        while current in chat.originals and current not in roots and current not in path:
            path.append(current)
            current = chat.originals[current]
        roots |= dict.fromkeys(path, roots.get(current, current))
    return roots


def _is_silent(tweet: Tweet, chat: _Chat) -> bool:
    return tweet.is_corrected or _repeats(tweet) or tweet.key in chat.asides


def _leads_to(tweet: Tweet, chat: _Chat) -> list[int]:
    keys = (chat.originals.get(tweet.key), tweet.reply_to, tweet.quote_of)
    return [key for key in keys if key is not None and key in chat.here]


def _decide(tweet: Tweet, chat: _Chat, placed: Placed, likely: Likely) -> Placement:
    for rule in _RULES:
        if placement := rule(tweet, chat, placed):
            return placement
    return _by_likelihood(tweet, chat, likely.get(tweet.key))


def _corrected(tweet: Tweet, chat: _Chat, placed: Placed) -> Placement | None:
    """The host's word.  A number that the chat does not have is no question."""
    if not tweet.is_corrected:
        return None
    if tweet.moved_to not in chat.numbers:
        return Placement(None, _kind(tweet, "chatter"), "host", HOST)
    if chat.heads.get(tweet.key) == tweet.moved_to:
        return Placement(tweet.moved_to, "question", "host", HOST)
    is_reply = tweet.reply_to in chat.here and tweet.reply_to not in chat.heads
    return Placement(tweet.moved_to, _kind(tweet, "reply" if is_reply else "answer"), "host", HOST)


def _asked(tweet: Tweet, chat: _Chat, placed: Placed) -> Placement | None:
    number = chat.heads.get(tweet.key)
    return None if number is None else Placement(number, "question", "host", HOST)


def _copied(tweet: Tweet, chat: _Chat, placed: Placed) -> Placement | None:
    """A retweet goes with its original wherever that is; words typed again follow the first ones to a question only.

    What only opens as another does goes there as well, but says something itself.
    """
    key = chat.originals.get(tweet.key)
    original = None if key is None else placed.get(key)
    if key is not None and original is not None and original.question is not None:
        is_same = tweet.is_retweet or copies.says_the_same(tweet.text, chat.here[key].text)
        return Placement(original.question, "retweet" if is_same else _own_kind(tweet), "copy", original.confidence)
    if tweet.is_retweet and tweet.retweet_of in chat.here:
        return Placement(None, "retweet", "copy", _doubt(original))
    return None


def _labelled(tweet: Tweet, chat: _Chat, placed: Placed) -> Placement | None:
    numbers = chat.labels.get(tweet.key)
    if not numbers:
        return None
    return Placement(numbers[0], _kind(tweet, _own_kind(tweet)), "label", LABEL)


def _own_kind(tweet: Tweet) -> Kind:
    """What a tweet under a question is; a host may ask more there."""
    asks_more = tweet.is_host and "?" in tweet.text and labels.read_question(tweet.text) is not None
    return "question" if asks_more else "answer"


def _replying(tweet: Tweet, chat: _Chat, placed: Placed) -> Placement | None:
    """To its parent's question; behind a greeting or a goodbye it is part of that, whenever it was written.

    A thread stays together: what replies to a tweet that is not placed is not placed either.
    """
    parent = None if tweet.reply_to is None else placed.get(tweet.reply_to)
    if parent is not None and parent.question is None:
        kind: Kind = parent.kind if parent.kind in ("introduction", "closing") else "reply"
        doubt = _doubt(parent)
        return Placement(None, kind, "reply" if doubt else "none", doubt)
    return _following(tweet.reply_to, "reply", chat, placed)


def _quoting(tweet: Tweet, chat: _Chat, placed: Placed) -> Placement | None:
    return _following(tweet.quote_of, "quote", chat, placed)


def _following(key: int | None, placed_by: PlacedBy, chat: _Chat, placed: Placed) -> Placement | None:
    ahead = None if key is None else placed.get(key)
    if key is None or ahead is None or ahead.question is None:
        return None
    is_question = ahead.kind == "question" or chat.originals.get(key) in chat.heads
    sureness = min(FOLLOWS_QUESTION if is_question else FOLLOWS, ahead.confidence)
    return Placement(ahead.question, "answer" if is_question else "reply", placed_by, sureness)


def _doubt(ahead: Placement | None) -> float:
    """How sure the best guess was for a tweet that is not placed, for what follows it out of doubt."""
    return ahead.confidence if ahead and ahead.question is None and ahead.placed_by != "host" else NO_CLAIM


def _by_likelihood(tweet: Tweet, chat: _Chat, likely: Mapping[int, float] | None) -> Placement:
    """To the likeliest question, unless the tweet is plainly no answer or none is likely enough."""
    if no_answer := _no_answer(tweet, chat):
        return Placement(None, no_answer, "none", NO_CLAIM)
    if not likely:
        return Placement(None, "chatter" if chat.latest[tweet.key] else "introduction", "none", NO_CLAIM)
    # Of equals the first, which was asked last.
    number = max(likely, key=likely.__getitem__)
    is_placed = likely[number] >= PLACED_FROM
    kind: Kind = "reply" if _is_reply(tweet) else "answer" if is_placed else "chatter"
    sureness = min(likely[number], FOLLOWS if kind == "reply" else LABEL)
    return Placement(number if is_placed else None, kind, "model", round(sureness, DIGITS))


def _no_answer(tweet: Tweet, chat: _Chat) -> Kind | None:
    if _repeats(tweet):
        return "retweet"
    if not chat.has_begun:
        return "reply" if _is_reply(tweet) else "chatter"
    # A typed number that the chat does not have: its question was not found, and any other would be wrong.
    return "chatter" if chat.labels.get(tweet.key) == () else chat.asides.get(tweet.key)


def _kind(tweet: Tweet, kind: Kind) -> Kind:
    return "retweet" if _repeats(tweet) else kind


def _repeats(tweet: Tweet) -> bool:
    return tweet.is_retweet or copies.passes_on(tweet.text)


def _is_reply(tweet: Tweet) -> bool:
    return tweet.reply_to is not None or tweet.misses_parent or tweet.text.startswith("@")


# What somebody said or did decides; the first that has an answer gives it.
_RULES = (_corrected, _asked, _copied, _labelled, _replying, _quoting)
