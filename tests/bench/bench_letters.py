"""Letters a second: our pool against LibreOffice (a batch of 20, one start a letter) and typst; memory over 500 letters.

Run: python -m tests.bench.bench_letters [letters]. All print the same words in the same faces with the same seal, each letter
to another name, on this machine in this run. LibreOffice: apt-get install libreoffice-writer-nogui; typst: pip install typst
(the extra `bench`). What is missing is said, and the rest is measured.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import psutil

from letters import word
from letters.agencies import seal_file
from letters.compare import changes
from letters.fontset import files, fonts_dir
from letters.render import Renderer
from tests.letters.samples import FINDINGS, PERSON, sample

KIND = "mixed"
WORKERS = 2
BATCH, STARTS, MEMORY = 20, 3, 500
REASON = "经查阅项目审批卷、会议纪要和电子档案目录，并询问经办股室，未发现申请所指的文件；有关情况已经逐项核对，核对的范围、方式和结果记入检索记录。"


def letter(number: int) -> Any:
    """A two-page reply on two items: about 800 characters in five faces and the rare one of the name, a seal."""
    items = (replace(FINDINGS["not_existing"], reason=REASON), FINDINGS["not_responsible"])
    return sample(KIND, to=replace(PERSON, name=f"龑昇堃{number}"), items=items)


def words(number: int) -> list[tuple[str, str]]:
    """The paragraphs of the letter with their faces, for the others to print."""
    context = letter(number)
    text = [(one.face, one.runs[0][1]) for one in changes(context, context, KIND)]
    name = context.letterhead.name
    return [("mark", name), ("number", context.number), *text, ("sign", name), ("sign", "2026年11月24日")]


# ---------------------------------------------------------------------------------------------- ours


def ours(count: int) -> float:
    """Letters a second of a warm pool, as the server uses it."""
    with Renderer(WORKERS) as pool, ThreadPoolExecutor(WORKERS) as desks:
        list(desks.map(lambda number: pool.render(KIND, letter(number)), range(2 * WORKERS)))
        return rate(count, lambda: list(desks.map(lambda number: pool.render(KIND, letter(number)), range(count))))


def with_docx(count: int) -> float:
    """The same, each letter as .docx too, as when both are asked for."""

    def both(number: int) -> None:
        context = letter(number)
        assert pool.render(KIND, context)
        assert word.docx(KIND, context)

    with Renderer(WORKERS) as pool, ThreadPoolExecutor(WORKERS) as desks:
        list(desks.map(both, range(2 * WORKERS)))
        return rate(count, lambda: list(desks.map(both, range(count))))


def with_docx_and_ofd(count: int) -> float:
    """The same, each as .docx and as OFD."""

    def all_three(number: int) -> None:
        context = letter(number)
        assert pool.ofd(pool.render(KIND, context), KIND, context)
        assert word.docx(KIND, context)

    with Renderer(WORKERS) as pool, ThreadPoolExecutor(WORKERS) as desks:
        list(desks.map(all_three, range(2 * WORKERS)))
        return rate(count, lambda: list(desks.map(all_three, range(count))))


def growth(count: int) -> float:
    """By how many MB one worker grows over `count` letters, after the first twenty."""
    with Renderer(1) as pool:
        for number in range(20):
            pool.render(KIND, letter(number))
        (worker,) = [one for one in psutil.Process().children() if "letters.worker" in " ".join(one.cmdline())]
        before = worker.memory_info().rss
        for number in range(count):
            pool.render(KIND, letter(number))
        return (worker.memory_info().rss - before) / 2**20


def rate(count: int, run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return count / (time.perf_counter() - begun)


# ---------------------------------------------------------------------------------------------- LibreOffice

FODT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3"
 office:mimetype="application/vnd.oasis.opendocument.text" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0">
<office:font-face-decls>{fonts}</office:font-face-decls>
<office:automatic-styles><style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="210mm"
 fo:page-height="297mm" fo:margin-top="37mm" fo:margin-bottom="35mm" fo:margin-left="28mm" fo:margin-right="26mm"/>
</style:page-layout>{styles}</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4"/></office:master-styles>
<office:body><office:text>{body}</office:text></office:body></office:document>"""
FACES = {
    "mark": ("FandolSong", 41, "center", "#d7000f"), "number": ("FandolFang R", 16, "center", "#000000"),
    "title": ("FandolSong", 22, "center", "#000000"), "to": ("FandolFang R", 16, "left", "#000000"),
    "text": ("FandolFang R", 16, "justify", "#000000"), "heading": ("FandolHei", 16, "justify", "#000000"),
    "subheading": ("FandolKai", 16, "justify", "#000000"), "annex": ("FandolFang R", 16, "left", "#000000"),
    "sign": ("FandolFang R", 16, "end", "#000000"),
}  # fmt: skip


