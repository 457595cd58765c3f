"""A file's records and a source of chance -> the same file broken somewhere, and which records were left alone."""

import csv
import io
import json

WRONG = [
    None, True, 0, -1, 1.5, 10**30, 10**4_000, float("nan"), float("inf"), "", "x", "\0", "\ud800", "9" * 20, "#" * 300,
    [], {}, [[]], [None], ["x", {}], {"id": []}, {"text": {"text": "x"}}, {"start": 0, "end": 5}, [{"tag": 1}],
]  # fmt: skip
WRONG_CELLS = ["", "x", "\0", '"', '"",""', "\n", "\r", "\n\n,,,\n", "=1+1", "-1", "1.2E+18", "NaN", "{", "[" * 999]
STRAY_LINES = ["", "\0", "{}", "[", '"', "null", "\ufeff", ",,", '{"data":[]', '{"data":{}}', '{"errors":[{}]}', 'x,"y']
SIGNS = b'"",{}[]\\\n\r'


def flip(chance, content, *, first=None):
    """Some bytes, of the first few or of all but the last, are others."""
    changed = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 30])):
        changed[chance.randrange(first or len(changed) - 1)] = chance.choice([chance.randrange(256), *SIGNS])
    return bytes(changed)


def retype(chance, content):
    """A field of a record, or a cell of a row, holds something else."""
    if not content.startswith(b"{"):
        cells = next(csv.reader(io.StringIO(content.decode("utf-8", "surrogateescape"), newline="")))
        cells[chance.randrange(len(cells))] = chance.choice(WRONG_CELLS)
        row = io.StringIO(newline="")
        csv.writer(row, lineterminator="\n").writerow(cells)
        return row.getvalue().encode("utf-8", "surrogateescape")
    line, rest = content.split(b"\n", 1)
    record = json.loads(line)
    misplace(chance, places(record))
    return json.dumps(record).encode() + b"\n" + rest


def misplace(chance, found):
    holder, key = chance.choice(list(found))
    holder[key] = chance.choice(WRONG)


def places(value):
    """Every place in a record as (holder, key)."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(items):
        yield value, key
        yield from places(item)


def _cut(chance, content):
    return content[: chance.randrange(len(content))] + b"\n"


def _gut(chance, content):
    start, end = sorted(chance.randrange(len(content)) for _ in range(2))
    return content[:start] + content[end:]


def _change(chance, case, n):
    origin, content = case[n]
    if origin is not None:
        case[n] = (None, chance.choice([flip, _cut, _gut, retype])(chance, content))


def _lose(chance, case, n):
    del case[n]


def _double(chance, case, n):
    case.insert(n, case[n])


def _swap(chance, case, n):
    other = chance.randrange(len(case))
    case[n], case[other] = case[other], case[n]


def _join(chance, case, n):
    if n + 1 < len(case):
        case[n : n + 2] = [(None, case[n][1][:-1] + case[n + 1][1])]


def _stray(chance, case, n):
    case.insert(n, (None, chance.choice(STRAY_LINES).encode() + b"\n"))


def broken(chance, records):
    """The records, each with its line end, in another state: (which one, its bytes), None for what was touched."""
    case = list(enumerate(records))
    for _ in range(chance.choice([1, 1, 2, 3])):
        if case:
            move = chance.choice([_change, _change, _change, _lose, _double, _swap, _join, _stray])
            move(chance, case, chance.randrange(len(case)))
    return case
