"""Bytes that something else gives piece by piece -> a file to read."""

import io

_BUFFER = 2**16


class Stream(io.RawIOBase):
    """Whoever makes one says what comes next, and may say how to go to a place (``seek``)."""

    def next_bytes(self, most: int) -> bytes:
        """At most so many bytes; none at the end."""
        raise NotImplementedError

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self.next_bytes(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True


def buffered(stream: Stream) -> io.BufferedReader:
    return io.BufferedReader(stream, _BUFFER)
