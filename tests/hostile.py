"""A seed -> texts that would like to be markup: ways out of a place, what they would run, and how they hide it."""

import random

WAYS_OUT = (
    "", '"', "'", '">', "'>", "`", "-->", "]]>", "</p>", "</title>", "</textarea>", "</script>", "</style>",
    "</div></article>", "</bdi></b>", "<!--", "<![CDATA[", "&#34;>", "&quot;>", "\n\n", "\n> ", "\n    ", "](", "![",
    "\u2028", "\u202e", "\\", "{{", "{%", "</svg><p>", "\t", "\x01", "\x7f", "\ufeff",
)  # fmt: skip
TAGS = (
    "script", "img", "svg", "iframe", "a", "style", "math", "form", "input", "details", "base", "meta", "object",
    "video", "body", "link", "template", "noscript", "textarea", "article", "h1", "template shadowrootmode=open", "x",
)  # fmt: skip
EVENTS = ("onerror", "onload", "onfocus", "onclick", "ontoggle", "onpointerenter", "onanimationstart", "style", "id")
SCHEMES = (
    "javascript:", "JaVaScRiPt:", "java\tscript:", "java\nscript:", "&#106;avascript:", "\x01javascript:", "vbscript:",
    "data:text/html,", "data:image/svg+xml,", "file:///", "blob:", "//elsewhere.example/", "http://a.example/?",
    "mailto:", "https://a.example@b.example/", "view-source:", "jar:",
)  # fmt: skip
SHAPES = (
    "{out}<{tag} {event}=alert(1)>",
    "{out}<{tag} {event}='alert(1)' src=x {event}=\"alert(2)\">x</{tag}>",
    "{out}<{tag}/{event}=alert(1)//",
    "{out}<{tag} href={scheme}alert(1) src={scheme}alert(1)>x",
    '{out} {event}=alert(1) x="',
    "[{out}x]({scheme}alert(1))",
    '[x](<{scheme}alert(1)> "{out}{event}=alert(1)")',
    "<{scheme}alert(1)>",
    "![{out}]({scheme}alert(1) '{event}=alert(1)')",
    "[x][1]\n\n[1]: {scheme}alert(1) '{out}'",
    "`{out}<{tag}>`",
    "```{out}{tag}\n</code></pre><{tag} {event}=alert(1)>\n```",
    "> {out}\n> <{tag} {event}=alert(1)>",
    "# {out}<{tag}>\n\n| a |\n|---|\n| <{tag} {event}=1> |",
    "{scheme}alert(1){out}<{tag}>",
    "https://a.example/{out}<{tag}/{event}=alert(1)>",
    "*{out}**<{tag}*>**",
)


def vectors(number, seed=1):
    """So many of them, none without something to see; the same for the same seed."""
    dice = random.Random(seed)
    return [f"{place}{_one(dice)}" for place in range(number)]


def _one(dice):
    shape = dice.choice(SHAPES)
    text = shape.format(
        out=dice.choice(WAYS_OUT), tag=dice.choice(TAGS), event=dice.choice(EVENTS), scheme=dice.choice(SCHEMES)
    )
    return _hidden(text, dice) if dice.random() < 0.5 else text


REPLACED = (
    {"<": "&lt;", ">": "&gt;"},
    {"<": "&#x3c;", '"': "&#34"},
    {"<": "%3C", ">": "%3E"},
    {"<": "\uff1c", ">": "\uff1e"},
    {},
)


def _hidden(text, dice):
    """The same, told another way, or with a sign too many or too few."""
    how, place = dice.choice(REPLACED), dice.randrange(len(text))
    if how:
        return text.translate(str.maketrans(how))
    if dice.random() < 0.5:
        return "".join(dice.choice((each.upper(), each.lower())) for each in text)
    return text[:place] + dice.choice(["", *"<>\"'&`()[]\n\t\u200b"]) + text[place + dice.randrange(2) :]
