"""A name -> an icon, drawn in a 24 by 24 box.  Ours, word for word: the only markup that no template holds."""

from django.utils.safestring import SafeString

# In the stroke of the text around it ...
LINES = {
    "cal": '<path d="M4 6h16v14H4zM4 10h16M8 3v4M16 3v4"/>',
    "chat": '<path d="M4 5h16v11h-8l-5 4v-4H4z"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.2l3.4 2"/>',
    "copy": '<path d="M9 9h11v11H9zM5 15H4V4h11v1"/>',
    "dl": '<path d="M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 20h14"/>',
    "edit": '<path d="M5 19h3.5L19 8.5 15.5 5 5 15.5zM13 7.5l3.5 3.5"/>',
    "flag": '<path d="M6 21V4h11l-2 4 2 4H6"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5M12 8v.01"/>',
    "key": '<circle cx="8" cy="15" r="4"/><path d="m11 12 8.5-8.5M16 7l3 3M13.5 9.5l2 2"/>',
    "lock": '<path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3"/>',
    "mail": '<path d="M3.5 6h17v12h-17zM4 7l8 6 8-6"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "doc": '<path d="M6 3.5h8l4 4V20.5H6zM14 3.5v4h4M9 12h6M9 15.5h6"/>',
    "no": '<path d="M6 6l12 12M18 6 6 18"/>',
    "print": '<path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>',
    "shoe": '<path d="M8.5 20.5H5C3 12 5 4 12 4s9 8 7 16.5h-3.5C17 14 16 8 12 8s-5 6-3.5 12.5z'
    'M6.6 10.5h.01M17.4 10.5h.01M6.3 15.5h.01M17.7 15.5h.01"/>',
    "warn": '<path d="M12 4 2.8 19.5h18.4zM12 10v4.5M12 17v.01"/>',
}
# ... or filled with its colour.
SHAPES = {
    "play": '<path d="M7 4.5v15l12-7.5z"/>',
    "x": '<path d="M4 4h4.7l4 5.6L17.6 4H19.8l-6.1 7 6.8 9h-4.7l-4.4-6-5.3 6H3.9l6.5-7.5z"/>',
}
DRAWN = '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>'
ICONS = {
    **{name: SafeString(DRAWN.format("icon", lines)) for name, lines in LINES.items()},
    **{name: SafeString(DRAWN.format("icon icon--fill", lines)) for name, lines in SHAPES.items()},
}
