"""PDF/UA-1: what WeasyPrint does not say of a file that is PDF/A-3u at the same time.

The identifier of PDF/UA with the schema that PDF/A asks for, the scope of header cells, and a description of each link. Private
API of WeasyPrint, as in `letters.lines`: the version is pinned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import MethodType
from typing import Any

import pydyf
import weasyprint.pdf
from weasyprint.layout.absolute import AbsolutePlaceholder

IDENTIFIER = b"""<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1" />\
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about=""><pdfaExtension:schemas><rdf:Bag>\
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li>\
</rdf:Bag></pdfaExtension:schemas></rdf:Description>"""
SCOPES = {"row": "/Row", "rowgroup": "/Row", "col": "/Column", "colgroup": "/Column"}


def identify(document: Any) -> Any:
    """The laid-out document, whose metadata will say that it is PDF/UA-1."""
    written: Callable[..., bytes] = document.metadata.generate_rdf_metadata

    def both(_self: Any, *arguments: Any) -> bytes:
        return written(*arguments).replace(b"</rdf:RDF>", IDENTIFIER + b"</rdf:RDF>")

    document.metadata.generate_rdf_metadata = MethodType(both, document.metadata)
    return document


_add_tags = weasyprint.pdf.add_tags


def _with_scopes(pdf: Any, document: Any, *rest: Any) -> None:
    _add_tags(pdf, document, *rest)
    for page in document.pages:
        for box in _boxes(page._page_box):
            mark = getattr(box, "mark", None)
            if mark is not None and mark["S"] == "/TH" and box.element is not None:
                mark["A"]["Scope"] = SCOPES.get(box.element.get("scope", ""), "/Column")
            if getattr(box, "link_annotation", None) is not None and box.element is not None:
                box.link_annotation["Contents"] = pydyf.String(box.element.get("title") or "".join(box.element.itertext()))


def _boxes(box: Any) -> Iterator[Any]:
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    yield box
    for child in getattr(box, "children", ()):
        yield from _boxes(child)


def install() -> None:
    """For this process, once."""
    weasyprint.pdf.add_tags = _with_scopes
