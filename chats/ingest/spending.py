"""What networks charge -> one row a day, and the stop before a month costs more than was allowed."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncMonth

from chats.models import BUDGET_SPENT, Author, Chat, IngestRun, Spending, Tweet
from chats.sources.base import Page, SourceError

DOLLAR = 1_000_000  # costs are counted in millionths
# What X charges whoever pays as they go (since February 2026): a tweet read, one from the timelines of the app's owner
# (since April), a person described, a count.
PRICES = {"x": {"reads": 5_000, "owned_reads": 1_000, "user_reads": 10_000, "counts": 5_000}}
MONTHS_BACK = 365
LATEST = 10  # chats whose mean cost is what the next one is expected to be
STILL_ASKED = timedelta(days=7)  # after a chat, X is asked for what came late
RESERVED = "budget_reserved"  # the error of a re-check that would take the money from chats to come
LOOK_AGAIN = timedelta(hours=1)  # somebody may allow more at any time

# X charges for a tweet, and for a person, once a day (UTC), however often they are read.
READ = """
    WITH today AS (SELECT date_trunc('day', clock_timestamp(), 'UTC') AS began),
    fresh AS (
        UPDATE chats_tweet SET checked_at = clock_timestamp() FROM today
        WHERE chat_id = %s AND network = %s AND network_id = ANY(%s) AND (checked_at IS NULL OR checked_at < began)
        RETURNING chats_tweet.id, author_id
    )
    SELECT count(*), count(DISTINCT author_id) FILTER (WHERE NOT EXISTS (
        SELECT FROM chats_tweet AS other, today WHERE other.author_id = fresh.author_id AND other.checked_at >= began
    )) FROM fresh
"""
ADD = """
    INSERT INTO chats_spending (network, day, requests, cost)
    VALUES (%s, (clock_timestamp() AT TIME ZONE 'UTC')::date, %s, %s)
    ON CONFLICT (network, day) DO UPDATE
    SET requests = chats_spending.requests + excluded.requests, cost = chats_spending.cost + excluded.cost
"""


def price(network: str, **taken: int) -> int:
    """What the network charges for so many of what ``PRICES`` names, in millionths of a dollar."""
    prices = PRICES.get(network, {})
    return sum(prices.get(what, 0) * number for what, number in taken.items())


def read(chat: Chat, source: str, page: Page) -> int:
    """Write down, in the caller's transaction, when the tweets of a page were last seen on their network.

    Returns what the network charges for them, in millionths of a dollar.  Whatever and whoever a page holds besides its
    own tweets and their authors, and what of it could not be stored, is taken to be new each time.
    """
    ids = [tweet.edits[0] if tweet.edits else tweet.id for tweet in page.tweets]
    with connection.cursor() as cursor:
        cursor.execute(READ, [chat.pk, source, ids])
        tweets, people = cursor.fetchone()
    reads = "owned_reads" if page.is_owned else "reads"
    beside = max(0, page.user_reads - len({tweet.author.id for tweet in page.tweets}))
    return price(source, user_reads=people + beside, **{reads: tweets + max(0, page.reads - len(ids))})


def add(network: str, *, requests: int, cost: int) -> None:
    """Write down what was asked, in the caller's transaction; ``cost`` in millionths of a dollar."""
    if requests:
        with connection.cursor() as cursor:
            cursor.execute(ADD, [network, requests, cost])


def this_month(network: str, now: datetime) -> int:
    """Millionths of a dollar since the first of the month (UTC)."""
    month = Spending.objects.filter(network=network, day__year=now.year, day__month=now.month)
    return month.aggregate(cost=Sum("cost"))["cost"] or 0


def check(network: str, now: datetime) -> None:
    """Raise ``SourceError`` once the month's budget is spent; what is missing then is fetched when it goes on."""
    if network == "x" and settings.X_MONTHLY_BUDGET_USD:
        spent = this_month(network, now) / DOLLAR
        if spent >= settings.X_MONTHLY_BUDGET_USD:
            raise SourceError(
                f"This month's budget for X is spent: {spent:.2f} of {settings.X_MONTHLY_BUDGET_USD:.2f} dollars. "
                "Capturing goes on next month, or when X_MONTHLY_BUDGET_USD allows more.",
                code=BUDGET_SPENT,
                waiting=True,
                retry_after=LOOK_AGAIN,
            )


