"""A conversation's tweets and the questions planned for it -> where and when each question was asked."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import dropwhile, islice

from chats.analysis import labels, phrasing
from chats.analysis.copies import passes_on, text_key
from chats.analysis.records import Question, Tweet
from chats.analysis.smalltalk import words_of

# How alike a host's words and a planned question are, from 0 to 1, when they are the same question.
NEAR_IDENTICAL = 0.8
# A question comes so soon behind its announcement.
SOON = timedelta(minutes=2)

Askings = dict[int, list[Tweet]]


def find_questions(tweets: Sequence[Tweet], planned: Iterable[Question]) -> tuple[Question, ...]:
    """Every question that is planned or was asked, by number.  ``tweets`` are in order.

    Hosts ask by "Q3 ..." or by the words of a planned question.  The first to do more than announce a question asks it,
    and the earliest copy of those words is the asking, whoever wrote it.  ``asked_at`` of a planned question is the
    host's correction and stands; its tweet is then the nearest one that asks.
    """
    plans = {question.number: question for question in planned}
    here = {tweet.key: tweet for tweet in tweets}
    spoken = [tweet for tweet in tweets if _speaks_to_all(tweet, here)]
    hosts = {tweet.author for tweet in spoken if tweet.is_host}
    heads = _heads(tweets, spoken, plans, hosts) or _heads(tweets, spoken, plans, _likely_hosts(spoken))
    return _settled(heads, plans, spoken)


def _heads(
    tweets: Sequence[Tweet], spoken: Sequence[Tweet], plans: Mapping[int, Question], hosts: Container[int]
) -> dict[int, Tweet]:
    """The tweet in which one of ``hosts`` asks each question, by number."""
    askings = _askings(spoken, plans, hosts)
    found = {number: _head(asking, spoken, plans.get(number)) for number, asking in askings.items()}
    heads: dict[int, Tweet] = {}
    for number in sorted(found, reverse=True):
        head = found[number]
        # Who goes on to a later number has counted this one.
        is_counted = bool(heads) or number in plans
        if is_counted or phrasing.may_be_answered(head.text) or _is_taken_up(number, head, tweets):
            heads[number] = head
    return _with_gaps_filled(heads, spoken, hosts)


def _is_taken_up(number: int, head: Tweet, tweets: Iterable[Tweet]) -> bool:
    """Whether somebody else types the number too, or the words, and not only to pass the tweet on."""
    key = text_key(head.text)
    return any(
        number in (tweet.labels or labels.read_label(tweet.text)) or (key is not None and text_key(tweet.text) == key)
        for tweet in tweets
        if tweet.author != head.author and not tweet.is_retweet and not passes_on(tweet.text)
    )


def _with_gaps_filled(heads: Mapping[int, Tweet], tweets: Iterable[Tweet], hosts: Container[int]) -> dict[int, Tweet]:
    """With what hosts ask amid a sentence, where the number is missing and next, or before one that was asked later."""
    found = dict(heads)
    for tweet in tweets:
        number = labels.read_question_within(tweet.text) if tweet.author in hosts else None
        if number and number not in found and number <= max(found, default=0) + 1 and _may_belong(tweet, number):
            is_in_turn = all((other < number) == (head.created_at < tweet.created_at) for other, head in found.items())
            if is_in_turn:
                found[number] = tweet
    return found


def settle(tweets: Sequence[Tweet], heads: Mapping[int, Tweet]) -> tuple[Question, ...]:
    """The questions whose tweets are known, by number, each asked where its words stand first."""
    here = {tweet.key: tweet for tweet in tweets}
    return _settled(heads, {}, [tweet for tweet in tweets if _speaks_to_all(tweet, here)])


def _settled(
    heads: Mapping[int, Tweet], plans: Mapping[int, Question], spoken: Sequence[Tweet]
) -> tuple[Question, ...]:
    found = _earliest_copies(heads, plans, spoken)
    return tuple(_question(number, plans.get(number), found.get(number)) for number in sorted({*plans, *found}))


def latest(tweets: Sequence[Tweet], questions: Iterable[Question]) -> dict[int, Question | None]:
    """The question asked last when each tweet was written, by the tweet's key."""
    opening = in_order(tweets, questions)[::-1]
    found: dict[int, Question | None] = {}
    current = None
    for place, tweet in enumerate(tweets):
        while opening and opening[-1][0] <= place:
            current = opening.pop()[-1]
        found[tweet.key] = current
    return found


