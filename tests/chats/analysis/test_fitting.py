"""Labelled chats -> weights."""

from math import log

import pytest

from chats.analysis.fitting import NOISE, SITUATIONS, Example, fit, fit_weights, leave_one_out, solve
from chats.analysis.labelled import read
from chats.analysis.likelihood import FEATURES, likelihoods
from tests.chats.analysis.labelling import chat_lines


def chats(*names):
    return [chat for name in names for chat in read(chat_lines(name))[1]]


def test_solve_solves():
    assert solve([[4.0, 2.0], [2.0, 3.0]], [10.0, 9.0]) == pytest.approx([1.5, 2.0])


def test_fit_tells_shares_apart_up_to_the_noise():
    """Right in eight of ten: what is likeliest is a share of 0.8, when the noise is taken off."""
    rows = [(1.0,), (0.0,)]
    examples = [Example(rows, (place % 10 < 8, place % 10 >= 8)) for place in range(10_000)]

    weights = fit(examples)

    share = likelihoods(rows, weights)[0]
    assert (1 - NOISE) * share + NOISE / 2 == pytest.approx(0.8, abs=1e-3)


def test_fit_ends_at_the_same_place_from_anywhere():
    rows = [(1.0, 0.2), (0.0, -0.4), (0.5, 0.9)]
    examples = [Example(rows, (place % 3 == 0, place % 3 == 1, place % 5 == 2)) for place in range(90)]

    assert fit(examples, [3.0, -3.0]) == pytest.approx(fit(examples), abs=1e-3)


def test_fit_takes_any_of_several_right_ones():
    examples = [Example([(1.0,), (0.0,)], (True, True))] * 50

    assert fit(examples) == pytest.approx([0.0])


def test_fit_is_drawn_to_nothing_by_the_ridge():
    """Right every time: without it the weight would have no end."""
    examples = [Example([(1.0,), (0.0,)], (True, False))] * 50

    (weight,) = fit(examples)

    assert log(10) < weight < log(1000)


def test_fit_weights_is_the_same_each_time_and_for_any_order_of_chats():
    once, again, turned = fit_weights(chats("a", "b")), fit_weights(chats("a", "b")), fit_weights(chats("b", "a"))

    assert tuple(once) == FEATURES
    assert once == again
    assert {name: pytest.approx(pair, abs=2e-3) for name, pair in once.items()} == turned


def test_leave_one_out_places_each_chat_in_each_situation_as_if_it_had_no_truth():
    """A chat that says nonsense spoils the weights of the other, not its own."""
    good, bad = chats("a", "b")
    spoilt = type(bad)(bad.name, bad.tweets, bad.questions, dict.fromkeys(bad.truth, frozenset({1})), bad.halves)

    before = list(leave_one_out([good, bad]))
    after = list(leave_one_out([good, spoilt]))

    assert [(trial.number, trial.situation) for trial in before] == [(0, "all"), (0, "half"), (1, "all"), (1, "half")]
    assert [trial.placed for trial in before[2:3]] == [trial.placed for trial in after[2:3]]
    assert [trial.placed for trial in before[:2]] != [trial.placed for trial in after[:2]]
    assert all(set(trial.placed) == {tweet.key for tweet in trial.chat.tweets} for trial in before)
    assert SITUATIONS == ("all", "half")
