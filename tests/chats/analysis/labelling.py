"""Invented labelled chats as lines of JSON: two questions, and people who answer them in words that only fit one."""

import json

from tests.chats.analysis.building import at

WORDS = {1: ("barn inn loft tent", "Where do you sleep?"), 2: ("soup stew cake rice", "Who pays for meals?")}


def line(chat, number, text, minute, *, author="", question=None, **fields):
    row = {
        "chat": chat,
        "pid": f"p{number}",
        "author": author or f"user{number}",
        "at": at(minute).isoformat(),
        "text": text,
        "reply_to": None,
        "question": question,
        **fields,
    }
    return json.dumps(row) + "\n"


def chat_lines(chat):
    """Half of the answers to the first question come when the second has been asked; every other keeps its label."""
    lines = [
        line(chat, 100 + number, f"Q{number} {text}", 10 * number, author="host", question=number)
        for number, (_, text) in WORDS.items()
    ]
    for number, (words, _) in WORDS.items():
        for place, word in enumerate(words.split()):
            minute = 10 * number + 8 + place
            told = {"gold": [number], "half_visible": bool(place % 2)}
            lines.append(line(chat, 10 * number + place, f"Always the {word}, every night of {chat}", minute, **told))
    return lines
