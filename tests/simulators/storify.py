"""A chat -> a Storify export as an old Macintosh saved it: whole minutes, CR, and letters read wrongly twice."""

import csv
import io


def to_storify(facts):
    yield b"time,username,text\r"
    for said in facts.public:
        sheet = io.StringIO(newline="")
        minute = f"{said.at.month}/{said.at.day}/{said.at:%y} {said.at.hour}:{said.at:%M}"
        csv.writer(sheet, lineterminator="\r").writerow([minute, said.author.handle, said.text])
        yield garbled(sheet.getvalue())


def garbled(text):
    """UTF-8 read as the Windows code page, then saved in that of the Macintosh, which lacks a few of its letters."""
    misread = "".join(letter if letter.isascii() else "".join(map(_misread, letter.encode())) for letter in text)
    return misread.replace("\u00e2\u20ac\u00a6", "\u00e2\u20ac_").encode("mac_roman", "replace")


def _misread(byte):
    return "\u00f9" if byte == 0x9D else bytes([byte]).decode("cp1252", "replace")