def check_rechecks(network: str, now: datetime, *, tweets: int) -> None:
    """Raise ``SourceError`` when asking for so many kept tweets would take what chats to come may need this month."""
    check(network, now)
    if network == "x" and settings.X_MONTHLY_BUDGET_USD:
        budget = round(settings.X_MONTHLY_BUDGET_USD * DOLLAR)
        kept_back = _kept_back(now, budget)
        if this_month(network, now) + price(network, reads=tweets, user_reads=tweets) > budget - kept_back:
            raise SourceError(
                f"What is left of this month's budget for X is kept for chats: {kept_back / DOLLAR:.2f} dollars. Kept "
                "tweets are asked for again next month, or when X_MONTHLY_BUDGET_USD allows more.",
                code=RESERVED,
                waiting=True,
                retry_after=LOOK_AGAIN,
            )


def _kept_back(now: datetime, budget: int) -> int:
    """What chats may still cost this month: each, and one at least, as much as the dearest of the latest.

    Where nobody knows what a chat costs, half of the budget.  In millionths of a dollar.
    """
    chats = _on_x(now).filter(ends_at__gt=now - STILL_ASKED).count()
    costs = _latest_costs(now)
    return max(1, chats) * max(costs) if any(costs) else budget // 2


def _on_x(now: datetime) -> QuerySet[Chat]:
    """The chats that are held there before the month (UTC) ends."""
    return Chat.objects.going_ahead().filter(networks__contains=["x"], starts_at__lt=_ends_at(now))


def _ends_at(now: datetime) -> datetime:
    """When the month (UTC) does."""
    first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


def _latest_costs(now: datetime) -> list[int]:
    """What X charged for each of the latest chats, in millionths of a dollar."""
    charged = IngestRun.objects.filter(capture__source="x", capture__chat__ends_at__lte=now).order_by()
    latest = charged.values("capture__chat").annotate(cost=Sum("cost")).order_by("-capture__chat__starts_at")
    return list(latest.values_list("cost", flat=True)[:LATEST])


class Month(NamedTuple):
    """What one network was asked in a month, and charged for it in millionths of a dollar."""

    first: date
    network: str
    requests: int
    cost: int


class Forecast(NamedTuple):
    """What X costs this month (UTC), in millionths of a dollar; ``budget`` is 0 where none is set.

    ``chat`` is the mean of the latest chats, ``to_come`` how many are still to be held, ``rechecks`` what asking again
    for kept tweets, and for who wrote them, may cost until the month ends.
    """

    spent: int
    budget: int
    chat: int
    to_come: int
    rechecks: int

    @property
    def total(self) -> int:
        return self.spent + self.to_come * self.chat + self.rechecks

    @property
    def is_too_much(self) -> bool:
        return bool(self.budget) and self.total > self.budget


def months(now: datetime) -> list[Month]:
    """The latest months of each network, the newest first."""
    since = (now - timedelta(days=MONTHS_BACK)).date().replace(day=1)
    sums = Spending.objects.filter(day__gte=since).annotate(month=TruncMonth("day")).values_list("month", "network")
    return [Month(*row) for row in sums.annotate(Sum("requests"), Sum("cost")).order_by("-month", "network")]


def forecast(now: datetime) -> Forecast:
    """What X will have cost by the end of this month, if chats go on as the latest did."""
    today = now.astimezone(UTC)
    costs = _latest_costs(now)
    kept = min(settings.RECHECKS_A_DAY, Tweet.objects.filter(network="x").count()) if settings.X_BEARER_TOKEN else 0
    people = min(kept, Author.objects.filter(network="x").count())
    days = (_ends_at(now) - today) / timedelta(days=1)
    return Forecast(
        spent=this_month("x", today),
        budget=round(settings.X_MONTHLY_BUDGET_USD * DOLLAR),
        chat=sum(costs) // len(costs) if costs else 0,
        to_come=_on_x(now).filter(starts_at__gt=now).count(),
        rechecks=round(price("x", reads=kept, user_reads=people) * days),
    )
