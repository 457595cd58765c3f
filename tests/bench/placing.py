"""Invented conversations as plain records -> how many tweets a second are placed, against reading their file."""

import json
import time
from datetime import datetime

from chats.analysis import attribution
from chats.analysis.records import Tweet
from tests.bench import tweets
from tests.bench.measure import median, report

RUNS = 5
SMALL, LARGE = 2000, 20_000


def run():
    """Against parsing the same tweets from JSON, which any program that reads them has to do."""
    runs = [(_place(SMALL), _place(LARGE)) for _ in range(RUNS)]
    speed = median([SMALL / placing for (_, placing), _ in runs])
    parsing = median([placing / parsing for (parsing, placing), _ in runs])
    growth = median([large / small for (_, small), (_, large) in runs])
    report(f"placing.{SMALL}", speed, "tweets a CPU second", ratio=parsing, against="parsing the JSON")
    cost = median([placing for _, (_, placing) in runs])
    report(f"placing.{LARGE}", LARGE / cost, "tweets a CPU second", ratio=growth, against=f"{SMALL:,} tweets")


def _place(size):
    """(CPU seconds of parsing a chat's file, CPU seconds of finding its questions and placing its tweets)."""
    lines = list(tweets.lines(size))
    started = time.process_time()
    rows = [row for line in lines for row in json.loads(line)["data"]]
    parsed = time.process_time()
    records = _records(rows)
    read = time.process_time()
    questions = attribution.find_questions(records, ())
    placed = attribution.place(records, questions, ends_at=tweets.ENDS)
    done = time.process_time()
    if len(placed) != size or len(questions) != tweets.QUESTIONS:
        raise RuntimeError(f"{len(placed)} of {size} tweets were placed under {len(questions)} questions.")
    return parsed - started, done - read


def _records(rows):
    keys = {row["id"]: key for key, row in enumerate(rows)}
    references = [{each["type"]: keys.get(each["id"]) for each in row.get("referenced_tweets", ())} for row in rows]
    return [
        Tweet(
            key=key,
            author=int(row["author_id"]),
            text=row["text"],
            created_at=datetime.fromisoformat(row["created_at"]),
            is_host=row["author_id"] == str(tweets.FIRST_USER),
            reply_to=leads_to.get("replied_to"),
            quote_of=leads_to.get("quoted"),
        )
        for key, (row, leads_to) in enumerate(zip(rows, references, strict=True))
    ]
