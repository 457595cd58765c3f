"""What is due -> letters written and sent, as one of a worker's hands does it, until nothing is due any more."""

import time

import django

if __name__ == "__main__":
    django.setup()

    from accounts import outbox
    from accounts.models import Mail
    from blog.followers import newsletters
    from blog.models import Newsletter

    while True:
        for claim in newsletters.claim_due():
            newsletters.write(claim)
        claims = outbox.claim_due()
        outbox.deliver(claims)
        if not claims:
            rows = (Mail.objects.exclude(next_due_at=None), Newsletter.objects.exclude(next_due_at=None))
            if not any(each.exists() for each in rows):
                break
            time.sleep(0.2)  # a dead hand's lease has to end