def in_order(tweets: Sequence[Tweet], questions: Iterable[Question]) -> list[tuple[int, Question]]:
    """The questions that were asked in the order of asking, each with the place in ``tweets`` from which on it is open.

    Where clocks tell whole minutes the order of the tweets decides; of two asked at one place the later number is last.
    """
    times = [tweet.created_at for tweet in tweets]
    places = {tweet.key: place for place, tweet in enumerate(tweets)}
    opening = []
    for question in questions:
        if question.asked_at is not None:
            place = None if question.tweet is None else places.get(question.tweet)
            if place is None or times[place] != question.asked_at:
                place = bisect_left(times, question.asked_at)
            opening.append((place, question.asked_at, question.number, question))
    opening.sort(key=lambda each: each[:3])
    return [(place, question) for place, _, _, question in opening]


def wordings(tweets: Sequence[Tweet], questions: Iterable[Question]) -> dict[int, str]:
    """All that was asked under each number: the question, and what hosts ask behind it, as "Q1b" or at once.

    Somebody's answer that a host passes on is no question.
    """
    said = {question.number: [question.text] for question in questions}
    heads = {question.tweet: question for question in questions}
    asking: tuple[Tweet, int] | None = None
    for tweet in tweets:
        if tweet.key in heads:
            said[heads[tweet.key].number].append(labels.without_label(tweet.text))
            asking = (tweet, heads[tweet.key].number)
        elif tweet.is_host and "?" in tweet.text and not _is_said_to_one(tweet):
            number = labels.read_question(tweet.text) if labels.read_label(tweet.text) else _goes_on(tweet, asking)
            if number in said:
                said[number].append(labels.without_label(tweet.text))
    return {number: "\n".join(texts) for number, texts in said.items()}


def _is_said_to_one(tweet: Tweet) -> bool:
    return tweet.is_retweet or passes_on(tweet.text) or tweet.reply_to is not None or tweet.text.startswith("@")


def _goes_on(tweet: Tweet, asking: tuple[Tweet, int] | None) -> int | None:
    """The number of the question that this, without a label, is a part of."""
    if asking is None:
        return None
    head, number = asking
    return number if tweet.author == head.author and tweet.created_at - head.created_at <= SOON else None


def _speaks_to_all(tweet: Tweet, here: Mapping[int, Tweet]) -> bool:
    """Whether this may be an asking: no retweet, no reply but to the writer's own tweets or a host's."""
    if tweet.is_retweet or passes_on(tweet.text):
        return False
    parent = here.get(tweet.reply_to) if tweet.reply_to is not None else None
    if parent is None:
        return not tweet.text.lstrip().startswith("@")
    return parent.is_host or parent.author == tweet.author


def _askings(tweets: Iterable[Tweet], plans: Mapping[int, Question], hosts: Container[int]) -> Askings:
    words = {number: _words(plan.text) for number, plan in sorted(plans.items())}
    found: Askings = {}
    for tweet in tweets:
        if tweet.author in hosts:
            number = labels.read_question(tweet.text) or _nearest(_words(tweet.text), words)
            if number is not None and _may_belong(tweet, number):
                found.setdefault(number, []).append(tweet)
    return found


