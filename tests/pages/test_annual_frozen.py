"""锁定年度 keeps the whole report, tables and texts: it is printed again the same, and a correction stands beside it with its reason."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

from tests.pages.conftest import Site, text_of
from tests.pages.test_annual_parts import FIGURES

OWN, YEAR = "analyst@gx-zjj", 2025
WHERE = f"/api/reports/annual?year={YEAR}&agency=gx-zjj"
FILES = ("html", "docx", "csv&table=3", "csv&table=checks")


def files(site: Site, where: str = WHERE) -> list[bytes]:
    return [site.as_(OWN).get(f"{where}&format={form}").content for form in FILES]


def test_what_was_frozen_is_printed_again_the_same_and_a_correction_stands_beside_it(site: Site) -> None:
    analyst = site.as_(OWN)
    day = f"{YEAR}-12-30"
    site.register("intake@gx-zjj", received_on=day, submitted_on=day)
    texts = {
        "overall": "一的补充。", "active": "二的文字。", "last": "去年的已改。", "problems": "旧的问题。", "measures": "旧的措施。",
        "others": "六的补充。",
    }  # fmt: skip
    assert "还没有填写表二、“存在的主要问题”" in text_of(analyst.page(f"/annual/freeze?year={YEAR}"))
    assert "（依申请公开部分）" in files(site)[0].decode()
    analyst.post("/annual/parts", {"year": str(YEAR), **FIGURES, **texts})
    analyst.post("/annual/freeze", {"year": str(YEAR), "reason": "已报县政府办公室"})
    frozen = files(site)
    told = text_of(frozen[0].decode())
    assert all(one in told for one in texts.values()) and "（依申请公开部分）" not in told

    site.register("intake@gx-zjj", received_on=day, submitted_on=day)  # found late
    before = f"{YEAR - 1}-12-30"
    site.register("intake@gx-zjj", received_on=before, submitted_on=before)  # carried over, as nobody knew
    assert "已于" in text_of(analyst.page(f"/annual/parts?year={YEAR}"))
    analyst.post("/annual/parts", {"year": str(YEAR), **FIGURES, **texts, "licences": "77", "problems": "新的问题。"})
    assert files(site) == frozen, "neither a file nor a text changes what was reported"
    page = text_of(analyst.page(f"/annual?year={YEAR}"))
    assert "没有进入已锁定的报告：表二“行政许可”的“本年处理决定数量”、“存在的主要问题”" in page
    county = text_of(site.as_("analyst@gx-zfb").get(f"/api/reports/annual?year={YEAR}&format=html").text)
    assert "77" not in county, "the county sums what was reported"

    site.clock.now += timedelta(minutes=1)
    assert "更正的理由" in analyst.page(f"/annual/freeze?year={YEAR}")
    assert analyst.post("/annual/freeze", {"year": str(YEAR), "reason": ""}).status_code == 400
    analyst.post("/annual/freeze", {"year": str(YEAR), "reason": "漏计一件，已更正"})
    corrected = text_of(files(site)[0].decode())
    assert "新的问题。" in corrected and "旧的问题。" not in corrected and "77" in corrected
    page = analyst.page(f"/annual/freeze?year={YEAR}")
    said = text_of(page)
    assert "\">" not in said, "no mark of the page shows"
    assert said.index("漏计一件，已更正") < said.index("已报县政府办公室"), "both, with their reasons"
    assert "本年新收政府信息公开申请数量：原1，改为2" in said and "“存在的主要问题”有修改" in said
    links = [unescape(one) for one in re.findall(r'href="(/api/reports/annual[^"]+format=html)"', page)]
    assert len(links) == 2
    assert [analyst.get(one).content for one in links] == [files(site)[0], frozen[0]]
    first = links[1].removesuffix("&format=html")
    assert files(site, first) == frozen

    assert site.as_("analyst@gx-zrzy").get(links[1].replace("gx-zjj", "gx-zrzy")).status_code == 404, "another unit's"
    assert site.as_("analyst@gx-zrzy").get(links[1]).status_code == 404
    assert analyst.get(f"{WHERE}&version=nonsense").status_code == 404
    assert analyst.get(f"{WHERE}&version={'x' * 50}").status_code == 400
