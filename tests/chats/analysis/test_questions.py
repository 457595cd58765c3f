"""Tweets and plans -> where and when each question was asked."""

import pytest

from chats.analysis.questions import find_questions, in_order, latest, settle, wordings
from chats.analysis.records import Question
from tests.chats.analysis.building import ANN, BOB, CAT, COHOST, asked, at, question, said

PEN = "What do you wish somebody had told you?"


def test_find_questions_reads_them_from_hosts_in_number_order():
    tweets = [
        asked(1, f"Q1 {PEN} #WeCops #firstnight https://t.example/x", minute=1),
        asked(2, "Well done!\nQ3: Who\nhelped?", minute=10),
        asked(3, "Q2. Where do you sleep?", minute=20),
    ]

    assert find_questions(tweets, []) == (
        Question(1, PEN, at(1), 1),
        Question(2, "Where do you sleep?", at(20), 3),
        Question(3, "Who helped?", at(10), 2),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Q1 What leads people into #policing #WeCops", "What leads people into #policing"),
        ("Q1 Is it worth it, #WeCops?", "Is it worth it, #WeCops?"),
        ("Q1 #WeCops", ""),
        ("Q1.1: And since?", "And since?"),
        ("Q1a And since?", "And since?"),
    ],
)
def test_find_questions_keeps_the_words_behind_the_label(text, words):
    assert find_questions([asked(1, text, minute=1)], []) == (Question(1, words, at(1), 1),)


@pytest.mark.parametrize(
    ("text", "is_question"),
    [
        ("Q6 Wow, that hour went quickly. Thank you all, you were wonderful #WeCops", False),
        ("Q6: So many good answers tonight!", False),
        ("Q6: So many good answers tonight! Tell us which one you take home.", True),
        ("Q6 Please share what you take home.", True),
        ("Q6 What we take home", True),
        ("Q6 One thing to take home?", True),
        ("Q6 The last one for tonight is in the picture https://t.example/x", True),
        ("Q6 In a picture", True),
        ("Q6 #WeCops", True),
    ],
)
def test_find_questions_leaves_a_labelled_remark_that_nobody_takes_up(text, is_question):
    tweets = [asked(1, f"Q5 {PEN}", minute=1), asked(2, text, minute=20), said(3, "It did fly by!", reply_to=2)]

    assert [found.number for found in find_questions(tweets, [])] == ([5, 6] if is_question else [5])


@pytest.mark.parametrize(
    ("answer", "is_question"),
    [
        (said(3, "A6 A pen", minute=21), True),
        (said(3, "Q6 A pen", minute=21), True),
        (asked(3, "A6 A pen", minute=21), False),
        (said(3, "RT @wecops: Q6 One thing that you will take home with you.", minute=21), False),
        (said(3, "One thing that you will take home with you", minute=21), True),
        (said(3, "Q6 A pen", minute=21, is_retweet=True), False),
        (said(3, "A5 A pen", minute=21), False),
    ],
)
def test_find_questions_takes_a_remark_for_one_when_somebody_answers_its_number(answer, is_question):
    tweets = [asked(2, "Q6 One thing that you will take home with you.", minute=20), answer]

    assert [found.number for found in find_questions(tweets, [])] == ([6] if is_question else [])


def test_find_questions_takes_a_remark_for_one_when_a_later_number_is_asked():
    remark = asked(2, "Q6 One thing that you will take home with you.", minute=20)

    assert [each.number for each in find_questions([remark, asked(3, "Q7 Who?", minute=30)], [])] == [6, 7]
    assert find_questions([remark, asked(3, "Q7 Wow, that hour went quickly.", minute=30)], []) == ()


def test_find_questions_keeps_a_plan_however_it_is_said():
    tweets = [asked(2, "Q6 One thing that you will take home with you.", minute=20)]

    assert find_questions(tweets, [question(6)])[0].tweet == 2


def test_find_questions_of_nothing_are_the_planned_ones():
    assert find_questions([], []) == ()
    assert find_questions([], [question(2), question(1)]) == (question(1), question(2))


def test_find_questions_finds_fourteen():
    tweets = [asked(number, f"Q{number} What about number {number}?", minute=number) for number in range(1, 15)]

    assert [(found.number, found.tweet) for found in find_questions(tweets, [])] == [(n, n) for n in range(1, 15)]


