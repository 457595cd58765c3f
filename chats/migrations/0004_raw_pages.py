"""Raw records, each packed by itself -> raw pages, packed together; and back."""

import zlib

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

PAGE = 1000


def pack(apps, schema_editor):
    record, page = apps.get_model("chats", "RawRecord"), apps.get_model("chats", "RawPage")
    for chat in record.objects.order_by().values_list("tweet__chat", flat=True).distinct():
        records = record.objects.filter(tweet__chat=chat).order_by("tweet_id").select_related("tweet")
        while found := list(records[:PAGE]):
            page.objects.create(
                chat_id=chat,
                tweets=[f"{each.tweet.network} {each.tweet.network_id}" for each in found],
                body=zlib.compress(b"\n".join(zlib.decompress(each.body) for each in found), 1),
            )
            record.objects.filter(pk__in=[each.pk for each in found]).delete()


def unpack(apps, schema_editor):
    record, page = apps.get_model("chats", "RawRecord"), apps.get_model("chats", "RawPage")
    tweet = apps.get_model("chats", "Tweet")
    for kept in page.objects.order_by("pk").iterator():
        lines = zlib.decompress(kept.body).split(b"\n")
        for name, line in zip(kept.tweets, lines, strict=True):
            network, network_id = name.split(" ", 1)
            for each in tweet.objects.filter(chat_id=kept.chat_id, network=network, network_id=network_id):
                record.objects.update_or_create(tweet=each, defaults={"body": zlib.compress(line)})


class Migration(migrations.Migration):
    dependencies = [("chats", "0003_names_words_and_guards")]

    operations = [
        migrations.CreateModel(
            name="RawPage",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "tweets",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=311), size=None
                    ),
                ),
                ("body", models.BinaryField()),
                ("kept_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "chat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="raw_pages", to="chats.chat"
                    ),
                ),
            ],
        ),
        migrations.RunPython(pack, unpack),
        migrations.DeleteModel(name="RawRecord"),
    ]
