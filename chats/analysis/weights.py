"""Labelled chats -> the weights of the placing, as ``manage.py fit_weights`` wrote them; nobody edits them by hand."""

from datetime import date

FITTED_ON = date(2026, 11, 25)
DATA = "critlib_dev, ngss21_dev, ngssS_dev: 28 chats"

# A feature -> its weight in the first pass and in the second.
WEIGHTS: dict[str, tuple[float, float]] = {
    "since_asked": (-1.31, -0.838),
    "too_long": (-2.745, -2.465),
    "newcomer": (-2.139, -1.825),
    "since_next": (-0.974, -0.234),
    "stood": (-1.884, -1.556),
    "host_late": (-3.212, -2.315),
    "begun_before": (-3.348, -3.134),
    "typed_before": (2.94, 3.341),
    "words": (12.338, 8.052),
    "personal": (0.61, 0.405),
    "before": (0.0, 2.281),
    "behind": (0.0, 4.548),
    "goes_on": (0.0, 11.23),
    "not_yet": (0.0, -1.426),
    "habit": (0.0, 0.59),
    "alike": (0.0, 0.222),
}
