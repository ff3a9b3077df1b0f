"""One letter or report, from its facts to the bytes of its PDF. Runs in the worker processes (and in tests).

Nothing is fetched but the seal; nothing is printed with a hole in it: an undefined value, a missing picture, a character
that no font has are errors. The same context gives the same bytes.
"""

from __future__ import annotations

import io
import logging
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

os.environ["FONTCONFIG_FILE"] = str(Path(__file__).parent / "fonts.conf")  # no font of the machine takes part

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # "No fonts configured": they are added by file below
    import weasyprint

import segno
from weasyprint.text.ffi import ffi, fontconfig, pangoft2
from weasyprint.urls import URLFetcher, URLFetcherResponse

from letters import accessible, faster, lines, reports, sealing
from letters.agencies import seal_file
from letters.contexts import PRINTED
from letters.contexts.parts import Context
from letters.errors import LetterError, no_glyph
from letters.fontset import Font, fonts
from letters.fontset import doubted as doubted_of
from letters.html import Dress, environment, html, issuers

MOST_PAGES = 100
CHARACTERS_A_PAGE = 22 * 28
LINES_A_PAGE = 32
"""In the smaller size of the forms; 22 in a letter."""
VARIANT = "pdf/a-3u"

lines.install()
faster.install()
accessible.install()


class Fonts(weasyprint.text.fonts.FontConfiguration):  # type: ignore[misc]
    """The fonts of the letters, registered where they lie (WeasyPrint would copy 150 MB for every worker)."""

    def __init__(self) -> None:
        super().__init__()
        for font in fonts():
            self._add(font)
        pangoft2.pango_fc_font_map_config_changed(ffi.cast("PangoFcFontMap *", self.font_map))

    def _add(self, font: Font) -> None:
        # Fandol's Bold files claim to be regular, others differ: every file is the one weight of its family.
        # Of a collection only the first font has the name. What is not believed of a cmap is taken out of the charset.
        doubted = "".join(f"<range><int>{first}</int><int>{last}</int></range>" for first, last in doubted_of(font))
        rule = f"""<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>
            <match target="scan"><test name="file" compare="eq"><string>{escape(font.path.as_posix())}</string></test>
            <test name="index" compare="eq"><int>0</int></test>
            <edit name="family" mode="prepend"><string>{font.family}</string></edit>
            <edit name="weight" mode="assign_replace"><int>80</int></edit>
            <edit name="charset" mode="assign_replace"><minus><name>charset</name><charset>{doubted}</charset></minus></edit>
            </match></fontconfig>"""
        fontconfig.FcConfigParseAndLoadFromMemory(self._config, rule.encode(), True)
        if not fontconfig.FcConfigAppFontAddFile(self._config, font.path.as_posix().encode()):
            raise LetterError(f"字体文件{font.path.name}不能使用，请运行make setup重新安装字体。")


def qr_code(text: str) -> bytes:
    """二维码 (ISO/IEC 18004) as an SVG of lines, with the white margin that readers want."""
    made = io.BytesIO()
    segno.make(text, error="m", micro=False).save(made, kind="svg", xmldecl=False, nl=False, border=4, omitsize=True, light="#fff")
    return made.getvalue()


class SealsOnly(URLFetcher):  # type: ignore[misc]
    """Denies every address but seal:NAME, a picture of the letterhead that is being printed, and qr:ADDRESS, that of its query page."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("seal", "qr"), allow_redirects=False)
        self.seals: Mapping[str, Path] = {}
        self.pages: frozenset[str] = frozenset()

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if url in self.pages:
            return URLFetcherResponse(url, qr_code(url.removeprefix("qr:")), {"Content-Type": "image/svg+xml"})
        path = self.seals.get(url)
        if path is None:
            raise ValueError("only the seal of the letterhead may be fetched")
        return URLFetcherResponse(url, sealing.for_print(path.read_bytes()), {"Content-Type": "image/png"})


class _Complaints(logging.Handler):
    """Collects what WeasyPrint only logs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def _complaints() -> Iterator[list[str]]:
    handler = _Complaints()
    loggers = [logging.getLogger("weasyprint"), logging.getLogger("fontTools")]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield handler.messages
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