def test_find_questions_finds_two_in_one_second():
    tweets = [asked(1, "Q1 Who helped?", minute=5), asked(2, "Q2 Who did not?", minute=5)]

    assert find_questions(tweets, []) == (
        Question(1, "Who helped?", at(5), 1),
        Question(2, "Who did not?", at(5), 2),
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Q2 Something else than planned?", 2),
        (PEN, 1),
        ("What do you wish that somebody had told you? #WeCops", 1),
        ("Here is the first: what do you wish", None),
        ("What a night that was", None),
    ],
)
def test_find_questions_matches_plans_by_number_or_words(text, number):
    plans = [question(1, text=PEN), question(2, text="Who helped?")]

    found = find_questions([asked(7, text, minute=3)], plans)

    assert found == tuple(
        Question(plan.number, plan.text, at(3), 7) if plan.number == number else plan for plan in plans
    )


def test_find_questions_finds_a_plan_that_somebody_else_asks_word_for_word():
    tweets = [asked(1, "Q2 Who helped?", minute=9), said(2, f"Q1: {PEN} #WeCops", minute=11, author=BOB)]

    found = find_questions(tweets, [question(1, text=PEN), question(2)])

    assert found[0] == Question(1, PEN, at(11), 2)


def test_find_questions_takes_the_earliest_copy():
    """A co-host who is not known as one was quicker; a retweet never is."""
    tweets = [
        said(1, f"RT @wecops: Q1 {PEN}", minute=1, author=CAT),
        said(2, f"Q1 {PEN}", minute=2, author=CAT, is_retweet=True),
        said(3, PEN, minute=3, author=COHOST),
        asked(4, f"Q1: {PEN}", minute=4),
    ]

    assert find_questions(tweets, []) == (Question(1, PEN, at(3), 3),)


def test_find_questions_prefers_the_host_in_one_moment():
    tweets = [said(1, PEN, minute=3, author=COHOST), asked(2, f"Q1: {PEN}", minute=3)]

    assert find_questions(tweets, [])[0].tweet == 2


def test_find_questions_takes_the_first_of_two_askings():
    tweets = [asked(1, f"Q1 {PEN}", minute=1), asked(2, f"Once more: Q1: {PEN} Anybody?", minute=30)]

    assert find_questions(tweets, [])[0].tweet == 1


def test_find_questions_tells_questions_of_equal_words_apart():
    tweets = [said(1, PEN, minute=1), asked(2, f"Q1 {PEN}", minute=2), asked(3, f"Q2 {PEN}", minute=10)]

    assert [(found.number, found.tweet) for found in find_questions(tweets, [])] == [(1, 1), (2, 3)]


def test_find_questions_keeps_a_question_asked_out_of_order():
    tweets = [asked(1, f"Q2 {PEN}", minute=1), asked(2, f"Q1 {PEN}", minute=10)]

    assert [(found.number, found.tweet) for found in find_questions(tweets, [])] == [(1, 2), (2, 1)]


def test_find_questions_leaves_a_copy_that_a_host_moved_away():
    tweets = [said(1, PEN, minute=1, is_corrected=True), asked(2, f"Q1 {PEN}", minute=2)]

    assert find_questions(tweets, [])[0].tweet == 2


@pytest.mark.parametrize(
    ("announcement", "text", "words"),
    [
        ("Q3 coming right up!", "Q3 Who helped?", "Who helped?"),
        ("Q3. comin' up... #WeCops", "Who helped? #WeCops", "Who helped?"),
        ("Question 3 on the way", "Q3: Tell us who helped.", "Tell us who helped."),
        ("Q3 in two minutes", "Who helped?", "Who helped?"),
        ("Q3: friends. Q4: sleep.", "Q3 Who helped?", "Who helped?"),
    ],
)
def test_find_questions_waits_for_what_an_announcement_announces(announcement, text, words):
    tweets = [
        asked(1, "Q2 Where do you sleep?", minute=1),
        asked(2, announcement, minute=9),
        said(3, "Where is everybody?", minute=9),
        asked(4, text, minute=10),
    ]

    assert find_questions(tweets, [])[-1] == Question(3, words, at(10), 4)


def test_find_questions_takes_an_announcement_that_nothing_follows():
    tweets = [asked(1, "Q3 coming right up!", minute=9), asked(2, "Is anybody there?", minute=14)]

    assert find_questions(tweets, []) == (Question(3, "coming right up!", at(9), 1),)


@pytest.mark.parametrize(
    "tweet",
    [
        asked(1, "Tonight: Q1: sleep. Q2: food. Q3: friends.", minute=1),
        asked(1, "A1 Take a pen", minute=1),
        asked(1, f"RT @ann: Q1 {PEN}", minute=1),
        asked(1, f"Q1 {PEN}", minute=1, is_retweet=True),
        asked(1, "Q1 is a hard one, is it not?", minute=1, reply_to=9),
        asked(1, "@ann Q1 is a hard one, is it not?", minute=1, misses_parent=True),
        asked(1, f"Q1 {PEN}", minute=1, is_corrected=True),
        asked(1, f"Q1 {PEN}", minute=1, is_corrected=True, moved_to=2),
    ],
)
def test_find_questions_leaves_what_asks_nobody_or_everything(tweet):
    assert find_questions([said(9, "Who said so", minute=0), tweet], []) == ()


