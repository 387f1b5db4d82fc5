"""Text as people write it: cleaned, limited, and turned from Markdown into HTML that is safe to show.

HTML in the source is shown as text. What comes out of the Markdown renderer is sanitised once more, so that a
fault of one is not a hole. Images from elsewhere would tell their host who reads what: they become links.
"""

from __future__ import annotations

import html as html_module
import re
import unicodedata
from collections.abc import Sequence
from uuid import UUID

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from config.errors import Invalid
from forums import mentions

TITLE_LENGTH = 200
BODY_LENGTH = 50_000
MARKS_IN_A_ROW = 4  # combining marks on one letter: Vietnamese needs two, "zalgo" has dozens

# Invisible characters with a use in the languages' own writing: joiners, direction marks, soft hyphen.
_INVISIBLE_BUT_USEFUL = frozenset("\u200c\u200d\u200e\u200f\u061c\u00ad")
# Cyrillic and Greek letters that look like a Latin one.
LOOK_ALIKES = dict(zip("авсеіјкмнорѕтухԁαβεικνορτυχ", "abceijkmhopstyxdabeikvoptux", strict=True))
_MARK = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_MARKS = re.compile(f"({_MARK}{{{MARKS_IN_A_ROW}}}){_MARK}+")

_TAGS = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "pre", "code", "a", "img"),
    *("em", "strong", "s", "del", "ol", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"),
}
# Finding bare addresses takes quadratic time in the colons of a text (12,000 of "a://": ten seconds).
_LINKIFIED_COLONS = 1000
_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_OWN_IMAGE = re.compile(rf"/api/v1/attachments/({_ID})(?:/content)?")
_SHOWN_IMAGE = re.compile(rf'<img src="/api/v1/attachments/({_ID})/content"')
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes={
        "a": {"href", "title"},
        "img": {"src", "alt", "title"},
        "ol": {"start"},
        "td": {"style"},
        "th": {"style"},
    },
    url_schemes={"http", "https", "mailto"},
    filter_style_properties={"text-align"},
    link_rel="nofollow ugc noopener",
)
_PLAIN = nh3.Cleaner(tags=set(), attributes={}, link_rel=None)


def title(raw: str, *, pointer: str = "/topic") -> str:
    """A one-line text: Unicode NFC, without invisible or direction-changing characters, spaces collapsed.

    Raises `Invalid` naming ``pointer`` if nothing is left or more than 200 characters are.
    """
    _refuse_nul(raw, pointer)
    line = "".join(" " if character.isspace() else character for character in raw)
    line = "".join(
        character for character in line if unicodedata.category(character) not in {"Cc", "Cf", "Co", "Cn"}
    )
    line = re.sub(r" +", " ", _few_marks(unicodedata.normalize("NFC", line))).strip()
    if not line:
        raise Invalid.field(pointer, "This may not be blank.", code="blank")
    return _limited(line, TITLE_LENGTH, pointer)


def body(raw: str, *, pointer: str = "/body", length: int = BODY_LENGTH, blank: bool = False) -> str:
    """Text of several lines: Unicode NFC, line ends as \\n, without control and direction-overriding
    characters.

    Raises `Invalid` naming ``pointer`` if it is blank (unless ``blank``) or longer than ``length``
    characters.
    """
    _refuse_nul(raw, pointer)
    if len(raw) > length * 2:  # before any work is done on it
        return _limited(raw, length, pointer)
    lines = raw.replace("\r\n", "\n").replace("\r", "\n")
    kept = (character for character in lines if _is_kept(character))
    text = _few_marks(unicodedata.normalize("NFC", "".join(kept))).strip("\n")
    if not text.strip() and not blank:
        raise Invalid.field(pointer, "This may not be blank.", code="blank")
    return _limited(text, length, pointer)


