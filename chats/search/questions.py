"""The moment -> the questions of chats that readers may see then."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.aggregates import StringAgg
from django.db.models import OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from chats.models import Question


def shown(now: datetime) -> QuerySet[Question]:
    """Those of a chat to come only so many hours before it."""
    return Question.objects.filter(chat__starts_at__lte=now + timedelta(hours=settings.QUESTIONS_SHOWN_HOURS))


def as_text(now: datetime) -> Coalesce:
    """All of a chat's that readers may see, as one text."""
    asked = shown(now).filter(chat=OuterRef("pk")).order_by().values("chat")
    told = asked.values(told=StringAgg("text", " ", order_by="number"))
    return Coalesce(Subquery(told), Value(""), output_field=TextField())
