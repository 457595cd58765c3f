"""Drafts -> how many liked each, and who retweeted what."""

from datetime import timedelta

from tests.simulators.staging import Draft

_WARMTH = {"asked": 7, "introduction": 3, "closing": 4, "spam": 0}
_SOON = 170  # seconds after which half of all retweets have come
_LATE = 4000
_TRIES = 12


def like(drafts, dice):
    """Give every draft without likes some: more to openings of threads, most to what drew replies."""
    replies = dict.fromkeys(drafts, 0)
    for draft in drafts:
        if draft.relation == "reply":
            replies[draft.parent] += 1
    for draft in drafts:
        if draft.likes is None:
            warmth = 0.5 if draft.relation == "reply" else 1 + 0.7 * replies[draft]
            typical = warmth * _WARMTH.get(draft.why, 9)
            draft.likes = int(dice.lag(typical, 12 * typical + 1))


def retweets(drafts, people, dice, *, count=None, until):
    """Retweets of the best liked: as many as each says, or ``count`` in all.  None comes after ``until``."""
    able = [draft for draft in drafts if draft.at < until and _is_worth_it(draft)]
    if count is None:
        originals = [draft for draft in able for _ in range((draft.reposts + 1) // 2)]
    else:
        weights = [1 + draft.likes**2 // 8 for draft in able]
        originals = [dice.weighted(able, weights) for _ in range(count)]
    given = {(draft.author, draft) for draft in able}
    for original in originals:
        fan = next(_unlike(given, original, people, dice), None)
        if fan:
            given.add((fan, original))
            yield _retweet(original, fan, dice, until)


def _is_worth_it(draft):
    return draft.why != "spam" and "gone" not in draft.flags and not draft.author.is_protected


def _unlike(given, original, people, dice):
    """People who have not passed this on; after some tries there is none."""
    for _ in range(_TRIES):
        fan = dice.pick(people)
        if (fan, original) not in given:
            yield fan


def _retweet(original, fan, dice, until):
    left = (until - original.at).total_seconds()
    at = original.at + timedelta(milliseconds=int(1000 * min(12 + dice.lag(_SOON, _LATE), 0.9 * left)))
    return Draft(fan, "", at, original.question, "copy", parent=original, relation="retweet")
