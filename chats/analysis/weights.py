"""Labelled chats -> the weights of the placing, as ``manage.py fit_weights`` wrote them; nobody edits them by hand."""

from datetime import date

FITTED_ON = date(2026, 11, 25)
DATA = "critlib_dev, ngss21_dev, ngssS_dev: 28 chats"

# A feature -> its weight in the first pass and in the second.
WEIGHTS: dict[str, tuple[float, float]] = {
    "since_asked": (-1.298, -0.813),
    "too_long": (-2.742, -2.474),
    "newcomer": (-2.147, -1.831),
    "since_next": (-0.965, -0.213),
    "stood": (-1.885, -1.555),
    "host_late": (-3.267, -2.441),
    "begun_before": (-3.407, -3.188),
    "typed_before": (3.024, 3.414),
    "words": (12.265, 7.965),
    "personal": (0.608, 0.402),
    "before": (0.0, 2.262),
    "behind": (0.0, 4.502),
    "goes_on": (0.0, 11.143),
    "not_yet": (0.0, -1.414),
    "habit": (0.0, 0.593),
    "alike": (0.0, 0.221),
}
