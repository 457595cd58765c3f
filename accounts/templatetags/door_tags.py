"""Secrets, addresses and what browsers call themselves -> what somebody can read, or point a phone at."""

import json
import re
from itertools import groupby
from typing import Any

import qrcode
from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

QUIET = 2  # squares around the code, for the camera
# As browsers name themselves, each before those whose names it claims as well.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
             ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("Windows", "Windows"),
            ("Mac OS", "a Mac"), ("CrOS", "a Chromebook"), ("Linux", "Linux"))  # fmt: skip


@register.filter
def in_fours(text: str) -> str:
    """Letters and digits in groups that can be read aloud: "JBSW Y3DP"."""
    return " ".join(re.findall(".{1,4}", text))


@register.filter
def as_json(value: Any) -> str:
    """For an attribute that a script of ours reads; the template escapes it."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.filter
def device(user_agent: str) -> str:
    """ "Firefox on Windows"; a browser can say what it likes, so only names from a list of ours come out."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


@register.simple_tag
def qr(text: str, label: str) -> SafeString:
    """A QR code as an SVG, its rows drawn as strokes of one path."""
    code = qrcode.QRCode(border=0)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(_row(number, row) for number, row in enumerate(rows))
    size = len(rows) + 2 * QUIET
    svg = '<svg role="img" aria-label="{}" viewBox="0 0 {} {}" class="qr"><path d="{}"/></svg>'
    return format_html(svg, label, size, size, path)


def _row(number: int, row: list[bool]) -> str:
    strokes, place = [], QUIET
    for is_dark, squares in groupby(row):
        length = len(list(squares))
        if is_dark:
            strokes.append(f"M{place} {number + QUIET}.5h{length}")
        place += length
    return "".join(strokes)
