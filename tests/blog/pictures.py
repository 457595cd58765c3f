"""A size -> a picture in teal, as bytes and as what a form sends."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def picture(width=1600, height=900, kind="PNG", **told):
    written = BytesIO()
    Image.new("RGB", (width, height), "teal").save(written, kind, **told)
    return written.getvalue()


def teal():
    return SimpleUploadedFile("teal.png", picture(900, 600))
