"""A line on standard input -> one turn at a newsletter by a process of its own, which may die of it.

"write" puts letters into the outbox, "send" carries a bag of them to the mail server; batches are small, so that there
are many places to die at.  The exit code follows on standard output; that of one that was killed is negative.
"""

import os
import sys

import django

if __name__ == "__main__":
    django.setup()

    from accounts import outbox
    from blog.followers import newsletters

    newsletters.BATCH, newsletters.BATCHES = (int(each) for each in os.environ["NEWSLETTER_BATCHES"].split(","))

    for line in sys.stdin:
        child = os.fork()
        if not child:
            if line.strip() == "write":
                for claim in newsletters.claim_due():
                    newsletters.write(claim)
            else:
                while claims := outbox.claim_due():
                    outbox.deliver(claims)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
