"""A file, in a process of its own -> what reading it gave, and the most memory that the process ever had."""

import json
import re
import sys
from pathlib import Path

from chats.sources.base import SourceError
from chats.sources.files import FileSource


def main(path, page_size):
    tweets = refused = 0
    said = ""
    try:
        for page in FileSource(path, page_size=int(page_size)).pages(""):
            tweets += len(page.tweets)
            refused += len(page.rejected)
    except SourceError as error:
        said = str(error)
    most = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    print(json.dumps([tweets, refused, said, int(most[1]) // 1024]))


if __name__ == "__main__":
    main(*sys.argv[1:])