@pytest.mark.parametrize("parent", [asked(9, "Welcome", minute=0), asked(9, "Welcome", minute=0, author=COHOST)])
def test_find_questions_reads_a_host_who_replies_to_hosts(parent):
    tweets = [parent, asked(1, f"@wecops Q1 {PEN}", minute=1, reply_to=9)]

    assert find_questions(tweets, [])[0].tweet == 1


def test_find_questions_leaves_the_moment_to_the_host():
    """The nearest asking is then the tweet, be it the first or not."""
    tweets = [
        asked(1, f"Q1 {PEN}", minute=-9),
        asked(2, f"Q1: {PEN}", minute=1),
        asked(3, f"Q1 again: {PEN}", minute=30),
    ]

    found = find_questions(tweets, [question(1, minute=2, text=PEN), question(2, minute=20)])

    assert found == (Question(1, PEN, at(2), 2), question(2, minute=20))


def test_find_questions_guesses_who_asks_where_no_host_is_known():
    """Two take turns; a third only types Q where others type A."""
    tweets = [
        said(1, f"Q1: {PEN}", minute=1, author=ANN),
        said(2, "Q1: a pen.", minute=2, author=CAT),
        said(3, "Q2: Who helped?", minute=10, author=BOB),
        said(4, "Q2: does my mum count?", minute=11, author=CAT),
        said(8, "Q3: is that the next?", minute=12, author=CAT),
        said(5, "Q3: Where do you sleep?", minute=20, author=ANN),
        said(6, "Q4: Tell us what you eat.", minute=30, author=ANN),
        said(7, "Q5: And what next?", minute=40, author=ANN),
        said(9, "@ann Q6 is missing, no?", minute=50, author=BOB),
    ]

    found = [(found.number, found.tweet) for found in find_questions(tweets, [])]

    assert found == [(1, 1), (2, 3), (3, 5), (4, 6), (5, 7)]


def test_find_questions_takes_nobody_for_a_host_who_types_q_for_a():
    """Cat answers first under every number, with questions too; Ann asked before, at first amid a sentence."""
    tweets = [
        said(1, "Okay: Q1 What brings you here tonight?", minute=1, author=ANN),
        said(2, "Q1: the wish to learn?", minute=2, author=CAT),
        said(3, "Great! On to Q2 What helps you most?", minute=10, author=ANN),
        said(4, "Q2: my mum", minute=11, author=CAT),
        said(5, "Q3 Who else?", minute=20, author=ANN),
        said(6, "Q3: the sergeant, who else?", minute=21, author=CAT),
        said(7, "And finally Q4 what will you try?", minute=30, author=ANN),
    ]

    found = [(found.number, found.tweet) for found in find_questions(tweets, [])]

    assert found == [(1, 1), (2, 3), (3, 5), (4, 7)]


def test_find_questions_guesses_nothing_where_nobody_asks():
    assert find_questions([said(1, "Q1 a pen", minute=1), said(2, "Is it late?", minute=2)], []) == ()


def test_latest_goes_by_the_moment_and_inside_one_by_the_order():
    tweets = [said(1, minute=0), said(2, minute=5), said(3, minute=5), said(4, minute=5), said(5, minute=9)]
    questions = [question(1, minute=5, tweet=2), question(2, minute=5, tweet=4), question(3), question(4, minute=60)]

    found = latest(tweets, questions)

    assert {key: opened and opened.number for key, opened in found.items()} == {1: None, 2: 1, 3: 1, 4: 2, 5: 2}


@pytest.mark.parametrize("order", [1, -1])
def test_latest_goes_by_the_corrected_moment(order):
    tweets = [said(1, minute=1), said(2, minute=5), said(3, minute=6)]
    questions = [question(2, minute=5.5, tweet=1), question(1, minute=5.2)]

    found = latest(tweets, questions[::order])

    assert {key: opened and opened.number for key, opened in found.items()} == {1: None, 2: None, 3: 2}


def test_latest_prefers_the_later_number_in_one_place():
    questions = [question(2, minute=5), question(1, minute=5)]

    assert [latest([said(1, minute=9)], each)[1].number for each in (questions, questions[::-1])] == [2, 2]


def test_find_questions_does_not_look_further_than_two_minutes_behind_an_announcement():
    tweets = [asked(1, "Q3 up next", minute=9), asked(2, "Who helped?", minute=11 + 1 / 60)]

    assert find_questions(tweets, [])[0].tweet == 1
    assert find_questions([tweets[0], asked(2, "Who helped?", minute=11)], [])[0].tweet == 2


