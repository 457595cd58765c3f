"""The words between two tags of a mail template -> a part of the letter; see ``accounts.outbox.letters``."""

from html import unescape

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from accounts.outbox.headers import one_line
from accounts.outbox.letters import TURNING, Letter, Name, Part, tidy

register = template.Library()


def _letter(context: Context) -> Letter:
    return context["letter"]


def _words(content: str) -> SafeString:
    """What Django has rendered and escaped, on one line."""
    return SafeString(tidy(content))


@register.simple_block_tag(takes_context=True)
def subject(context: Context, content: str) -> str:
    """What it is about, and what is wanted where something is: nobody reads further to find out."""
    _letter(context).subject = one_line("The subject", unescape(content.strip()).translate(TURNING))
    return ""


@register.simple_block_tag(takes_context=True)
def preheader(context: Context, content: str) -> str:
    _letter(context).preheader = unescape(tidy(content))
    return ""


@register.simple_block_tag(takes_context=True)
def heading(context: Context, content: str) -> str:
    _letter(context).heading = unescape(tidy(content))
    return ""


def _part(name: Name, context: Context, content: str, aside: str = "") -> str:
    _letter(context).parts.append(Part(name, _words(content), aside))
    return ""


@register.simple_block_tag(takes_context=True)
def paragraph(context: Context, content: str) -> str:
    return _part("paragraph", context, content)


@register.simple_block_tag(takes_context=True)
def quiet(context: Context, content: str) -> str:
    """What need not be read."""
    return _part("quiet", context, content)


@register.simple_block_tag(takes_context=True)
def care(context: Context, content: str) -> str:
    """The care note of a hard topic, before the first quotation."""
    return _part("care", context, content)


@register.simple_block_tag(takes_context=True)
def section(context: Context, content: str) -> str:
    return _part("section", context, content)


@register.simple_block_tag(takes_context=True)
def button(context: Context, content: str, address: str) -> str:
    """The one thing to do, at its whole ``address``."""
    return _part("button", context, content, address)


@register.simple_block_tag(takes_context=True)
def bite(context: Context, content: str, by: str) -> str:
    """Somebody's words, large."""
    return _part("bite", context, content, tidy(str(by)))


@register.simple_block_tag(takes_context=True)
def row(context: Context, content: str, mark: str = "•") -> str:
    """A line of a list; neighbours stand in one table.  ``mark`` is a number, "Q1" or a dot."""
    _letter(context).add_row("rows", str(mark), _words(content))
    return ""


@register.simple_block_tag(takes_context=True)
def fact(context: Context, content: str, mark: str) -> str:
    """A line of a table of facts: what it is (``mark``), and how."""
    _letter(context).add_row("facts", tidy(str(mark)), _words(content))
    return ""


@register.simple_block_tag(takes_context=True)
def foot(context: Context, content: str) -> str:
    """Why somebody gets this, and how it stops."""
    _letter(context).foot = _words(content)
    return ""
