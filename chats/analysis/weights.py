"""Labelled chats -> the weights of the placing, as ``manage.py fit_weights`` wrote them; nobody edits them by hand."""

from datetime import date

FITTED_ON = date(2026, 11, 25)
DATA = "critlib_dev, ngss21_dev, ngssS_dev: 28 chats"

# A feature -> its weight in the first pass and in the second.
WEIGHTS: dict[str, tuple[float, float]] = {
    "since_asked": (-1.229, -0.724),
    "too_long": (-2.72, -2.468),
    "newcomer": (-2.092, -1.725),
    "since_next": (-0.971, -0.173),
    "stood": (-1.847, -1.502),
    "host_late": (-3.228, -2.409),
    "begun_before": (-3.418, -3.228),
    "typed_before": (2.988, 3.435),
    "words": (12.267, 8.155),
    "personal": (0.544, 0.364),
    "before": (0.0, 2.239),
    "behind": (0.0, 4.569),
    "goes_on": (0.0, 10.355),
    "not_yet": (0.0, -1.475),
    "habit": (0.0, 0.632),
    "alike": (0.0, 0.223),
}
