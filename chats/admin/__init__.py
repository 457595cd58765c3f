"""The desk's pages about chats: rows -> lists and forms in our words; what somebody presses -> a writer's verb."""

from chats.admin import captures, chats, events, ledgers, proposals, series, slots, topics, tweets

__all__ = ["captures", "chats", "events", "ledgers", "proposals", "series", "slots", "topics", "tweets"]
