"""An address -> its QR code, as values that a template draws."""

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

import segno

BORDER = 2  # squares of white around it; what it stands on is white too


class Code(NamedTuple):
    """``path`` draws it in strokes one square high, in a box of ``size`` squares."""

    size: int
    path: str


def of(address: str) -> Code:
    """The code of an address that phones read."""
    code = segno.make_qr(address, error="m")
    rows = [f"M0 {number}.5{_strokes(row)}" for number, row in enumerate(code.matrix_iter(border=BORDER))]
    return Code(len(rows), "".join(row for row in rows if "h" in row))


def _strokes(row: Iterable[int]) -> str:
    """A row of squares as moves and strokes: "m9 0h7m1 0h1"."""
    return "".join(f"h{len(list(run))}" if is_dark else f"m{len(list(run))} 0" for is_dark, run in groupby(row))
