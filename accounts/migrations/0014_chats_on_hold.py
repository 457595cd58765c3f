from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_posts_paused_since")]

    operations = [
        migrations.RemoveConstraint("crisis", "crisis_holds_something"),
        migrations.RenameField("crisis", "pauses_chat_letters", "pauses_chats"),
        migrations.AlterField(
            "crisis", "pauses_chats", models.BooleanField("put chats on hold", default=False)
        ),
        migrations.AddConstraint(
            "crisis",
            models.CheckConstraint(
                condition=~Q(notice="")
                | Q(
                    ("holds_comments", True),
                    ("pauses_posts", True),
                    ("pauses_newsletters", True),
                    ("pauses_chats", True),
                    _connector="OR",
                ),
                name="crisis_holds_something",
            ),
        ),
    ]