class Engine:
    """Fonts and stylesheet, read once; `pdf` makes a letter."""

    def __init__(self, most_pages: int = MOST_PAGES) -> None:
        self.most_pages = most_pages
        self.fonts = Fonts()
        self.fetcher = SealsOnly()
        self.pictures: dict[str, Any] = {}
        style = environment().get_template("letter.css").render()
        with _complaints() as messages:
            self.style = weasyprint.CSS(string=style, font_config=self.fonts, url_fetcher=self.fetcher)
        if messages:
            raise LetterError(f"文书样式表有误：{messages[0]}")

    def html(self, kind: str, context: Context, *, preview: bool = False) -> str:
        """The letter as HTML."""
        return html(kind, context, preview=preview)

    def document(self, kind: str, context: Context, *, preview: bool = False, dress: Dress = "full") -> Any:
        """The letter laid out in pages."""
        title = PRINTED[kind].title
        source = html(kind, context, preview=preview, dress=dress)
        if len(source) > self.most_pages * CHARACTERS_A_PAGE * 2 or source.count("<p>") > self.most_pages * LINES_A_PAGE:
            raise LetterError(f"{title}没有生成：内容太长，超过{self.most_pages}页。请缩短内容，或者改作附件。")
        self.fetcher.pages = frozenset({f"qr:{context.letterhead.query_url}"} if context.letterhead.query_url else ())
        self.fetcher.seals = {f"seal:{one.seal}": seal_file(one.seal) for one in issuers(context)}
        with _complaints() as messages:
            try:
                document = weasyprint.HTML(string=source, url_fetcher=self.fetcher, base_url="seal:").render(
                    font_config=self.fonts, stylesheets=[self.style], cache=self.pictures, pdf_variant=VARIANT
                )
            except lines.MissingGlyph as missing:
                raise _no_glyph(title, missing.character) from None
        _refuse(title, messages)
        if len(document.pages) > self.most_pages:
            raise LetterError(f"{title}没有生成：共{len(document.pages)}页，最多{self.most_pages}页。请缩短内容，或者改作附件。")
        return document

    def pdf(self, kind: str, context: Context, *, preview: bool = False, dress: Dress = "full") -> bytes:
        """The letter as PDF/A-3u; raises LetterError."""
        document = self.document(kind, context, preview=preview, dress=dress)
        with _complaints() as messages, warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint leaves its colour profile open
            data = accessible.identify(document).write_pdf(pdf_variant=VARIANT, pdf_tags=True)
        _refuse(PRINTED[kind].title, messages)
        return bytes(data)

    def report(self, kind: str, facts: Mapping[str, Any]) -> bytes:
        """A report (`letters.reports`) as PDF; raises LetterError."""
        source = reports.html(kind, facts, printed=True)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint leaves its colour profile open
                page = weasyprint.HTML(string=source, url_fetcher=SealsOnly(), base_url="seal:")
                document = page.render(font_config=self.fonts, pdf_variant=VARIANT)
                return bytes(accessible.identify(document).write_pdf(pdf_variant=VARIANT, pdf_tags=True))
        except lines.MissingGlyph as missing:
            raise _no_glyph(reports.TITLES[kind], missing.character) from None


def _no_glyph(title: str, character: str) -> LetterError:
    return LetterError(f"{title}没有生成：{no_glyph(character)}")


def _refuse(title: str, messages: list[str]) -> None:
    for message in messages:
        if message.startswith(".notdef"):
            raise _no_glyph(title, chr(int(message.rpartition("U+")[2].rstrip(")"), 16)))
        if "image" in message:
            raise LetterError(f"{title}没有生成：印章图片不能读取。请核对单位文书抬头中的seal一项。")
        raise LetterError(f"{title}没有生成：{message}")
