"""Files that people kept of their chats -> the records of ``chats.sources.base``."""

from chats.sources.files.source import FORMATS, FileSource

__all__ = ["FORMATS", "FileSource"]
