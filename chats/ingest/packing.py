"""The records of a page as their source gave them -> one compressed body, and back.

Together they take two fifths of the room, and a fifth of the time, that they take one by one: they repeat each other.
"""

import zlib

_LEVEL = 1  # zlib's own, 6, takes 2.6 times as long for a fifth less


def packed(records: list[bytes]) -> bytes:
    """``records`` are compact JSON, so none of them holds the line end that parts them."""
    return zlib.compress(b"\n".join(records), _LEVEL)


def unpacked(body: bytes) -> list[bytes]:
    return zlib.decompress(body).split(b"\n")
