"""The first community, and its About page."""

from datetime import UTC, datetime

from django.db import migrations

ABOUT = """\
WeCops is a conversation. Once a fortnight people in and around policing meet on X for an hour and talk openly about one
thing: officers, staff, people who study policing, people who work beside it, people who live with it. The tag is #WeCops.

Nobody needs a rank or an invitation. You can answer, you can ask, or you can simply read. We began in 2016, and we kept
the first rule of the nurses who showed us how: everyone is welcome and adds value.

## How it works

1. A host chooses a topic and writes a few numbered questions.
2. On the evening the questions come one by one, about ten minutes apart. People answer with **A1**, **A2** and so on.
3. Afterwards this site keeps the conversation: every tweet in its place under the question it answers, so that people
   who could not be there can read it, and people who were can find it again.

## What we keep, and how to have it taken out

We keep what people said in public under the tag, with their name, the time and a link to the original. What somebody
deletes on X disappears here too. If you would rather not be in a transcript, tell us at @WeCops. You need not say why.

## Who pays, and who decides

Volunteers run WeCops. We are independent: no police service, union, company or government owns it, pays for it or has a
say in it. This is not a place to report a crime. In an emergency call 999.
"""


def plant(apps, schema_editor):
    Community = apps.get_model("accounts", "Community")
    community, _ = Community.objects.get_or_create(
        slug="wecops",
        defaults={
            "name": "WeCops",
            "handle": "WeCops",
            "hashtags": ["WeCops"],
            "promise": "People in and around policing, talking openly.",
            "description": "An hour of conversation on X, once a fortnight. Everyone is welcome and adds value.",
        },
    )
    page, created = apps.get_model("accounts", "Page").objects.get_or_create(
        community=community,
        path="/about/",
        defaults={
            "title": "About We",
            "lede": "Volunteers who think policing gets better when the people in it, around it and affected by it "
            "talk to each other in the open.",
        },
    )
    if created:
        page.revisions.create(number=1, text=ABOUT, created_at=datetime(2026, 11, 24, tzinfo=UTC))


def uproot(apps, schema_editor):
    apps.get_model("accounts", "Community").objects.filter(slug="wecops").delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_tables")]
    operations = [migrations.RunPython(plant, uproot)]
