"""A chat of 2,000 tweets -> what its transcript costs to serve: warm, unchanged (304) and with every cache empty."""

from contextlib import nullcontext

import redis
from django.conf import settings
from django.db import connection

from tests.bench import chats
from tests.bench.measure import database_server, median, report
from tests.bench.sites import Servers, peers, served, wagtail

RUNS = 5
SIZE = 2000
WARM_REQUESTS = 500
COLD_REQUESTS = 100
PEER_REQUESTS = 50
POST = "/blog/post-7/"
UNIT = "CPU ms/request, database included"
OF_THE_CACHE = "CPU ms/request, of the cache server"
OTHERS = {"bare": "bare cached view", "wagtail": "Wagtail post"}


def run():
    """The page as it is and, because it is split above 1,000 tweets, as it would be whole."""
    paths = {
        "whole": chats.published(SIZE, slug="bench-serving-whole", whole=True),
        "split": chats.published(SIZE, slug="bench-serving-split"),
    }
    chats.tidy()
    cache = redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])
    servers = Servers(database=database_server(connection), cache=cache.info("server")["process_id"])
    with (
        served("portal", "wecops.wsgi:application", servers) as ours,
        served("bare", "tests.bench.bare:application", Servers(cache=servers.cache)) as bare,
        wagtail() if peers() else nullcontext() as peer,
    ):
        for name, path in paths.items():
            _report(name, _Page(f"{path}transcript/", ours=ours, bare=bare, peer=peer, cache=cache))


class _Page:
    """One page and who serves it."""

    def __init__(self, path, *, ours, bare, peer, cache):
        self.path, self.ours, self.bare, self.peer, self.cache = path, ours, bare, peer, cache
        _, headers, self.body = ours.get(path)
        self.etag = headers["ETag"]

    def costs(self):
        """One run of every contender, in turn."""
        self.cache.flushdb()  # what is remembered anew lasts longer than the warm run
        yield "warm", self.ours.cost(self.path, WARM_REQUESTS)
        yield "bare", self._bare()
        yield "unchanged", self.ours.cost(self.path, WARM_REQUESTS, headers={"If-None-Match": self.etag}, expect=304)
        yield "cold", self.ours.cost(self.path, COLD_REQUESTS, before_each=self.cache.flushdb)
        if self.peer:
            yield "wagtail", self.peer.cost(POST, PEER_REQUESTS)

    def _bare(self):
        self.cache.mset({"bench:body": self.body, "bench:etag": self.etag})
        if self.bare.get("/page")[2] != self.body:
            raise RuntimeError("The bare view does not send our bytes.")
        return self.bare.cost("/page", WARM_REQUESTS)


def _report(name, page):
    runs = [dict(page.costs()) for _ in range(RUNS)]
    report(f"serving.{name}.bytes", len(page.body), "gzipped bytes")
    for part in runs[0]:
        report(f"serving.{name}.{part}", median([run[part].served for run in runs]), UNIT)
        report(
            f"serving.{name}.{part}.cache", median([run[part].cache for run in runs]), "CPU ms/request, of the cache"
        )
    for part, other in (("warm", "bare"), ("warm", "wagtail"), ("cold", "wagtail")):
        if other in runs[0]:
            figure = median([run[part].served for run in runs])
            ratio = median([run[part].served / run[other].served for run in runs])
            report(f"serving.{name}.{part}", figure, UNIT, ratio=ratio, against=OTHERS[other])