def _likely_hosts(tweets: Sequence[Tweet]) -> set[int]:
    """Where no host is known to ask: who asks, and was the first to name at least half of the questions they name.

    Somebody who types Q where others type A names what has been asked already, and is none.  Numbers amid a sentence
    say so only of those who have been first with one that opens a tweet.
    """
    opening = {tweet.key: number for tweet in tweets if (number := labels.read_question(tweet.text))}
    possible = set(_firsts(tweets, opening).values())
    amid = {
        tweet.key: number
        for tweet in tweets
        if tweet.author in possible and (number := labels.read_question_within(tweet.text))
    }
    named = amid | opening
    firsts = Counter(_firsts(tweets, named).values())
    asking = {tweet.author for tweet in tweets if tweet.key in named and "?" in tweet.text}
    told = Counter(author for author, _ in {(tweet.author, named[tweet.key]) for tweet in tweets if tweet.key in named})
    return {author for author in asking if 2 * firsts[author] >= told[author]}


def _firsts(tweets: Iterable[Tweet], named: Mapping[int, int]) -> dict[int, int]:
    """Who names each number first; ``named`` is by key of tweet."""
    first: dict[int, int] = {}
    for tweet in tweets:
        if tweet.key in named:
            first.setdefault(named[tweet.key], tweet.author)
    return first


def _may_belong(tweet: Tweet, number: int) -> bool:
    """Whether no host has said that this tweet belongs elsewhere."""
    return not tweet.is_corrected or tweet.moved_to == number


def _words(text: str) -> Counter[str]:
    return Counter(words_of(text.lower()))


def _nearest(words: Counter[str], planned: Mapping[int, Counter[str]]) -> int | None:
    """The planned question that is near-identical to ``words`` (share of words in common, Dice's coefficient)."""
    best, found = NEAR_IDENTICAL, None
    for number, others in planned.items():
        likeness = 2 * (words & others).total() / ((words.total() + others.total()) or 1)
        if likeness > best or (likeness == best and found is None):
            best, found = likeness, number
    return found


def _head(askings: list[Tweet], tweets: Sequence[Tweet], plan: Question | None) -> Tweet:
    if plan and (asked_at := plan.asked_at):
        return min(askings, key=lambda tweet: abs(tweet.created_at - asked_at))
    asking = next((tweet for tweet in askings if not phrasing.only_announces(tweet.text)), None)
    return asking or _next_question(askings[0], tweets) or askings[0]


def _next_question(announcement: Tweet, tweets: Sequence[Tweet]) -> Tweet | None:
    """What its writer asks behind an announcement, without a label."""
    start = bisect_left(tweets, announcement.created_at, key=lambda tweet: tweet.created_at)
    for tweet in islice(dropwhile(lambda tweet: tweet is not announcement, tweets[start:]), 1, None):
        if tweet.created_at - announcement.created_at > SOON:
            break
        if tweet.author == announcement.author and "?" in tweet.text and not labels.read_label(tweet.text):
            return tweet
    return None


def _earliest_copies(
    heads: Mapping[int, Tweet], plans: Mapping[int, Question], tweets: Iterable[Tweet]
) -> dict[int, Tweet]:
    """Each question's earliest tweet in the words of its head, or of its plan where no host asked."""
    keys = {number: text_key(plan.text) for number, plan in plans.items()}
    keys |= {number: text_key(head.text) for number, head in heads.items()}
    copies: dict[str | None, list[Tweet]] = {key: [] for key in keys.values() if key}
    for tweet in tweets:
        if (key := text_key(tweet.text)) in copies:
            copies[key].append(tweet)
    found = dict(heads)
    taken: set[int] = set()
    for number in sorted(keys):
        is_settled = number in heads and number in plans and plans[number].asked_at is not None
        same = [] if is_settled else copies.get(keys[number], [])
        asking = [tweet for tweet in same if tweet.key not in taken and _may_ask(tweet, number)]
        if asking:
            found[number] = min(asking, key=lambda tweet: (tweet.created_at, not tweet.is_host))
            taken.add(found[number].key)
    return found


def _may_ask(tweet: Tweet, number: int) -> bool:
    return labels.read_question(tweet.text) in (None, number) and _may_belong(tweet, number)


def _question(number: int, plan: Question | None, head: Tweet | None) -> Question:
    asked_at = (plan.asked_at if plan else None) or (head.created_at if head else None)
    text = plan.text if plan else phrasing.wording(head.text) if head else ""
    return Question(number, text, asked_at, head.key if head else None)