def fodt(number: int, seal: Path) -> str:
    """The letter as a flat OpenDocument text."""
    fonts = "".join(f'<style:font-face style:name="{one}" svg:font-family="{one}"/>' for one in {face[0] for face in FACES.values()})
    styles = "".join(
        f'<style:style style:name="{name}" style:family="paragraph"><style:paragraph-properties fo:text-align="{align}"'
        f' fo:line-height="10.2272mm"/><style:text-properties style:font-name-asian="{font}" style:font-name="{font}"'
        f' fo:font-size="{size}pt" style:font-size-asian="{size}pt" fo:color="{colour}"/></style:style>'
        for name, (font, size, align, colour) in FACES.items()
    )
    body = "".join(f'<text:p text:style-name="{face}">{escape(text)}</text:p>' for face, text in words(number))
    body += (
        f'<text:p><draw:frame svg:width="42mm" svg:height="42mm" text:anchor-type="as-char"><draw:image xlink:href="{seal.as_uri()}"/>'
        "</draw:frame></text:p>"
    )
    return FODT.format(fonts=fonts, styles=styles, body=body)


class Office:
    """soffice with a profile and with the fonts of the letters."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program, self.folder = program, folder
        fonts = folder / "fonts.conf"
        fonts.write_text(
            f'<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>{fonts_dir()}</dir>'
            f"<cachedir>{folder / 'cache'}</cachedir></fontconfig>"
        )
        self.environment = {**os.environ, "FONTCONFIG_FILE": str(fonts), "HOME": str(folder)}
        seal = seal_file(sample(KIND).letterhead.seal)
        self.sources = [folder / f"{number}.fodt" for number in range(BATCH)]
        for number, path in enumerate(self.sources):
            path.write_text(fodt(number, seal), encoding="utf-8")
        self.convert(self.sources[:1])  # makes the profile and the font cache: not measured

    def convert(self, sources: list[Path]) -> None:
        profile = f"-env:UserInstallation={(self.folder / 'profile').as_uri()}"
        pdfa = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"3"}}'
        made = [self.folder / f"{source.stem}.pdf" for source in sources]
        for path in made:
            path.unlink(missing_ok=True)
        command = [self.program, profile, "--headless", "--convert-to", pdfa, "--outdir", str(self.folder), *map(str, sources)]
        subprocess.run(command, check=True, env=self.environment, capture_output=True)
        assert all(path.stat().st_size > 10_000 for path in made)

    def batch(self) -> float:
        return rate(BATCH, lambda: self.convert(self.sources))

    def starts(self) -> float:
        return rate(STARTS, lambda: [self.convert([source]) for source in self.sources[:STARTS]])


# ---------------------------------------------------------------------------------------------- typst

TYPST = """
#let letter = json(bytes(sys.inputs.letter))
#set page(width: 210mm, height: 297mm, margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm))
#set par(justify: true, leading: 13pt)
#let faces = (mark: ("FandolSong", 41pt), title: ("FandolSong", 22pt), heading: ("FandolHei", 16pt), subheading: ("FandolKai", 16pt))
#let place = (mark: center, number: center, title: center, sign: right)
#for (face, words) in letter {
  let (font, size) = faces.at(face, default: ("FandolFang R", 16pt))
  align(place.at(face, default: left), text(font: (font, "LXGW WenKai", "BabelStone Han"), size: size,
    fill: if face == "mark" { rgb("#d7000f") } else { black }, words))
}
#image("seal.png", width: 42mm)
"""


def typeset(count: int, folder: Path) -> float:
    """Letters a second of a warm typst compiler, also as PDF/A."""
    import typst

    (folder / "letter.typ").write_text(TYPST, encoding="utf-8")
    shutil.copy(seal_file(sample(KIND).letterhead.seal), folder / "seal.png")
    fonts = sorted({str(path.parent) for _, path in files()})
    compiler = typst.Compiler(str(folder / "letter.typ"), root=str(folder), font_paths=fonts, ignore_system_fonts=True)

    def compiled(inputs: dict[str, str]) -> None:
        assert len(compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards="a-3u")) > 10_000

    prepared = [{"letter": json.dumps(words(number), ensure_ascii=False)} for number in range(count + 1)]
    compiled(prepared[count])
    return rate(count, lambda: [compiled(inputs) for inputs in prepared[:count]])


# ---------------------------------------------------------------------------------------------- report


def main() -> None:
    """Measure what is there; say what is not."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    mine = ours(count)
    print(f"our pool, {WORKERS} workers         {mine:7.1f} letters/s")
    both = with_docx(count)
    print(f"each with its .docx          {both:7.1f} letters/s, {mine / both:.2f} times the letter alone (at most 2)")
    every = with_docx_and_ofd(count)
    print(f"each with its .docx and OFD  {every:7.1f} letters/s, {mine / every:.2f} times the letter alone (at most 2)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if (program := shutil.which("soffice")) is not None:
            office = Office(program, folder)
            report(f"LibreOffice, batch of {BATCH}    ", office.batch(), mine, "at least 1.5")
            report("LibreOffice, a start each   ", office.starts(), mine, "at least 8")
        else:
            print("LibreOffice is not installed (apt-get install libreoffice-writer-nogui): not compared")
        try:
            report("typst                       ", typeset(count, folder), mine, "at least 0.083: within 12 times")
        except ModuleNotFoundError:
            print("typst is not installed (pip install typst): not compared")
    print(f"memory of one worker over {MEMORY} letters: {growth(MEMORY):+.1f} MB (goal: under 20)")


def report(name: str, theirs: float, mine: float, goal: str) -> None:
    print(f"{name}{theirs:7.2f} letters/s   ours are {mine / theirs:.2f} times as many (goal: {goal})")


if __name__ == "__main__":
    main()
