"""What a live source gives when it is asked as a capture asks it: again and again, from where it stopped."""

from chats.sources.base import SourceError


def read_on(make, cursor="", *, most_failures=8):
    """All pages up to one that is the last and misses nothing, and the errors on the way.

    After each error a new source goes on from the last page that was had.
    """
    had, errors = [], []
    while True:
        try:
            for page in make().pages(cursor):
                had.append(page)
                cursor = page.cursor
            if not page.missing:
                return had, errors
            errors += page.missing
        except SourceError as error:
            errors.append(error)
        if len(errors) > most_failures:
            raise AssertionError(errors)


def once(source, cursor=""):
    """All tweets, the reasons for what was refused, and the last page."""
    pages = list(source.pages(cursor))
    assert [page.is_last for page in pages] == [False] * (len(pages) - 1) + [True]
    return tweets_of(pages), [row.reason for page in pages for row in page.rejected], pages[-1]


def tweets_of(pages):
    return [tweet for page in pages for tweet in page.tweets]


def rows_of(pages):
    """What the tweets come to, whatever was said twice: one for every id, without the record of whoever told it."""
    return {tweet.id: tweet._replace(raw=b"") for tweet in tweets_of(pages)}
