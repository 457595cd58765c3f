"""Addresses that look like ours and lead elsewhere, in every disguise that browsers see through."""

ELSEWHERE = [
    "//evil.example", "///evil.example", "////evil.example/%2f..",
    "/\\evil.example", "\\\\evil.example", "\\/evil.example",
    "/\\/evil.example", "\\evil.example", "https:evil.example", "http:evil.example", "https:/evil.example",
    "https:///evil.example", "https:\\\\evil.example", "http://evil.example", "https://evil.example/me/",
    "HTTPS://EVIL.EXAMPLE", "hTTp://evil.example", "ftp://evil.example", "ws://evil.example", "javascript:alert(1)",
    "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)",
    " javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)", "file:///etc/passwd",
    "blob:https://evil.example/1", "view-source:https://evil.example", "\t//evil.example", "\n//evil.example",
    "\r//evil.example", " //evil.example", "/\t/evil.example", "/\n/evil.example", "/\r/evil.example",
    "\x00//evil.example", "\x0b//evil.example", "\u00a0//evil.example", "\u3000//evil.example", "\ufeff//evil.example",
    "https://testserver@evil.example", "https://testserver:80@evil.example", "//testserver@evil.example",
    "https://evil.example#@testserver", "https://evil.example?@testserver", "https://evil.example\\@testserver",
    "https://testserver.evil.example", "https://testserverevil.example", "https://evil.example/testserver",
    "//evil.example/%2e%2e", "https://[::1]/", "https://[evil.example", "http://2130706433/", "//0x7f000001/",
    "//\uff45vil.example", "https://evil\u3002example", "//evil%E3%80%82example", "mailto:evil@evil.example",
    "tel:999", "http:/\\evil.example", "https://testserver:evil@evil.example/", "//evil.example:80\\@testserver/",
    "https://testserver\x00.evil.example", "http://testserver%2eevil.example", ".evil.example://x",
]  # fmt: skip
