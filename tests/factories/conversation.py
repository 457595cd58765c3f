"""A small conversation, as a source would give it: two questions, labels, replies, a retweet, and a late goodnight."""

from tests.factories.records import seen

CONVERSATION = (
    seen(100, "Welcome to #WeCops. Say hello.", author="wecops", minute=-5, followers=900),
    seen(101, "Hello from the night shift", author="ann", minute=-3, followers=10),
    seen(102, "Q1 What do you wish somebody had told you? #WeCops", author="wecops", minute=1),
    seen(103, "A1 Take a pen. Take two. #WeCops", author="ann", minute=2, likes=3),
    seen(104, "And a sandwich", author="bob", minute=3, reply_to="103", followers=20),
    seen(105, "RT @ann: A1 Take a pen. Take two. #WeCops", author="cat", minute=4, retweet_of="103"),
    seen(106, "Q2 Who helped? #WeCops", author="wecops", minute=10),
    seen(107, "The custody sergeant, every time", author="cat", minute=12, followers=None),
    seen(108, "A1 Late, but: ask stupid questions", author="bob", minute=13),
    seen(109, "Goodnight all", author="ann", minute=70),
)
