"""Texts -> the numbers their authors typed, and the many things that only look like a label."""

import pytest

from chats.analysis.labels import read_label, read_question, without_label


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("A1 Take a pen.", (1,)),
        ("A1: Take a pen.", (1,)),
        ("A1. Take a pen.", (1,)),
        ("A1) Take a pen.", (1,)),
        ("A1 - take a pen.", (1,)),
        ("A1– take a pen", (1,)),
        ("A1, take a pen", (1,)),
        ("A1… take a pen", (1,)),
        ("A1/ take a pen", (1,)),
        ("a1 take a pen", (1,)),
        ("A1", (1,)),
        ("A1?", (1,)),
        ("A 1: Take a pen.", (1,)),
        ("A.1 Take a pen.", (1,)),
        ("A-1 Take a pen.", (1,)),
        ("A#1 Take a pen.", (1,)),
        ("#A1 Take a pen.", (1,)),
        ("(A1) Take a pen.", (1,)),
        ("[A1] Take a pen.", (1,)),
        ("*A1* Take a pen.", (1,)),
        ("“A1: Take a pen.", (1,)),
        ("A01 Take a pen.", (1,)),
        ("A1a Take a pen.", (1,)),
        ("A1b: and a sandwich", (1,)),
        ("A1.2 And a sandwich", (1,)),
        ("A12 The twelfth answer", (12,)),
        ("A30 The last that counts", (30,)),
        ("Q1 Take a pen.", (1,)),
        ("Q1: Take a pen.", (1,)),
        ("Answer 1: Take a pen.", (1,)),
        ("Ans1 Take a pen.", (1,)),
        ("Ans 1 - take a pen", (1,)),
        ("Answer to Q2: a pen", (2,)),
        ("Answer to question 2: a pen", (2,)),
        ("Question 3: what I would say is this", (3,)),
        ("@wecops A2 My tutor", (2,)),
        (".@wecops A2 My tutor", (2,)),
        ("@wecops @ann.b A2: My tutor", (2,)),
        ("#WeCops A2 My tutor", (2,)),
        ("#WeCops: A2 My tutor", (2,)),
        ("2/2 A3 and so home", (3,)),
        ("RT @ann: A1 Take a pen.", (1,)),
        ("So true! RT @ann: A1 Take a pen.", (1,)),
        ("🙂 A4 Laugh about it", (4,)),
        ("https://t.example/x A4 this", (4,)),
        ("\n\nA5 At last", (5,)),
        ("Good evening all\nA1: a pen", (1,)),
        ("Hello from Leeds. A1: a pen", (1,)),
        ("My tutor, every time #WeCops A2", (2,)),
        ("My tutor, every time A2", (2,)),
        ("My tutor, every time (A2) #WeCops https://t.example/x", (2,)),
        ("A1 & A2 Both the same", (1, 2)),
        ("A1 &amp; A2 Both the same", (1, 2)),
        ("A1&2 Both the same", (1, 2)),
        ("A1 and 2: both the same", (1, 2)),
        ("A1/A2 both the same", (1, 2)),
        ("A1+A2: both", (1, 2)),
        ("A1, A2: both", (1, 2)),
        ("A3 first.\nA4: then this", (3, 4)),
        ("A2 no, A2: yes", (2,)),
        ("Ａ１ Take a pen", (1,)),
        ("Ⓐ① Take a pen", (1,)),
        ("𝐀𝟏 Take a pen", (1,)),
        ("A1 Road safety is where I began", (1,)),
    ],
)
def test_read_label_reads_odd_forms(text, numbers):
    assert read_label(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "A pen",
        "A",
        "1. Take a pen",
        "The A1 is closed tonight",
        "A1 closed at junction 65",
        "A1 southbound is shut",
        "A1(M) queue again",
        "A1 road works again",
        "Stuck on the A1",
        "We met by the A40 #WeCops",
        "An A4 sheet of paper in the pocket",
        "A4 paper, folded twice",
        "A4 printer is broken again",
        "A3 posters in the corridor",
        "A1c was high",
        "A 5 minute break helps",
        "A 10 hour shift",
        "a 2 year wait",
        "Plan A2 went wrong too",
        "We use the Q1/A1 format tonight",
        "Q1/A1 format tonight",
        "FAQ1 is on the site",
        "BA1 is a postcode",
        "@a1 said so",
        "@q2 hello",
        "https://t.example/A1 reads well",
        "A0 Nothing",
        "A31 Too many",
        "A100 Far too many",
        "A1st aid course for all",
        "A-level results came",
        "Q&A tonight",
        "Qualified in 1998",
        "aaa1 bbb2",
        "He asked 3 questions",
        "Vitamin A1 and so on and on and on",
    ],
)
def test_read_label_leaves_other_things_alone(text):
    assert read_label(text) == ()


@pytest.mark.parametrize(
    ("text", "number", "words"),
    [
        ("Q1 Who helped?", 1, "Who helped?"),
        ("Q1: Who helped?", 1, "Who helped?"),
        ("Q1.1: And since then?", 1, "And since then?"),
        ("Q1a Who helped?", 1, "Who helped?"),
        ("Q5(?): Who helped?", 5, "Who helped?"),
        ("Q2 - Who helped?", 2, "Who helped?"),
        ("Question 2: Who helped?", 2, "Who helped?"),
        ("Question 2 is coming up", 2, "is coming up"),
        ("#WeCops Q3 Who helped?", 3, "Who helped?"),
        ("Well done! Q3: Who helped?", 3, "Who helped?"),
        ("Here it is:\nQ4. Who helped?", 4, "Who helped?"),
        ("RT @wecops: Q1 Who helped?", 1, "Who helped?"),
        ("Q14 Who helped?", 14, "Who helped?"),
        ("Ｑ１ Who helped?", 1, "Who helped?"),
    ],
)
def test_read_question_reads_what_a_host_asks(text, number, words):
    assert (read_question(text), without_label(text)) == (number, words)


@pytest.mark.parametrize(
    "text",
    [
        "A1 Take a pen.",
        "Who helped?",
        "That was a good one, Q1",
        "Tonight: Q1: sleep. Q2: food. Q3: friends.",
        "Q1 Sleep\nQ2: Food\nQ3: Friends",
        "Q0 Hello",
        "Q31 Hello",
    ],
)
def test_read_question_leaves_the_rest(text):
    assert (read_question(text), without_label(text)) == (None, text)


@pytest.mark.parametrize("part", ["@ann ", "#tag ", "A1 ", "A1&", ".", "(", "é", "\n", "https://", "Q1: ", "a "])
def test_long_texts_are_read_in_good_time(part):
    """No pattern may walk back and forth: 100,000 characters would take hours then."""
    assert len(read_label(part * (100_000 // len(part)))) <= 1
