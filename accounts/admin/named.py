"""Fields without a label of their own, in tables and in two parts -> fields that say what they are."""

from typing import Any

from django import forms
from django.db import models
from django.forms import BaseInlineFormSet


class Moment(forms.DateTimeInput):
    """Day and time of day in one field, with the browser's own calendar."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M:%S")


# In every form of the desk: a day and a time of day in two fields would have one label between them.
WHEN: Any = {
    models.DateTimeField: {"form_class": forms.DateTimeField, "widget": Moment},
    models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
}


class Named(BaseInlineFormSet):
    """Rows of a table: each field is named after its column and row, for there are no labels."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label}, row {(index or 0) + 1}"
