"""What networks charge -> one row a day, and the stop before a month costs more than was allowed."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Sum

from chats.models import Chat, Spending
from chats.sources.base import Page, SourceError

DOLLAR = 1_000_000  # costs are counted in millionths
# What X charges whoever pays as they go (since February 2026): a tweet read, a person described, a count.
PRICES = {"x": {"reads": 5_000, "user_reads": 10_000, "counts": 5_000}}
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
    """What the network charges for so many "reads", "user_reads" and "counts", in millionths of a dollar."""
    prices = PRICES.get(network, {})
    return sum(prices.get(what, 0) * number for what, number in taken.items())


def read(chat: Chat, source: str, page: Page) -> int:
    """Write down, in the caller's transaction, when the tweets of a page were last seen on their network.

    Returns what the network charges for them, in millionths of a dollar.  What a page holds besides its own tweets,
    and what of it could not be stored, is taken to be new each time.
    """
    ids = [tweet.edits[0] if tweet.edits else tweet.id for tweet in page.tweets]
    with connection.cursor() as cursor:
        cursor.execute(READ, [chat.pk, source, ids])
        tweets, people = cursor.fetchone()
    return price(source, reads=tweets + max(0, page.reads - len(ids)), user_reads=people)


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
                code="budget_spent",
                waiting=True,
                retry_after=LOOK_AGAIN,
            )
