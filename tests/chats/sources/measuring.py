"""A file, in a process of its own -> what reading it gave, the most memory the process ever had, and its CPU time.

``python -m tests.chats.sources.measuring PATH`` prints tweets, refused rows, what refused the rest, megabytes, seconds.
"""

import json
import re
import sys
import time
from pathlib import Path

from chats.sources.base import SourceError
from chats.sources.files import FileSource
from chats.sources.files.source import PAGE_SIZE


def main(path, page_size=PAGE_SIZE):
    tweets = refused = 0
    said = ""
    try:
        for page in FileSource(path, page_size=int(page_size)).pages(""):
            tweets += len(page.tweets)
            refused += len(page.rejected)
    except SourceError as error:
        said = str(error)
    # Not what ``resource`` tells: that remembers the process which started this one.
    most = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    print(json.dumps([tweets, refused, said, int(most[1]) // 1024, round(time.process_time(), 1)]))


if __name__ == "__main__":
    main(*sys.argv[1:])
