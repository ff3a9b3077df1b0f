"""原件: the papers that came stand beside the form of registration; whatever a picture is, nothing that was typed is lost for it."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Any, cast

import pytest
from playwright.sync_api import Page, expect

from api.office.problems import Problem
from api.pages.acts import acts
from api.web import guard
from db import applications, queries
from db.engine import DatabaseUnavailable
from db.stores import Unreachable
from letters.errors import Interrupted, LetterError
from letters.filled import Cut, Said
from letters.marks import Place
from tests import papers
from tests.pages.conftest import NARROW, TABLET, WIDE, Chromium, Person, Site, axe, opens, resize, text_of
from tests.pages.test_acts import form_at, handled
from tests.pages.test_intake import filled, registered
from workflow import acts as a
from workflow.case import Case

TWO = papers.pdf([(72, 100, "政府信息公开申请表")], [(72, 100, "第二页")])
TYPED = "清泉河沿岸2025年采砂许可证"
BROKEN_HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"


def sent_with(person: Person, *files: tuple[str, bytes], **more: Any) -> tuple[str, dict[str, Any]]:
    """The form after these papers were put beside it without a script, and its fields."""
    answer = person.post("/intake", filled(person) | {"redraw": "files"}, files=[("files", (name, data, "")) for name, data in files])
    assert answer.status_code == 200, text_of(answer.text)[:1000]
    return answer.text, form_at(answer.text.replace('id="intake"', 'id="act"')) | more


def image_of(page: str) -> str:
    """The address of the picture that stands beside the form; empty: none does."""
    at = page.split('id="original"', 1)[1].split("</section>", 1)[0]
    return at.split('<img src="', 1)[1].split('"', 1)[0] if "<img" in at else ""


def test_the_papers_stand_beside_the_form_page_by_page_also_without_scripts(site: Site) -> None:
    person = site.as_("intake@gx-zrzy")
    shown = image_of(sent_with(person, ("照片.heic", papers.heic(tiles=(3, 2))))[0])
    assert person.get(shown).headers["content-type"].startswith("image/"), "as telephones make them"
    page, form = sent_with(person, ("申请表.pdf", TWO), ("信封.tif", papers.picture("TIFF")))
    assert "第1页，共2页" in page and TYPED in page
    first = image_of(page)
    assert person.get(first).headers["content-type"].startswith("image/") and first.endswith("/pages/1")
    turned = person.post("/intake", form | {"redraw": f"sheet-{first.split('/')[3]}/2"}).text
    assert "第2页，共2页" in turned and TYPED in turned and image_of(turned).endswith("/pages/2")
    again = form_at(turned.replace('id="intake"', 'id="act"'))
    stays = person.post("/intake", again | {"applicant.phone": "1", "sheet": f"{first.split('/')[3]} 2"}).text
    assert image_of(stays).endswith("/pages/2"), "a refusal gives the same page back"
    assert person.get(first.replace("/pages/1", "/pages/9")).status_code == 409
    assert site.as_("handler@gx-zrzy").get(first).status_code == 404, "nobody else sees what waits beside his form"
    case = registered(site, person.post("/intake", again))
    assert case.acts[0].act.kind == "registration" and person.get(first).status_code == 404


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("特大.png", papers.claims(60_000), "太大"), ("坏.pdf", b"%PDF-1.7\n%%EOF", "不完整或者已经损坏"), ("锁.pdf", papers.locked(), "打开密码"),
        ("照片.heic", BROKEN_HEIC, "请对方另存为JPG再发"), ("万页.pdf", papers.very_long(300), "300页"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_said_and_kept(site: Site, name: str, data: bytes, said: str) -> None:
    person = site.as_("intake@gx-zrzy")
    page, form = sent_with(person, (name, data))
    assert said in text_of(page) and image_of(page) == "" and TYPED in page
    case = registered(site, person.post("/intake", form))
    assert "1个附件" in person.page(f"/intake/done/{case.id}")


FIVE = (("程序.exe", b"MZ\x90"), ("甲.pdf", TWO), ("空.pdf", b""), ("脚本.exe", b"MZ\x91"), ("乙.pdf", papers.pdf([(72, 100, "乙")])))


def told_of_each(page: str) -> None:
    said = text_of(page)
    assert "“程序.exe”“脚本.exe”没有上传：只接收这些格式" in said and "“空.pdf”没有上传：文件是空的" in said
    assert page.count('name="unload"') == 2 and "甲.pdf" in said and "乙.pdf" in said


def test_of_files_chosen_together_each_is_looked_at_and_the_good_ones_are_kept(site: Site) -> None:
    intake, handler, case = site.as_("intake@gx-zrzy"), site.as_("handler@gx-zrzy"), handled(site)
    fields = filled(intake)
    chosen = [("files", (name, data, "")) for name, data in FIVE]
    told_of_each(intake.post("/intake/files", {"once": fields["once"], "of": "files"}, files=chosen).text)
    plain = intake.post("/intake", filled(intake), files=chosen)
    assert plain.status_code == 400
    told_of_each(plain.text)
    path = f"/cases/{case.id}/acts/draft"
    chosen = [("papers", (name, data, "")) for name, data in FIVE]
    told_of_each(handler.post(f"{path}/preview", form_at(handler.page(path)) | {"part": "files"}, files=chosen).text)


def test_a_long_scan_is_turned_page_by_page(site: Site) -> None:
    person = site.as_("intake@gx-zrzy")
    page, _ = sent_with(person, ("五十页.pdf", papers.pdf(*[[(72, 100, f"{n}")] for n in range(50)])))
    assert "第1页，共50页" in page
    answer = person.post("/intake/original", {"once": page.split('name="once" id="once" value="')[1].split('"')[0],
                                              "sheet": image_of(page).split("/")[3] + " 50"})  # fmt: skip
    assert "第50页，共50页" in answer.text and "下一页" not in answer.text


def test_papers_of_the_file_stand_beside_the_acts_that_are_filled_from_them(site: Site) -> None:
    intake, case = site.as_("intake@gx-zrzy"), site.register()
    form = f"/cases/{case.id}/acts/withdrawal"
    assert "本件的原件" not in intake.page(form)
    sent = intake.post(f"/cases/{case.id}/attachments", {"purpose": "撤回申请书"}, files={"file": ("撤回申请书.pdf", TWO, "application/pdf")})
    assert sent.status_code == 303
    intake.post(f"/cases/{case.id}/attachments", {}, files={"file": ("录音.mp3", b"ID3\x03", "audio/mpeg")})
    intake.post(f"/cases/{case.id}/attachments", {}, files={"file": ("手机照片.heic", papers.heic(), "image/heic")})
    intake.post(f"/cases/{case.id}/attachments", {}, files={"file": ("信封.gif", papers.frames(2), "image/gif")})
    page = intake.page(form)
    for name, number in (("手机照片.heic", 1), ("信封.gif", 2)):
        at = page.partition(name)[2].partition('/attachments/')[2].partition("/")[0]
        assert intake.get(f"/attachments/{at}/pages/{number}").headers["content-type"].startswith("image/"), name
    assert "本件的原件" in page and "撤回申请书" in page and "录音" not in page.split("本件的原件")[1]
    paper = page.partition("撤回申请书.pdf")[2].split('"paper":"')[1].split(" ")[0]
    turned = intake.post(f"{form}/preview", {"part": "papers", "paper": f"{paper} 2"})
    assert "第2页，共2页" in turned.text and f'src="/attachments/{paper}/pages/2"' in turned.text
    for odd in ("", "x", f"{paper} 99", f"{paper} -1", "' 1"):
        assert intake.post(f"{form}/preview", {"part": "papers", "paper": odd}).status_code == 200
    assert intake.post(f"/cases/{case.id}/acts/note/preview", {"part": "papers", "paper": f"{paper} 1"}).status_code == 404
    assert "本件的原件" not in site.as_("archivist@gx-zrzy").get(f"/cases/{case.id}/acts/service").text, "who would be asked for a reason"


def attached(site: Site, case: Case) -> list[tuple[str, str | None]]:
    with site.office.database.read() as session:
        return [(row.name, row.purpose) for row in queries.attachments_of(session, case.id)]


def test_papers_come_with_the_act_that_tells_of_them_all_of_it_or_nothing(site: Site) -> None:
    """Without scripts: what is refused leaves act and papers unplaced, and what was chosen waits beside the form until it is sent."""
    intake, case = site.as_("intake@gx-zrzy"), site.register()
    path = f"/cases/{case.id}/acts/withdrawal"
    fields = form_at(intake.page(path)) | {"by": "writing"}
    wrong = intake.post(path, fields | {"remark": "当面交来"}, files={"papers": ("程序.exe", b"MZ\x90", "application/octet-stream")})
    assert wrong.status_code == 400 and "“程序.exe”没有上传" in text_of(wrong.text) and "当面交来" in wrong.text
    at_fault = intake.post(path, fields | {"on": "明天"}, files={"papers": ("撤回申请书.pdf", TWO, "application/pdf")})
    assert at_fault.status_code == 400 and "撤回申请书.pdf" in text_of(at_fault.text)
    assert site.office.case(site.officers["intake@gx-zrzy"], case.id).case.version == 1 and attached(site, case) == []
    assert "撤回申请书.pdf" not in text_of(site.as_("handler@gx-zrzy").page(path)), "nobody else sees what waits beside his form"
    more = intake.post(path, fields | {"redraw": "files"}, files={"papers": ("多余.png", papers.picture("PNG"), "image/png")})
    removed = re.findall(r'name="unload" value="([^"]+)"', more.text)
    assert len(removed) == 2
    assert "多余.png" not in text_of(intake.post(path, fields | {"unload": removed[1]}).text)
    twice = {"papers": ("身份证.png", papers.picture("PNG", (9, 9)), "image/png")}
    assert intake.post(path, fields, files=twice).status_code == 303
    assert attached(site, case) == [("撤回申请书.pdf", "撤回申请的材料"), ("身份证.png", "撤回申请的材料")]
    again = intake.post(path, fields, files=twice)
    assert again.status_code in (409, 412) and len(attached(site, case)) == 2, "a second press brings nothing twice"
    with site.office.database.read() as session:
        assert applications.uploads_of(session, applications.officer_of(site.officers["intake@gx-zrzy"].id, f"{case.id}/withdrawal")) == []


def test_what_a_draft_gives_out_comes_with_it_and_stands_in_its_item(site: Site) -> None:
    """Chosen beside the form it is a row of what is given out; on the file it is what the draft was signed with, and nothing is half sent."""
    handler, case = site.as_("handler@gx-zrzy"), handled(site)
    path = f"/cases/{case.id}/acts/draft"
    chosen = form_at(handler.page(path)) | {"items.0.outcome": "disclosed"}
    two = [("papers", ("许可证.pdf", TWO, "")), ("papers", ("清单.png", papers.picture("PNG"), ""))]
    page = handler.post(path, chosen | {"redraw": "files"}, files=two)
    fields = form_at(page.text)
    assert fields["items.0.provided.0.title"] == ["许可证"] and fields["items.0.provided.0.pages"] == ["2"]
    assert fields["items.0.provided.1.title"] == ["清单"] and "移除" in text_of(page.text)
    shown = handler.post(f"{path}/preview", fields | {"part": "after"})
    assert "没有存入提供的信息" not in text_of(shown.text) and "填写齐全以后" not in text_of(shown.text), "it is tried out with what will come"
    stale = handler.post(path, fields | {"seen": "1"})
    assert stale.status_code == 412 and attached(site, case) == [] and "清单.png" in text_of(stale.text)
    removed = handler.post(f"{path}/preview", fields | {"part": "files", "unload": fields["items.0.provided.1.attachment"][0]})
    assert 'hx-swap-oob="innerHTML"' in removed.text and "清单" not in text_of(removed.text)
    fields = {name: given for name, given in fields.items() if not name.startswith("items.0.provided.1.")}
    other = {"papers": ("另一份.pdf", papers.pdf([(72, 100, "另")]), "")}
    assert handler.post(path, fields, files=other).status_code == 303, "chosen and sent in one"
    case = site.office.case(site.officers["handler@gx-zrzy"], case.id).case
    draft = case.acts[-1].act
    assert isinstance(draft, a.Draft)
    given = [(one.title, one.pages, bool(one.as_signed)) for one in draft.items[0].provided]
    assert given == [("许可证", 2, True), ("另一份", 1, True)]
    with site.office.database.read() as session:
        rows = queries.attachments_of(session, case.id)
        assert applications.uploads_of(session, applications.officer_of(site.officers["handler@gx-zrzy"].id, f"{case.id}/draft")) == []
    assert [(row.name, row.role, row.item, row.id) for row in rows] == [
        (f"{one.title}.pdf", "given_out", 1, one.attachment) for one in draft.items[0].provided
    ]


UNDRAWN = {
    "照片.heic": papers.heic()[:-400], "大.heic": papers.heic((7000, 7000)), "截断.jpg": papers.picture("JPEG")[:-300], "坏.pdf": b"%PDF-1.7\n%%EOF",
}  # fmt: skip
"""What is what it is called, and cannot be shown."""


def test_what_cannot_be_drawn_is_said_at_the_upload_and_in_place_of_its_picture(site: Site) -> None:
    intake, handler, case = site.as_("intake@gx-zrzy"), site.as_("handler@gx-zrzy"), handled(site)
    for name, data in UNDRAWN.items():
        came = intake.post("/intake/files", {"once": filled(intake)["once"], "of": "files"}, files=[("files", (name, data, ""))]).text
        said = text_of(came)
        assert f"“{name}”已经存下" in said and said.count("不能显示") >= 3 and "<img" not in came, name
        put = handler.post(f"/cases/{case.id}/attachments", {}, files={"file": (name, data, "")})
        assert text_of(handler.page(put.headers["location"])).count("已经存入：") == 1, name
    with site.office.database.read() as session:
        rows = queries.attachments_of(session, case.id)
    assert len(rows) == len(UNDRAWN)
    for row in rows:
        page = handler.get(f"/cases/{case.id}/redactions/{row.id}")
        assert page.status_code == 409 and "不能制作遮盖件" in text_of(page.text) and "不能显示" in text_of(page.text)


def test_a_page_without_a_picture_says_why_where_the_picture_would_stand(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    handler, case = site.as_("handler@gx-zrzy"), handled(site)
    handler.post(f"/cases/{case.id}/attachments", {}, files={"file": ("一.pdf", TWO, "")})
    with site.office.database.read() as session:
        row = queries.attachments_of(session, case.id)[0]

    def undrawn(*_: Any) -> Any:
        raise Problem(409, "第1页的图像太大，超过5000万像素，不能显示。请缩小以后再存入。")

    monkeypatch.setattr(site.office.printing, "sheet", undrawn)
    page = handler.page(f"/cases/{case.id}/redactions/{row.id}")
    assert "这一页没有画出来：第1页的图像太大" in text_of(page) and "请逐行看过再遮盖" not in text_of(page)
    came = site.as_("intake@gx-zrzy").post("/intake/files", {"once": filled(site.as_("intake@gx-zrzy"))["once"], "of": "files"},
                                          files=[("files", ("甲.pdf", TWO, ""))]).text  # fmt: skip
    assert "第1页的图像太大" in text_of(came) and "<img" not in came and "第1页，共2页" in text_of(came)


def test_a_document_that_is_given_out_and_cannot_be_opened_is_told_to_drafter_and_signer_and_stops_nothing(site: Site) -> None:
    handler, case = site.as_("handler@gx-zrzy"), handled(site)
    path = f"/cases/{case.id}/acts/draft"
    fields = form_at(handler.page(path)) | {"items.0.outcome": "disclosed"}
    came = handler.post(f"{path}/preview", fields | {"part": "files"}, files=[("papers", (name, data, "")) for name, data in UNDRAWN.items()])
    assert all(f"“{name}”已经存下" in text_of(came.text) for name in UNDRAWN)
    fields = form_at(handler.page(path)) | {"items.0.outcome": "disclosed"}
    fields = form_at(handler.post(path, fields | {"redraw": "files"}, files={"papers": ("好.pdf", TWO, "")}).text)
    fields |= {"items.0.provided.1.title": ["照片"], "items.0.provided.1.attachment": [waiting_at(site, case, "照片.heic")]}
    assert "要提供的“照片”打不开：照片不完整" in text_of(handler.post(f"{path}/preview", fields | {"part": "after"}).text)
    assert handler.post(path, fields).status_code == 303
    said = text_of(site.as_("head@gx-zrzy").page(f"/approvals/{case.id}"))
    assert "要提供的“照片”打不开：照片不完整" in said and "不影响签发" in said and "要提供的“好”" not in said


def waiting_at(site: Site, case: Case, name: str) -> str:
    with site.office.database.read() as session:
        rows = applications.uploads_of(session, applications.officer_of(site.officers["handler@gx-zrzy"].id, f"{case.id}/draft"))
    return str(next(row.id for row in rows if row.name == name))


def test_what_is_given_to_whom_one_asks_comes_with_the_consultation(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    handler, case = site.as_("handler@gx-zrzy"), handled(site)
    path = f"/cases/{case.id}/acts/consultation"
    asked = {"type": "internal", "to": "legal@gx-zrzy", "question": "能否公开（样例）", "party.name": ""}
    fields = form_at(handler.page(f"{path}")) | asked
    page = handler.post(path, fields | {"redraw": "files"}, files={"papers": ("许可证.pdf", TWO, "")})
    assert form_at(page.text)["materials"], "it is ticked"

    def unmade(*_: Any, **__: Any) -> bytes:
        raise LetterError("没有生成：超过60秒。")

    with monkeypatch.context() as patched:
        patched.setattr("api.office.office.needs_proof", lambda _source: True)
        patched.setattr(site.office.printing.renderer, "render", unmade)
        refused = handler.post(path, form_at(page.text) | asked)
    assert refused.status_code == 409 and "没有生成" in refused.text and attached(site, case) == [], "its letter is tried out with what comes"
    sent = handler.post(path, form_at(page.text) | asked)
    assert sent.status_code == 303, text_of(sent.text)[:1500]
    case = site.office.case(site.officers["handler@gx-zrzy"], case.id).case
    act = case.acts[-1].act
    assert isinstance(act, a.Consultation)
    assert attached(site, case) == [("许可证.pdf", "征求意见的材料")]
    assert site.as_("legal@gx-zrzy").get(f"/consultations/{case.id}/{case.acts[-1].seq}/materials/{act.materials[0]}").status_code == 200


def test_a_receipt_comes_with_its_service_also_after_the_file_was_archived(site: Site) -> None:
    intake, case = site.as_("intake@gx-zrzy"), site.place("intake@gx-zrzy", site.register(), "withdrawal", by="writing")
    letter = next(one.id for one in case.letters(site.office.rules) if one.kind != "receipt")
    case = site.place("intake@gx-zrzy", case, "service", letter=letter, method="post", post_number="EMS300000111CN")
    case = site.place("archivist@gx-zrzy", case, "archival")
    path, today = f"/cases/{case.id}/acts/service", site.office.today().isoformat()
    fields = {"seen": str(case.version), "letter": letter, "method": "post", "outcome": "delivered", "on": today, "received_on": today}
    sent = intake.post(path, fields, files={"papers": ("回执.png", papers.picture("PNG"), "image/png")})
    assert sent.status_code == 303, text_of(sent.text)[:1500]
    assert attached(site, case) == [("回执.png", "回执、退回的邮件")]


def test_a_paper_that_is_sent_again_waits_once_and_what_is_refused_leaves_no_bytes(site: Site) -> None:
    intake, case = site.as_("intake@gx-zrzy"), site.register()
    path = f"/cases/{case.id}/acts/withdrawal"
    fields = form_at(intake.page(path)) | {"by": "writing"}
    paper = {"papers": ("撤回申请书.pdf", TWO, "application/pdf")}
    for _ in range(2):
        assert intake.post(path, fields | {"on": "明天"}, files=paper).status_code == 400
    before = set(site.office.files.store.names("attachments"))
    stale = intake.post(path, fields | {"seen": "7"}, files=paper)
    assert stale.status_code == 412 and set(site.office.files.store.names("attachments")) == before
    assert intake.post(path, fields, files=paper).status_code == 303
    assert attached(site, case) == [("撤回申请书.pdf", "撤回申请的材料")]


def test_a_registration_that_is_refused_leaves_no_bytes(site: Site) -> None:
    intake = site.as_("intake@gx-zrzy")
    fields = filled(intake)
    assert intake.post("/intake", fields, files={"files": ("申请书.pdf", TWO, "application/pdf")}).status_code == 303
    before = set(site.office.files.store.names("attachments"))
    changed = intake.post("/intake", fields | {"wanted": "另一件信息（样例）"}, files={"files": ("另一份.png", papers.picture("PNG"), "image/png")})
    assert changed.status_code == 409 and set(site.office.files.store.names("attachments")) == before


def test_a_store_that_gives_no_answer_takes_nothing_of_what_was_typed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    intake, case = site.as_("intake@gx-zrzy"), site.register()
    path = f"/cases/{case.id}/acts/withdrawal"

    def silent(*_: Any) -> str:
        raise Unreachable("no answer")

    fields = form_at(intake.page(path)) | {"by": "writing", "remark": "当面交来（样例）"}
    monkeypatch.setattr(site.office.files, "put", silent)
    for address, typed in ((path, fields), ("/intake", filled(intake) | {"remark": "当面交来（样例）"})):
        field = "papers" if address == path else "files"
        answer = intake.post(address, typed, files={field: ("撤回申请书.pdf", TWO, "application/pdf")})
        assert answer.status_code == 400 and "“撤回申请书.pdf”没有上传：存放附件的地方暂时没有回答" in text_of(answer.text)
        assert "当面交来（样例）" in answer.text
    assert site.office.case(site.officers["intake@gx-zrzy"], case.id).case.version == 1


@pytest.mark.parametrize("where", ["before the form is read", "behind it"])
def test_what_was_sent_and_not_taken_is_carried_by_the_page_that_says_so(site: Site, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """Without scripts there is no form behind this page any more: its words are sent once more from here, its files are chosen anew."""
    intake, case = site.as_("intake@gx-zrzy"), site.register()
    path, paper = f"/cases/{case.id}/acts/withdrawal", {"papers": ("撤回申请书.pdf", TWO, "application/pdf")}
    fields = form_at(intake.page(path)) | {"by": "writing", "remark": "当面交来（样例）"}

    def down(*_: Any, **__: Any) -> None:
        raise DatabaseUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(*((guard.cookies, "session_of") if where == "before the form is read" else (acts, "_opened")), down)
        told = intake.post(path, fields)
        with_file = intake.post(path, fields, files=paper)
        foreign = intake.http.post(path, data=fields | {"csrf": "x"})
        other = intake.post("/consultations/" + case.id + "/2", {"text": "样例意见"}, files={"file": ("意见.pdf", TWO, "")})
    assert told.status_code == 503 and "再提交一次" in told.text and "当面交来（样例）" in told.text and "没有丢失" not in told.text
    assert with_file.status_code == 503 and "选的文件没有收下" in with_file.text and 'name="redraw" value="files"' in with_file.text
    assert foreign.status_code in (403, 503) and "再提交一次" not in foreign.text and "当面交来" not in foreign.text, "what another site sent"
    if where == "before the form is read":
        assert other.status_code == 503 and "没有收下" in text_of(other.text) and "再提交一次" not in other.text
    again = form_at(told.text.replace(f'action="{path}"', 'id="act"'))
    drawn = intake.post(path, form_at(with_file.text.replace(f'action="{path}"', 'id="act"')))
    assert drawn.status_code == 200 and "当面交来（样例）" in drawn.text, "back at the form, nothing is placed without its papers"
    assert site.office.case(site.officers["intake@gx-zrzy"], case.id).case.version == 1
    assert intake.post(path, again).status_code == 303


def test_a_form_that_takes_no_files_says_so(site: Site) -> None:
    intake, case = site.as_("intake@gx-zrzy"), site.place("intake@gx-zrzy", site.register(), "withdrawal", by="writing")
    letter = next(one.id for one in case.letters(site.office.rules) if one.kind != "receipt")
    case = site.place("intake@gx-zrzy", case, "service", letter=letter, method="post", post_number="EMS300000112CN")
    asked = {"part": "files"}
    assert site.as_("handler@gx-zrzy").post(f"/cases/{case.id}/acts/note/preview", asked).status_code == 404
    case = site.place("archivist@gx-zrzy", case, "archival")
    for kind in ("amendment", "note", "withdrawal"):
        answer = intake.post(f"/cases/{case.id}/acts/{kind}/preview", asked)
        assert answer.status_code in (404, 409), kind


# ---------------------------------------------------------------- the scan reads itself


def cuts(**said: str) -> tuple[Cut, ...]:
    return tuple(Cut(Said(field, value, 0.97, Place(1, 20, 20, 40, 6)), papers.picture("PNG", (40, 12))) for field, value in said.items())


def reading(monkeypatch: pytest.MonkeyPatch, site: Site, answer: Any) -> None:
    """What reads is there, and says this; an error is raised."""
    def filled(_data: bytes, _media_type: str, _n: int) -> tuple[Cut, ...]:
        if isinstance(answer, Exception):
            raise answer
        return cast("tuple[Cut, ...]", answer)

    monkeypatch.setattr(site.office.printing, "can_read", True)
    monkeypatch.setattr(site.office.printing.renderer, "filled", filled)


def test_what_was_read_is_proposed_and_taken_by_a_press_alone(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    person = site.as_("intake@gx-zrzy")
    reading(monkeypatch, site, cuts(name="张样例", phone="13800000007", date="2026-11-20", wanted="样例规划图"))
    page, form = sent_with(person, ("申请表.pdf", TWO), **{"applicant.name": ""})
    assert "识别这一页的文字" in page and "把握" not in page
    form["sheet"] = image_of(page).split("/")[3] + " 1"
    page = person.post("/intake", form | {"redraw": "read-" + form["sheet"].replace(" ", "/")}).text
    assert text_of(page).count("把握97%") == 4 and 'name="applicant.name" value=""' in page, "nothing is taken by itself"
    for key in ("name", "phone", "date", "wanted"):
        form = form_at(person.post("/intake", form | {"redraw": f"take-{key}"}).text.replace('id="intake"', 'id="act"')) | {"sheet": form["sheet"]}
    assert (form["applicant.name"], form["submitted_on"]) == (["张样例"], ["2026年11月20日"])
    assert (form["applicant.phone"], form["wanted"]) == (["13800000000"], [TYPED]), "what was typed stays"
    read = person.post("/intake/original", {"once": form["once"][0], "sheet": form["sheet"], "read": "yes"})
    assert read.status_code == 200 and "id=\"sheet\"" not in read.text and 'data-take="applicant.name"' in read.text


@pytest.mark.parametrize(
    ("answer", "said"),
    [((), "没有识别出"), (Interrupted("页面图像没有生成：生成文书的进程中断了。"), "进程中断"), (LetterError("文件没有这一页"), "没有识别第1页")],
    ids=["nothing on it", "the worker was killed", "no such page"],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_the_form_goes_on(site: Site, monkeypatch: pytest.MonkeyPatch, answer: Any, said: str) -> None:
    person = site.as_("intake@gx-zrzy")
    reading(monkeypatch, site, answer)
    page, form = sent_with(person, ("风景.png", papers.picture("PNG")))
    page = person.post("/intake", form | {"redraw": f"read-{image_of(page).split('/')[3]}/1"}).text
    assert said in text_of(page) and TYPED in page and ("再识别一次" in page) == isinstance(answer, Exception)
    assert registered(site, person.post("/intake", form)).number


def test_a_paper_is_turned_beside_the_form_of_an_act_in_a_browser(browser: Chromium) -> None:
    site = browser.site
    case = site.register()
    page = browser.window("intake@gx-zrzy").go(f"/cases/{case.id}/attachments")
    dropped(page, "#f-purpose", "drop", "撤回申请书.pdf", TWO, "application/pdf")
    dropped(page, "#f-purpose", "paste", "信封.png", papers.picture("PNG", (8, 8)))
    with opens(page):
        page.click("text=上传附件")
    page.goto(f"{site.url}/cases/{case.id}/acts/withdrawal")
    page.click("#papers li:has-text(\"撤回申请书\") button")
    expect(page.locator("#papers img")).to_be_visible()
    page.click("#papers >> text=下一页")
    expect(page.locator("#papers")).to_contain_text("第2页，共2页")
    page.fill("#f-remark", TYPED)
    dropped(page, "#f-remark", "drop", "身份证.png", papers.picture("PNG"), "image/png")
    dropped(page, "#f-remark", "paste", "image.png", papers.picture("PNG", (9, 9)))
    expect(page.locator("#waiting tbody tr")).to_have_count(2)
    expect(page.locator("#f-remark")).to_have_value(TYPED)
    for size in (WIDE, NARROW):
        resize(page, size)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    with opens(page):
        page.click(".gk-sticky button.btn-primary")
    assert [name for name, _ in attached(site, case)] == ["撤回申请书.pdf", "信封.png", "身份证.png", "粘贴的图片1.png"]


def test_a_file_dropped_on_a_draft_is_given_out_without_a_button_of_its_own(browser: Chromium) -> None:
    site = browser.site
    case = handled(site, items=["样例规划图", "样例批复"])
    page = browser.window("handler@gx-zrzy").go(f"/cases/{case.id}/acts/draft")
    page.select_option("#f-items-0-outcome", "disclosed")
    page.select_option("#f-items-1-outcome", "disclosed")
    expect(page.locator("#f-items-1-provided-0-title")).to_be_visible()
    page.select_option("[name=papers_item]", "2")
    dropped(page, "#f-items-0-outcome", "drop", "批复.pdf", TWO, "application/pdf")
    expect(page.locator("#f-items-1-provided-0-title")).to_have_value("批复")
    expect(page.locator("#waiting tbody tr")).to_have_count(1)
    dropped(page, "#f-items-0-outcome", "paste", "image.png", papers.picture("PNG", (9, 9)))
    expect(page.locator("#f-items-1-provided-1-title")).to_have_value("粘贴的图片1")
    page.click("#waiting button >> nth=1")
    expect(page.locator("#waiting tbody tr")).to_have_count(1)
    expect(page.locator("#f-items-1-provided-1-title")).to_have_value("")
    expect(page.locator("#saved")).to_contain_text("保存")
    for size in (WIDE, NARROW):
        resize(page, size)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    with opens(page):
        page.click(".gk-sticky button.btn-primary")
    assert [name for name, _ in attached(site, case)] == ["批复.pdf"]


def test_proposals_are_taken_in_a_browser(browser: Chromium, monkeypatch: pytest.MonkeyPatch) -> None:
    reading(monkeypatch, browser.site, cuts(name="张样例", id_number="11010519491231002X", phone="13800000007", date="2026-11-20"))
    page = browser.window("intake@gx-zrzy").go("/intake")
    page.fill("#f-applicant-phone", "13800000008")
    page.set_input_files("#f-files", {"name": "申请表.pdf", "mimeType": "application/pdf", "buffer": TWO})
    expect(page.locator("#read")).to_contain_text("把握97%")
    assert axe(page) == []
    for name in ("applicant.name", "applicant.id_number", "applicant.phone", "submitted_on"):
        page.click(f"[data-take='{name}']")
    expect(page.locator("#f-applicant-name")).to_have_value("张样例")
    expect(page.locator("#f-applicant-id_number[readonly]")).to_be_visible()
    expect(page.locator("#f-submitted_on")).to_have_value("2026年11月20日")
    expect(page.locator("#f-applicant-phone")).to_have_value("13800000008")
    expect(page.locator("#read")).to_contain_text("没有填入：这一栏已经填写")


def dropped(page: Page, on: str, kind: str, name: str, data: bytes, media: str = "image/png") -> None:
    """A file is let go over an element, or pasted into it."""
    page.locator(on).evaluate(
        """(at, [kind, name, data, media]) => {
            const given = new DataTransfer();
            given.items.add(new File([Uint8Array.from(atob(data), (one) => one.charCodeAt(0))], name, {type: media}));
            const made = kind === "paste" ? new ClipboardEvent("paste", {clipboardData: given, bubbles: true, cancelable: true})
                : new DragEvent(kind, {dataTransfer: given, bubbles: true, cancelable: true});
            at.dispatchEvent(made);
        }""", [kind, name, b64encode(data).decode(), media],
    )  # fmt: skip


def test_papers_are_dropped_and_pasted_and_stand_beside_the_form_in_a_browser(browser: Chromium) -> None:
    window = browser.window("intake@gx-zrzy")
    page = window.go("/intake")
    page.fill("#f-wanted", TYPED)
    dropped(page, "#f-wanted", "drop", "申请表.pdf", TWO, "application/pdf")
    dropped(page, "#f-applicant-name", "paste", "image.png", papers.picture("PNG"))
    expect(page.locator("#files tbody tr")).to_have_count(2)
    expect(page.locator("#files")).to_contain_text("粘贴的图片1.png")
    expect(page.locator("#f-applicant-name")).to_have_value("")
    expect(page.locator("#original img")).to_be_visible()
    wide, narrow = (page.locator(f"#f-applicant-{one}").bounding_box() for one in ("address", "postcode"))
    assert wide and narrow and abs(wide["y"] - narrow["y"]) < 2, "no label of a short field takes two lines"
    assert page.locator("#original").bounding_box()["x"] < page.locator("#intake").bounding_box()["x"]  # type: ignore[index]
    page.click("text=下一页")
    expect(page.locator("#original")).to_contain_text("第2页，共2页")
    expect(page.locator("#f-wanted")).to_have_value(TYPED)
    assert axe(page) == []
    page.locator("#f-files").evaluate("""(one) => { const given = new DataTransfer();
        given.items.add(new File([new ArrayBuffer(21 * 1024 * 1024)], "大.png")); one.files = given.files;
        one.dispatchEvent(new Event("change", {bubbles: true})); }""")
    expect(page.locator("#e-f-files")).to_contain_text("超过20MB")
    expect(page.locator("#files tbody tr")).to_have_count(2)
    for size in (TABLET, NARROW):
        resize(page, size)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        expect(page.locator("#original")).to_be_hidden()
        page.click("label[for=see-original]")
        expect(page.locator("#original img")).to_be_visible()
        expect(page.locator("#intake")).to_be_hidden()
        assert axe(page) == []
        page.click("label[for=see-form]")
    resize(page, WIDE)
    page.click("#files button >> nth=0")
    expect(page.locator("#files tbody tr")).to_have_count(1)
    page.click("#files button >> nth=0")
    expect(page.locator("#original")).to_be_hidden()
    page.locator("#f-files").evaluate("""(one) => { const given = new DataTransfer();
        for (const [name, text, size] of [["空.txt", "", 0], ["一.txt", "a", 6], ["二.txt", "b", 6], ["大.png", "c", 21 * 1024 * 1024]])
            given.items.add(new File([text.repeat(size)], name));
        document.addEventListener("htmx:configRequest", () => document.getElementById("f-files").setAttribute("data-together", "8"));
        one.dataset.together = 8; one.files = given.files; one.dispatchEvent(new Event("change", {bubbles: true})); }""")
    expect(page.locator("#files tbody tr")).to_have_count(2)
    expect(page.locator("#e-f-files")).to_contain_text("“大.png”没有上传：超过20MB")
    expect(page.locator("#e-f-files")).to_contain_text("“空.txt”没有上传：文件是空的")
    window.known.append("401")
    page.route("**/intake/files", lambda route: route.fulfill(status=401))
    dropped(page, "#f-wanted", "drop", "迟到.pdf", TWO, "application/pdf")
    expect(page.locator("#e-f-files")).to_have_text("“迟到.pdf”没有上传：登录已经结束，请登录以后重新选择")
    assert page.locator("#f-files").evaluate("(one) => one.files.length") == 0
