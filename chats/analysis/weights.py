"""Labelled chats -> the weights of the placing, as ``manage.py fit_weights`` wrote them; nobody edits them by hand."""

from datetime import date

FITTED_ON = date(2026, 11, 25)
DATA = "critlib_dev, ngss21_dev, ngssS_dev: 28 chats"

# A feature -> its weight in the first pass and in the second.
WEIGHTS: dict[str, tuple[float, float]] = {
    "since_asked": (-1.345, -0.902),
    "too_long": (-2.865, -2.831),
    "newcomer": (-2.102, -1.761),
    "since_next": (-1.009, -0.253),
    "stood": (-1.878, -1.554),
    "host_late": (-3.23, -2.271),
    "begun_before": (-3.405, -3.377),
    "typed_before": (2.843, 3.262),
    "words": (12.464, 8.429),
    "reply": (5.881, 6.367),
    "personal": (0.681, 0.509),
    "before": (0.0, 2.869),
    "behind": (0.0, 4.439),
    "goes_on": (0.0, 11.036),
    "not_yet": (0.0, -1.441),
    "habit": (0.0, 0.619),
    "alike": (0.0, 0.218),
}
