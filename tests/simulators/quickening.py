"""A chat -> the same chat told faster: every span of time divided, ids and references to match."""

from dataclasses import replace

from chats.sources.x_places import id_at
from tests.simulators.facts import Facts

REFERENCES = ("conversation", "reply_to", "quote_of", "retweet_of")
_LOW_BITS = (1 << 22) - 1  # of an id; above them it carries its time


def quickened(facts: Facts, times: float) -> Facts:
    """What happened so long after the beginning happens after a ``times``-th of it."""

    def sooner(moment):
        return facts.starts_at + (moment - facts.starts_at) / times

    new = _in_order({each: _moved(each, sooner(said.at)) for said in facts.tweets for each in (*said.edits, said.id)})
    tweets = [
        replace(
            said,
            id=new[said.id],
            at=sooner(said.at),
            truth=replace(said.truth, deleted_at=said.truth.deleted_at and sooner(said.truth.deleted_at)),
            edits=tuple(new[each] for each in said.edits),
            **{name: new.get(getattr(said, name), getattr(said, name)) for name in REFERENCES},
        )
        for said in facts.tweets
    ]
    return replace(
        facts,
        ends_at=sooner(facts.ends_at),
        questions=tuple(replace(each, planned_at=sooner(each.planned_at)) for each in facts.questions),
        tweets=tuple(tweets),
    )


def _moved(id_, moment):
    return id_at(moment) | (int(id_) & _LOW_BITS)


def _in_order(ids):
    """What had the larger id has it still, though both may now be of one millisecond."""
    ordered, last = {}, 0
    for old in sorted(ids, key=int):
        last = max(ids[old], last + 1)
        ordered[old] = str(last)
    return ordered
