"""A community's four numbers -> the colours of its mail in hex, which is all that mail programs know.

The lightness and strength of each are those of the tokens in static/css/design.css.
"""

import math
from typing import Any

from accounts.models import Community

# By name: lightness, strength, and which of the community's numbers it turns with.
LIGHT = {
    "sunken": (0.966, 0.008, "still"),
    "line": (0.905, 0.012, "still"),
    "ink": (0.24, 0.035, "still"),
    "ink_2": (0.41, 0.03, "still"),
    "brand": (0.45, 0.17, "brand"),
    "deep": (0.27, 0.095, "brand"),
    "deep_2": (0.34, 0.11, "brand"),
    "accent": (0.9, 0.17, "accent"),
}
DARK = {
    "paper": (0.185, 0.018, "still"),
    "raised": (0.225, 0.022, "still"),
    "sunken": (0.26, 0.026, "still"),
    "line": (0.33, 0.028, "still"),
    "ink": (0.955, 0.008, "still"),
    "ink_2": (0.82, 0.018, "still"),
    "brand": (0.79, 0.1, "brand"),
}


def of(community: Community) -> dict[str, Any]:
    """Every colour as "#rrggbb": those by day by their names, those by night under "dark"."""
    return {**_turned(LIGHT, community), "dark": _turned(DARK, community)}


def _turned(tokens: dict[str, tuple[float, float, str]], community: Community) -> dict[str, str]:
    turns = {
        "still": (1.0, community.hue),
        "brand": (float(community.chroma), community.hue),
        "accent": (float(community.chroma_accent), community.hue_accent),
    }
    return {
        name: hexadecimal(lightness, strength * turns[turn][0], turns[turn][1])
        for name, (lightness, strength, turn) in tokens.items()
    }


def hexadecimal(lightness: float, chroma: float, hue: float) -> str:
    """An OKLCH colour (0 to 1, 0 to 0.4, degrees) in sRGB; what no screen can show is cut off as browsers do."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
    channels = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short,
    )
    return "#" + "".join(f"{round(_encoded(channel) * 255):02x}" for channel in channels)


def _encoded(channel: float) -> float:
    """A linear channel, as sRGB writes it."""
    if channel <= 0:
        return 0.0
    return min(1.0, 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055)
