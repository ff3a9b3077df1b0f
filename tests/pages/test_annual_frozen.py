"""锁定年度 keeps the whole report, tables and texts: it is printed again the same, and a correction stands beside it with its reason."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape
from typing import Any

import openpyxl

from db import people
from tests.pages.conftest import Site, text_of
from tests.pages.test_annual_parts import FIGURES
from tests.pages.test_published_reports import as_text, lines

OWN, YEAR = "analyst@gx-zjj", 2025
WHERE = f"/api/reports/annual?year={YEAR}&agency=gx-zjj"
FILES = ("html", "docx", "csv&table=3", "csv&table=checks")
COUNTY, SUM = "analyst@gx-zfb", "/api/reports/annual?year=2023"
TEXTS = {
    "overall": "一的补充。", "active": "二的文字。", "last": "去年的已改。", "problems": "旧的问题。", "measures": "旧的措施。",
    "others": "六的补充。",
}  # fmt: skip


def files(site: Site, where: str = WHERE, who: str = OWN) -> list[bytes]:
    return [site.as_(who).get(f"{where}&format={form}").content for form in FILES]


def test_what_was_frozen_is_printed_again_the_same_and_a_correction_stands_beside_it(site: Site) -> None:
    analyst = site.as_(OWN)
    day = f"{YEAR}-12-30"
    site.register("intake@gx-zjj", received_on=day, submitted_on=day)
    texts = TEXTS
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


def entries(site: Site) -> list[Any]:
    with site.office.database.read() as session:
        return list(people.log_entries(session))


def test_the_sum_of_the_county_is_frozen_whole_too_and_says_who_has_not_handed_in(site: Site) -> None:
    """本级政府的报告: with texts of its own; what a unit corrects, hands in or is entered later stands beside it, unit by unit."""
    county, day = site.as_(COUNTY), "2023-12-28"
    for unit in ("gx-zjj", "gx-rsj"):
        site.register(f"intake@{unit}", received_on=day, submitted_on=day)
    site.as_(OWN).post("/annual/parts", {"year": "2023", **FIGURES, "problems": "住建局的问题。"})
    site.as_(OWN).post("/annual/freeze", {"year": "2023", "reason": "已报县政府办公室"})
    pasted = as_text(lines()).decode()
    county.post("/annual/published", {"what": "outside", "year": "2022", "name": "未报镇", "pasted": pasted})
    county.post("/annual/published", {"what": "outside", "year": "2023", "name": "样例镇", "pasted": pasted})
    assert "全部单位（4个，系统外1个）2023年政府信息公开工作年度报告" in text_of(files(site, SUM, COUNTY)[0].decode())
    assert county.post("/annual/parts", {"year": "2023", "whole": "yes", "government": "长" * 41}).status_code == 400
    assert county.post("/annual/parts", {"year": "2023", "whole": "yes", "government": "冠县", **TEXTS}).status_code == 303
    asked = text_of(county.page("/annual/freeze?year=2023&whole=yes"))
    assert "还有3个单位没有锁定自己的报告" in asked and "没有计入，报告里会写明：未报镇" in asked and "还没有填写" not in asked
    before = county.get(f"{SUM}&format=json").json()
    assert not before["frozen"] and before["summed"] is None
    sent = county.post("/annual/freeze", {"year": "2023", "whole": "yes", "reason": "已报市政府办公室"})
    assert sent.headers["location"] == "/annual?year=2023&done=frozen"

    frozen = files(site, SUM, COUNTY)
    told = text_of(frozen[0].decode())
    assert told.startswith("冠县2023年政府信息公开工作年度报告") and all(one in told for one in TEXTS.values()) and "住建局的问题" not in told
    assert re.search(r"以下单位还没有定稿，其数字按案卷现状计入：[^。]*冠县人力资源和社会保障局", told)
    assert "本年度还没有录入，没有计入：未报镇" in told and "样例镇（系统外）" in told
    book = openpyxl.load_workbook(io.BytesIO(county.get(f"{SUM}&format=xlsx").content))
    assert {"表二", "文字", "各单位"} <= set(book.sheetnames)
    assert ("未报镇（系统外）", None, None, None, "上年计入，本年没有录入") in list(book["各单位"].values)
    assert "没有变化，汇总的数字与各单位的报告一致" in text_of(county.page("/annual?year=2023"))

    site.clock.now += timedelta(minutes=1)
    for unit in ("gx-zjj", "gx-rsj"):
        site.register(f"intake@{unit}", received_on=day, submitted_on=day)  # found late
    site.as_(OWN).post("/annual/freeze", {"year": "2023", "reason": "漏计一件"})
    dropped = re.search(r'name="id" value="([^"]+)"', county.page("/annual/published?year=2023"))
    assert dropped is not None
    assert county.post("/annual/published", {"what": "drop", "year": "2023", "id": dropped[1]}).status_code == 303
    county.post("/annual/parts", {"year": "2023", "whole": "yes", "government": "冠县", **TEXTS, "problems": "新的问题。"})
    assert files(site, SUM, COUNTY) == frozen, "neither a unit's report nor a file nor a text changes what was reported"
    page = text_of(county.page("/annual?year=2023"))
    assert "没有进入已锁定的报告：“存在的主要问题”" in page
    for one in (r"冠县住房和城乡建设局\s*本年新收政府信息公开申请数量：原1，现2\s*\S+锁定：漏计一件",
                r"冠县人力资源和社会保障局本年新收\S+原1，现2\S*仍未锁定，案卷有变动",
                r"样例镇（系统外）[^现]+现0[\s\S]*?汇总锁定以后录入、修改或者删去"):  # fmt: skip
        assert re.search(one, page), one
    cell = "/api/reports/annual/cases?year=2023&table=3&row=一"
    assert len(county.get(cell).json()["items"]) == 2, "the files that the frozen cell counts"
    assert county.get("/api/reports/annual?year=2023").json()["table3"] == before["table3"]
    carried = [one for one in county.get("/api/reports/annual?year=2024").json()["checks"] if (one["id"], one["column"]) == ("carried", "总计")]
    assert [one["right"] for one in carried] == [before["table3"]["四"][-1]], "what the next year carries over is what was reported"
    assert "gx-zfb 2023 汇总" in [one.object for one in entries(site) if one.what == "freeze"]

    assert county.post("/annual/freeze", {"year": "2023", "whole": "yes", "reason": "两个单位更正"}).status_code == 303
    links = re.findall(r'href="(/api/reports/annual[^"]+format=html)"', county.page("/annual/freeze?year=2023&whole=yes"))
    assert [text_of(county.get(unescape(one)).text).count("新的问题。") for one in links] == [1, 0]
    assert files(site, unescape(links[1]).removesuffix("&format=html"), COUNTY) == frozen
    assert site.as_(OWN).get(unescape(links[1])).status_code == 404

    own = site.as_(OWN)
    for refused in (own.post("/annual/freeze", {"year": "2023", "whole": "yes", "reason": "样例"}), own.get("/annual/parts?year=2023&whole=yes")):
        assert refused.status_code == 400 and "没有汇总其他单位的报告" in refused.text
    assert county.get("/api/reports/annual?year=2023&agency=gx-zfb").json()["frozen"] is False, "its own report is another"