def render(markdown: str, people: mentions.Known | None = None) -> str:
    """Markdown to sanitised HTML. Links carry ``rel="nofollow ugc noopener"``; images other than attachments
    of this site become links; HTML in the source is shown as text; nesting beyond 20 levels is dropped.
    ``people`` are those whom the text may name: their names become links to them.
    """
    renderer = _linkless if markdown.count(":") > _LINKIFIED_COLONS else _markdown
    return sanitise(renderer.render(markdown, mentions.env(people or mentions.Known()))).strip()


def called(markdown: str) -> mentions.Called:
    """What may be names of people in a text."""
    found = mentions.Called()
    if "@" in markdown:
        _linkless.parse(markdown, mentions.env(found))
    return found


def own_images(markdown_html: str) -> list[UUID]:
    """The attachments that rendered HTML shows, each once, in their order."""
    return list(dict.fromkeys(UUID(match[1]) for match in _SHOWN_IMAGE.finditer(markdown_html)))


def sanitise(html: str) -> str:
    """HTML without anything but plain mark-up; what is clean stays as it is."""
    return _CLEANER.clean(html)


def plain(html: str) -> str:
    """The words of rendered HTML, without any mark-up, spaces collapsed: what search reads."""
    spaced = re.sub(r"</(p|li|h\d|td|th|blockquote|pre)>|<br>", r"\g<0> ", html)
    return re.sub(r"\s+", " ", html_module.unescape(_PLAIN.clean(spaced))).strip()


def excerpt(html: str, length: int = 200) -> str:
    """The beginning of rendered HTML as plain text, cut between words, with "…" where something was cut."""
    return shortened(plain(html), length)


def shortened(words: str, length: int) -> str:
    """Plain text, cut between words, with "…" where something was cut."""
    if len(words) <= length:
        return words
    cut = words[: length - 1]
    return cut.rsplit(" ", 1)[0].rstrip(" ,;:.–-") + "…" if " " in cut else cut + "…"


def _is_kept(character: str) -> bool:
    if character in "\n\t" or character in _INVISIBLE_BUT_USEFUL:
        return True
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs"}


def _few_marks(text: str) -> str:
    return _MARKS.sub(r"\1", text)


def _refuse_nul(text: str, pointer: str) -> None:
    if "\x00" in text:
        raise Invalid.field(pointer, "Null characters are not allowed.", code="null_characters_not_allowed")


def _limited(text: str, length: int, pointer: str) -> str:
    if len(text) > length:
        raise Invalid.field(pointer, f"At most {length} characters, not {len(text)}.", code="max_length")
    return text


def _image(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[index]
    source = str(token.attrs["src"])
    label = self.renderInlineAsText(token.children, options, env)
    if own := _OWN_IMAGE.fullmatch(source):
        return f'<img src="/api/v1/attachments/{own[1]}/content" alt="{html_module.escape(label)}">'
    return f'<a href="{html_module.escape(source)}">{html_module.escape(label or source)}</a>'


class _Markdown(MarkdownIt):
    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - the parser's
        """An address as it is shown: one that could be taken for another as it is sent (xn--…)."""
        shown = super().normalizeLinkText(link)
        return self.normalizeLink(link) if _is_deceptive(shown) else shown


def _is_deceptive(address: str) -> bool:
    """Whether a label of its host mixes alphabets, or is written in letters that look like Latin ones."""
    host = re.match(r"(?:\w+:)?(?://)?([^/?#]*)", address)
    labels = host[1].casefold().split(".") if host else []
    for label in labels:
        letters = [character for character in label if character.isalpha()]
        alphabets = {unicodedata.name(character, "?").split()[0] for character in letters}
        if len(alphabets) > 1 or (letters and all(character in LOOK_ALIKES for character in letters)):
            return True
    return False


def _make_markdown(*, linkify: bool) -> MarkdownIt:
    markdown = _Markdown("commonmark", {"html": False, "linkify": linkify, "maxNesting": 20})
    markdown.enable(["table", "strikethrough", "linkify"])
    markdown.add_render_rule("image", _image)
    mentions.install(markdown)
    return markdown


_markdown = _make_markdown(linkify=True)
_linkless = _make_markdown(linkify=False)
