"""A running demo -> what Lighthouse says of four of its pages on a slow telephone, where the tool is at hand."""

import json
import os
import re
import subprocess
import urllib.request

from tests.bench.measure import median, report

RUNS = 5
MARKS = ("performance", "accessibility", "best-practices", "seo")
CHROMIUM = "--headless=new --no-sandbox --disable-dev-shm-usage"


def run():
    """``LIGHTHOUSE`` is the tool, ``BENCH_SITE`` the demo's address; without them nothing is said."""
    tool, site = os.environ.get("LIGHTHOUSE"), os.environ.get("BENCH_SITE", "").rstrip("/")
    if not (tool and site):
        return
    for name, path in _pages(site).items():
        said = [_said(tool, site + path) for _ in range(RUNS)]
        for mark in MARKS:
            report(
                f"judging.{name}.{mark}", 100 * median([each["categories"][mark]["score"] for each in said]), "of 100"
            )
        weighed = [each["audits"]["total-byte-weight"]["numericValue"] / 1024 for each in said]
        report(f"judging.{name}.weight", median(weighed), "KB at the first visit")


def _pages(site):
    transcript = _first(site, "transcripts", "/chats/")
    return {
        "home": "/",
        "chat": transcript.removesuffix("transcript/"),
        "transcript": transcript,
        "archive": "/chats/archive/",
        "post": _first(site, "posts", "/blog/2"),
    }


def _first(site, part, below):
    """The first page that a part of the site's map names."""
    with urllib.request.urlopen(f"{site}/sitemap-{part}.xml") as answer:
        listed = re.findall(r"<loc>https?://[^/]+([^<]+)", answer.read().decode())
    return next(path for path in listed if path.startswith(below))


def _said(tool, address):
    options = ["--quiet", "--output=json", f"--only-categories={','.join(MARKS)}", f"--chrome-flags={CHROMIUM}"]
    environment = {"CHROME_PATH": "/usr/bin/chromium", **os.environ}
    answer = subprocess.run([tool, address, *options], check=True, capture_output=True, env=environment)
    return json.loads(answer.stdout)
