"""A live source and a clock -> all it gives, stored page by page as the machinery does, through whatever goes wrong."""

from dataclasses import dataclass, field
from datetime import timedelta

from chats.sources.base import Page, SourceError, SourceTweet

FIRST_WAIT = timedelta(seconds=10)


@dataclass
class Captured:
    """What a capture has stored.  ``errors`` are the codes of those it met; ``again`` counts tweets it got twice."""

    tweets: dict[str, SourceTweet] = field(default_factory=dict)
    cursor: str = ""
    pages: list[Page] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    waited: timedelta = timedelta()
    again: int = 0

    def store(self, page: Page) -> None:
        """One transaction: the tweets and the place to go on from."""
        self.pages.append(page)
        self.again += sum(tweet.id in self.tweets for tweet in page.tweets)
        self.tweets |= {tweet.id: tweet for tweet in page.tweets}
        self.cursor = page.cursor

    @property
    def said(self):
        """What must be equal however it was captured: all but the network's own records, and versions before edits."""
        before = {version for tweet in self.tweets.values() for version in tweet.edits[:-1]}
        return {tweet.id: tweet._replace(raw=b"") for tweet in self.tweets.values() if tweet.id not in before}


def capture(source, clock, captured=None, *, patience=40):
    """One sweep to its end; errors are waited out.  One that is for good, or too many, is raised."""
    captured = captured or Captured()
    while True:
        try:
            for page in source.pages(captured.cursor):
                captured.store(page)
            return captured
        except SourceError as error:
            captured.errors.append(error.code)
            if error.permanent or len(captured.errors) > patience:
                raise
            wait = max(error.retry_after or timedelta(), FIRST_WAIT)
            captured.waited += wait
            clock.advance(wait)
