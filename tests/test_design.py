"""The style sheet: light, without a rule that nothing uses, and readable in every community's colours."""

import gzip
import math
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHEET = (ROOT / "static/css/design.css").read_text()
MOST_BYTES = 16_384  # compressed
MADE_UP = {f"av-{hue}" for hue in range(1, 9)} | {
    "av--s",
    "av--l",
    "bar-a",
    "bar-b",
    "ev--event",
    "ev--off",
    "ev--open",
    "ev--past",
}  # put together from a word and a value

TEXT, CONTROL = 4.5, 3.0
PAIRS = [
    ("ink", "paper", TEXT),
    ("ink-2", "paper", TEXT),
    ("ink-2", "sunken", TEXT),
    ("ink-3", "paper", TEXT),
    ("ink-3", "raised", TEXT),
    ("ink-3", "sunken", TEXT),
    ("ink-3", "brand-soft", TEXT),
    ("brand", "paper", TEXT),
    ("brand", "raised", TEXT),
    ("brand", "sunken", TEXT),
    ("brand", "brand-soft", TEXT),
    ("on-brand", "brand", TEXT),
    ("on-brand", "brand-hover", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-hover", TEXT),
    ("ink", "accent-soft", TEXT),
    ("ink-3", "accent-soft", TEXT),
    ("accent", "deep", TEXT),
    ("on-deep", "deep", TEXT),
    ("on-deep-2", "deep", TEXT),
    ("warn", "warn-soft", TEXT),
    ("bad", "bad-soft", TEXT),
    ("line-strong", "paper", CONTROL),
    ("line-strong", "sunken", CONTROL),
    ("brand-mid", "paper", CONTROL),
    ("brand-mid", "raised", CONTROL),
]
COLOUR = re.compile(
    r"--(?P<name>[\w-]+):oklch\((?P<light>[\d.]+)% (?:calc\((?P<strength>[\d.]+)\*var\(--chroma(?:-accent)?\)\)"
    r"|(?P<chroma>[\d.]+)) (?:var\(--(?P<turn>hue|hue-accent)\)|(?P<hue>[\d.]+))\)"
)


# The desk has a sheet of its own, and a letter none.
APART = (ROOT / "templates" / "admin", ROOT / "templates" / "mails")


def colours(*, dark):
    """Every colour token: (lightness 0 to 1, chroma, the theme's hue it turns with, or its own)."""
    light_half, dark_half = SHEET.split("@layer base{")[0].split("@media (prefers-color-scheme:dark)")
    return {
        found["name"]: (
            float(found["light"]) / 100,
            float(found["strength"] or found["chroma"]),
            found["turn"] or float(found["hue"]),
        )
        for found in COLOUR.finditer(light_half + dark_half if dark else light_half)
    }


def luminance(colour, hues):
    """Relative luminance (WCAG 2) of an OKLCH colour in sRGB, out-of-gamut channels cut off as browsers do."""
    lightness, chroma, hue = colour
    angle = math.radians(hues.get(hue, hue))
    a, b = chroma * math.cos(angle), chroma * math.sin(angle)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
    channels = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short,
    )
    red, green, blue = (min(1, max(0, channel)) for channel in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other, hues):
    darker, lighter = sorted((luminance(one, hues), luminance(other, hues)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast_holds_for_every_hue(front, back, least, dark):
    tokens = colours(dark=dark)
    themes = [{"hue": hue, "hue-accent": accent} for hue in range(0, 360, 2) for accent in (100, hue)]

    assert [theme for theme in themes if contrast(tokens[front], tokens[back], theme) < least] == []


def test_the_sheet_is_light():
    assert len(gzip.compress(SHEET.encode(), 9)) <= MOST_BYTES


def test_the_sheet_says_nothing_twice():
    apart = re.sub(r"/\*.*?\*/|@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", SHEET, flags=re.DOTALL)
    rules = Counter(" ".join(rule.split()) for rule in re.findall(r"[^{}]+\{[^{}]*\}", apart))

    assert [rule for rule, times in rules.items() if times > 1] == []


def test_the_sheet_has_no_rule_without_a_use_and_no_class_goes_without():
    sources = [
        *(path for path in ROOT.glob("templates/**/*.html") if not set(APART) & set(path.parents)),
        *ROOT.glob("chats/templatetags/*.py"),
        *ROOT.glob("chats/rendering/*.py"),
        *ROOT.glob("blog/*.py"),
        *ROOT.glob("blog/templatetags/*.py"),
    ]
    text = "\n".join(path.read_text() for path in sources)
    given = set(" ".join(re.findall(r'class="([^"{}]*)"', text)).split())
    words = set(re.findall(r"[\w-]+", text))
    ruled = set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", re.sub(r"/\*.*?\*/|url\([^)]*\)", "", SHEET, flags=re.DOTALL)))

    assert (sorted(ruled - words - MADE_UP), sorted(given - ruled)) == ([], [])
