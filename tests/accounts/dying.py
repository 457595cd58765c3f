"""A line on standard input -> one bag of due mail, delivered by a process of its own that may die of it.

Forked from here, where Django is ready and no connection open, a delivery costs milliseconds.  Its exit code follows
on standard output; that of one that was killed is negative.
"""

import os
import sys

import django

if __name__ == "__main__":
    django.setup()

    from accounts import outbox

    for _ in sys.stdin:
        child = os.fork()
        if not child:
            outbox.deliver(outbox.claim_due())
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