def test_in_order_goes_by_asking():
    tweets = [said(1, minute=1), said(2, minute=5), said(3, minute=6)]
    questions = [question(1, minute=6, tweet=3), question(2, minute=5.5), question(3), question(4, minute=1, tweet=1)]

    assert [(place, found.number) for place, found in in_order(tweets, questions)] == [(0, 4), (2, 2), (2, 1)]


def test_settle_dates_a_known_question_by_its_earliest_copy():
    tweets = [
        said(1, f"RT @wecops: Q1 {PEN}", minute=1, author=CAT),
        said(2, PEN, minute=3, author=COHOST),
        asked(3, f"Q1: {PEN}", minute=4),
        asked(4, "Q2 Who helped?", minute=9),
    ]

    found = settle(tweets, {1: tweets[2], 2: tweets[3]})

    assert found == (Question(1, PEN, at(3), 2), Question(2, "Who helped?", at(9), 4))


@pytest.mark.parametrize(
    "tweet",
    [
        asked(2, "Q1b And who told you?", minute=15),
        asked(2, "And who told you?", minute=3),
    ],
)
def test_wordings_gather_what_belongs_to_a_question(tweet):
    tweets = [asked(1, f"Q1 {PEN}", minute=1), tweet]

    found = wordings(tweets, [question(1, minute=1, tweet=1, text="Planned?")])

    assert found == {1: f"Planned?\n{PEN}\nAnd who told you?"}


@pytest.mark.parametrize(
    "tweet",
    [
        asked(2, "And who told you?", minute=3.1),
        asked(2, "And who told you?", minute=3, author=COHOST),
        asked(2, "And who told you?", minute=3, reply_to=1),
        asked(2, "@ann And who told you?", minute=3),
        asked(2, "RT @ann: And who told you?", minute=3),
        asked(2, "And who told you?", minute=3, is_retweet=True),
        asked(2, "Somebody told you.", minute=3),
        asked(2, "Q2 And who told you?", minute=3),
        asked(2, "A1 Who told you?", minute=3),
        said(2, "And who told you?", minute=3),
    ],
)
def test_wordings_leave_what_does_not_ask_everybody(tweet):
    found = wordings([asked(1, f"Q1 {PEN}", minute=1), tweet], [question(1, minute=1, tweet=1, text="Planned?")])

    assert found == {1: f"Planned?\n{PEN}"}


def test_find_questions_fills_gaps_with_what_a_host_asks_amid_a_sentence():
    tweets = [
        asked(1, "Okay: Q1 What brings you here tonight? #WeCops", minute=2),
        asked(2, "Lots of answers to Q4 already, who is next?", minute=4),
        asked(3, "Great! On to Q2 What helps you most? #WeCops", minute=10),
        asked(4, "Lovely. More on Q2, anybody?", minute=12),
        asked(5, "Q3 Who else?", minute=20),
    ]

    assert find_questions(tweets, []) == (
        Question(1, "What brings you here tonight?", at(2), 1),
        Question(2, "What helps you most?", at(10), 3),
        Question(3, "Who else?", at(20), 5),
    )


def test_find_questions_reads_a_host_who_always_asks_amid_a_sentence():
    tweets = [
        asked(1, "Okay: here is Q1 What brings you here tonight?", minute=2),
        asked(2, "Time for Q2! Q2 What helps you most?", minute=10),
        asked(3, "Anybody for Q4, or shall we stay?", minute=12),
    ]

    assert find_questions(tweets, []) == (
        Question(1, "What brings you here tonight?", at(2), 1),
        Question(2, "What helps you most?", at(10), 2),
    )


@pytest.mark.parametrize(
    "amid",
    [
        said(2, "Great! On to Q2 What helps you most?", minute=10),  # nobody knows that she hosts
        asked(2, "Great! On to Q2 What helps you most?", minute=1),  # before question 1
        asked(2, "Great! On to Q2 What helps you most?", minute=25),  # after question 3
        asked(2, "Great! On to Q2 in a moment", minute=10),
        asked(2, "Great! Q2 and then Q3, ready?", minute=10),
        asked(2, "Great! Is the Q20 bus late?", minute=10),
    ],
)
def test_find_questions_leaves_gaps_that_nothing_fills(amid):
    tweets = sorted(
        [asked(1, "Q1 Who?", minute=5), amid, asked(3, "Q3 Who else?", minute=20)], key=lambda t: t.created_at
    )

    assert [(found.number, found.tweet) for found in find_questions(tweets, [])] == [(1, 1), (3, 3)]
