"""单位、文书抬头: each unit's letterhead beside the letter it makes, saved as the office's own file; the switch of its public form."""

from __future__ import annotations

import hashlib
import io
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from litestar import Response
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from ruamel.yaml import YAML

from api.office import authenticity
from api.office.office import SHANGHAI, Office
from api.office.problems import Problem, not_found
from api.office.sight import too_long
from api.office.sources import Sources
from api.pages.admin.overview import sections
from api.pages.shared import kept_forms, sample_letters
from api.pages.shared.frame import Form, HttpRequest, action, form_of, go, me, office_of, page, show
from api.web.problems import request_id
from db import applications, people
from letters import sealing
from letters.agencies import SERIES, Agency
from letters.errors import LetterError
from workflow.answers import BadRules

LINES: tuple[tuple[str, str, str], ...] = (
    ("name", "单位名称", ""), ("mark", "发文机关标志", "文书上方的红字"), ("printed_by", "印发机关", "可不填，不填的没有版记"),
    ("review_body", "复议机关", ""), ("court", "管辖法院", ""), ("address", "通讯地址", ""), ("postcode", "邮政编码", ""), ("phone", "联系电话", ""),
    ("office_hours", "办公时间", ""), ("email", "电子邮箱", ""), ("website", "网站", ""),
    ("query_url", "查询进度的网址", "可不填；填写的，网上申请的回执和答复书印有网址和二维码，例如https://本单位的域名/apply/status"),
)  # fmt: skip
OPTIONAL = ("printed_by", "query_url")
PAYEE: tuple[tuple[str, str, str], ...] = (("payee.account", "收入科目", ""), ("payee.way", "缴款方式", ""), ("payee.receipt", "票据", ""))
NUMBERS: Mapping[str, str] = {
    "case": "登记号", "reply": "答复书", "correction": "补正告知书", "extension": "延期、延迟告知书", "inquiry": "征求意见函", "fee": "收费通知书",
    "notice": "其他告知书",
}  # fmt: skip
_YEAR = "〔{year}〕{n}号"
MOST_PAGES = 4
"""Pages of a sample letter that are shown: the reply has so many at most, and its seal and QR code stand on the last."""
SHOWN = {"reply": "答复书", "receipt": "登记回执", "fee": "收费通知书", "extension": "延期答复告知书", "inquiry": "第三方意见征询书"}
"""The letters that the preview can show."""
SWITCHES: Mapping[str, tuple[str, str]] = {
    "form": (applications.SWITCH, "网上申请"), "check": (authenticity.SWITCH, "文书核验"), "counter": (applications.COUNTER, "体验区"),
}  # fmt: skip
"""What a unit opens to the public: the setting, and how it is called."""
DONE = {"saved": "抬头已保存，以后生成的文书用新的抬头，已经生成的不变。"} | {
    f"{which}-{value}": f"已{what}{title}。" for which, (_, title) in SWITCHES.items() for value, what in (("yes", "开通"), ("no", "关闭"))
}  # fmt: skip
MOST_OF_LINE, MOST_OF_NUMBER = 300, 60
"""Characters of a line of the letterhead, and of what stands before the year in a number."""
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")


@page("/admin/agencies")
def units(request: HttpRequest) -> Response[Any]:
    """单位."""
    office = office_of(request)
    with office.database.read() as session:
        opened, checked, halls = (people.switched_on(session, switch, office.agencies) for switch, _ in SWITCHES.values())
    own = {path.stem for path in office.sources.agencies_dir.glob("*.yaml")}
    return show(
        request, "admin_agencies.html", sections=sections(request), agencies=office.agencies, opened=opened, checked=checked, halls=halls, own=own,
        done=DONE.get(request.query_params.get("done", "")),
    )  # fmt: skip


@action("/admin/agencies/{code:str}/form")
def switch_form(request: HttpRequest, code: FromPath[str]) -> Response[Any]:
    """开通、关闭网上申请."""
    return _switch(request, code, "form")


@action("/admin/agencies/{code:str}/check")
def switch_check(request: HttpRequest, code: FromPath[str]) -> Response[Any]:
    """开通、关闭文书核验."""
    return _switch(request, code, "check")


@action("/admin/agencies/{code:str}/counter")
def switch_counter(request: HttpRequest, code: FromPath[str]) -> Response[Any]:
    """开通、关闭政务公开体验区."""
    return _switch(request, code, "counter")


def _switch(request: HttpRequest, code: str, which: str) -> Response[Any]:
    office, value = office_of(request), "yes" if form_of(request).get("open") == "yes" else "no"
    name, title = SWITCHES[which]
    _agency(office, code)

    def keep(session: Any) -> None:
        people.set_setting(session, code, name, value)
        what = f"{'开通' if value == 'yes' else '关闭'}{title}"
        people.log(session, office.clock(), "setting", officer=me(request), object=code, reason=what, request_id=request_id(request))

    office.database.write(keep)
    return go(f"/admin/agencies?done={which}-{value}")


def may_write(request: HttpRequest, code: str) -> None:
    """Raises Problem: there is no such unit."""
    if code != "new":
        _agency(office_of(request), code)


def _agency(office: Office, code: str) -> Agency:
    agency = office.agencies.get(code)
    if agency is None:
        raise not_found("没有这个单位。")
    return agency


# ------------------------------------------------------------------ the letterhead


@page("/admin/letterheads")
def letterheads(request: HttpRequest) -> Response[Any]:
    """文书抬头: they stand with the units."""
    return go("/admin/agencies")


@page("/admin/letterheads/{code:str}")
def letterhead(request: HttpRequest, code: FromPath[str]) -> Response[Any]:
    """One unit's letterhead; `new` is that of a unit to be added."""
    office = office_of(request)
    agency = None if code == "new" else _agency(office, code)
    typed, problem = _typed(agency) if agency else {"sample": "reply"}, None
    if (form := kept_forms.kept(request)) is not None:
        typed = _from(form)
        if agency and typed["seen"] != _version(agency):
            problem = Problem(412, "抬头在您写这份草稿以后由别人改过。您写的内容还在。核对以后再保存，或者放弃草稿。")
    return _page(request, code, typed, problem=problem, pages=_pictures(office, agency, "reply") if agency else [])


@action("/admin/letterheads/{code:str}", most=sealing.MOST_BYTES + 256 * 1024)
def save(request: HttpRequest, code: FromPath[str]) -> Response[Any]:
    """保存抬头: the office's own file, checked before it is put in force; the one before is kept beside it."""
    office, form = office_of(request), form_of(request)
    known = None if code == "new" else _agency(office, code)
    if "drop" in form:
        kept_forms.forget(request)
        return go(f"/admin/letterheads/{code}")
    typed = _from(form)
    target = form.get("code") if known is None else code
    seal = next(iter(form.files.get("seal", [])), None)
    errs = [*_faults(office, known, target, seal.data if seal else None), *_too_long(typed)]
    if form.get("to") == "preview" and known is not None:
        return _preview_page(request, code, typed)
    if known is not None and form.get("seen") != _version(known):
        problem = Problem(412, "没有提交：抬头刚由别人改过。您写的内容还在。核对以后再保存。")
        return _page(request, code, typed, status=412, problem=problem)
    name = known.seal if known is not None and seal is None else f"{target}-{stamp(office.clock())}.png"
    if not errs:
        try:
            text = yaml_of(_data(typed, name))
            office.sources.try_agency(target, text, (name, seal.data) if seal else _seal_of(known))
        except BadRules as bad:
            errs = [_fault(bad)]
    if errs:
        return _page(request, code, typed, status=400, errs=errs)
    _put(office.sources, target, text, (name, seal.data) if seal else _seal_of(known), stamp(office.clock()))
    office.database.write(
        lambda s: people.log(
            s, office.clock(), "letterhead", officer=me(request), object=target, reason="修改" if known else "新增", request_id=request_id(request)
        )
    )
    kept_forms.forget(request)
    return go("/admin/agencies?done=saved")


def _faults(office: Office, known: Agency | None, target: str, seal: bytes | None) -> Iterable[tuple[str, str]]:
    if known is None and not _CODE.fullmatch(target):
        yield "code", "单位代码由小写字母、数字和短横组成，例如gx-jyj"
    elif known is None and target in (*office.agencies, "new"):
        yield "code", "已经有这个代码的单位，请换一个"
    if seal is None and known is None:
        yield "seal", "请选择印章图片（PNG）"
    elif seal is not None and (why := sealing.fault(seal)) is not None:
        yield "seal", f"印章图片{why}"


def _too_long(typed: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for name, label, _ in (*LINES, *PAYEE, *((f"numbers.{series}", label, "") for series, label in NUMBERS.items())):
        if (why := too_long(typed[name], MOST_OF_NUMBER if name.startswith("numbers.") else MOST_OF_LINE)) is not None:
            yield name, f"{label}：{why}"


def _seal_of(agency: Agency | None) -> tuple[str, bytes] | None:
    """The seal as it is, to lie beside the office's own file."""
    return (agency.seal, agency.seal_path.read_bytes()) if agency is not None else None


def _put(sources: Sources, code: str, text: str, seal: tuple[str, bytes] | None, stamp: str) -> None:
    path = sources.agencies_dir / f"{code}.yaml"
    if seal is not None and not (sources.agencies_dir / seal[0]).exists():
        sources.put(sources.agencies_dir / seal[0], seal[1])
    keep_old(sources, path, stamp)
    sources.put(path, text.encode())


def keep_old(sources: Sources, path: Path, stamp: str) -> None:
    """A file that is about to be replaced stays beside its successor, dated; no rule is read from it."""
    if path.exists():
        sources.put(path.with_name(f"{path.name}.bak-{stamp}"), path.read_bytes())


def stamp(now: datetime) -> str:
    return f"{now.astimezone(SHANGHAI):%Y%m%d-%H%M%S}"


def _version(agency: Agency) -> str:
    return hashlib.sha256(agency.model_dump_json().encode()).hexdigest()[:16]


# ------------------------------------------------------------------ what stands in the form


def _typed(agency: Agency) -> dict[str, Any]:
    typed: dict[str, Any] = {name: getattr(agency, name) or "" for name, _, _ in LINES}
    typed |= {f"numbers.{series}": pattern.removesuffix(_YEAR) for series, pattern in agency.numbers.items()}
    typed |= {name: getattr(agency.payee, name.partition(".")[2]) for name, _, _ in PAYEE}
    return typed | {"parent": agency.parent or "", "oversees": list(agency.oversees), "sample": "reply", "seen": _version(agency)}


def _from(form: Form) -> dict[str, Any]:
    names = [name for name, _, _ in (*LINES, *PAYEE)] + [f"numbers.{series}" for series in SERIES] + ["parent", "code", "seen"]
    typed: dict[str, Any] = {name: re.sub(r"\s+", " ", form.get(name)) for name in names}
    sample = form.get("sample")
    return typed | {"oversees": form.all("oversees")[:200], "sample": sample if sample in SHOWN else "reply"}


def _data(typed: Mapping[str, Any], seal: str) -> dict[str, Any]:
    """The file that these values make."""
    data: dict[str, Any] = {name: typed[name] for name, _, _ in LINES if typed[name] or name not in OPTIONAL}
    data["numbers"] = {series: typed[f"numbers.{series}"].replace("{", "").replace("}", "") + _YEAR for series in SERIES}
    data["payee"] = {name.partition(".")[2]: typed[name] for name, _, _ in PAYEE}
    data["seal"] = seal
    if typed["parent"]:
        data["parent"] = typed["parent"]
    if typed["oversees"]:
        data["oversees"] = list(dict.fromkeys(typed["oversees"]))
    return data


def yaml_of(data: Mapping[str, Any]) -> str:
    """The text of a rules or letterhead file."""
    writer = YAML()
    writer.width = 10_000
    stream = io.StringIO()
    writer.dump(dict(data), stream)
    return stream.getvalue()


def _fault(bad: BadRules) -> tuple[str, str]:
    """A fault of the file, at the field that caused it."""
    names = {name: label for name, label, _ in (*LINES, *PAYEE)} | {f"numbers.{one}": label for one, label in NUMBERS.items()}
    field = next((name for name in names if bad.key == name), "")
    label = names.get(field, bad.key)
    if bad.reason == "不能空着":
        return field, f"请填写{label}"
    return field, f"{label}：{bad.reason}"


# ------------------------------------------------------------------ the letter beside it


def _pictures(office: Office, agency: Agency, sample: str) -> list[str]:
    """The pages of a sample letter with this letterhead."""
    pages = office.renderer.pages(sample_letters.letter_of(office, agency, sample), most=MOST_PAGES)
    return [b64encode(one).decode() for one in pages]


def _tried(office: Office, code: str, typed: Mapping[str, Any]) -> tuple[list[str], str | None]:
    """The pictures of what is typed, or the sentence that says why there are none."""
    agency = office.agencies.get(code)
    if agency is None:
        return [], "新增的单位保存以后可以看到文书。"
    try:
        tried = office.sources.try_agency(code, yaml_of(_data(typed, agency.seal)), _seal_of(agency))
        return _pictures(office, tried, str(typed["sample"])), None
    except BadRules as bad:
        return [], f"填好以后，这里显示文书。{_fault(bad)[1]}。"
    except LetterError as error:
        return [], f"预览暂时打不开：{error}"


@action("/admin/letterheads/{code:str}/preview")
def preview(request: HttpRequest, code: FromPath[str]) -> Response[Any]:
    """The letter as what stands in the form would make it; nothing is kept."""
    pages, sentence = _tried(office_of(request), code, _from(form_of(request)))
    return show(request, "admin_letter.html", pages=pages, sentence=sentence, fragment=True)


def _preview_page(request: HttpRequest, code: str, typed: dict[str, Any]) -> Response[Any]:
    pages, sentence = _tried(office_of(request), code, typed)
    return _page(request, code, typed, pages=pages, sentence=sentence)


def _page(request: HttpRequest, code: str, typed: dict[str, Any], *, status: int = 200, **facts: Any) -> Response[Any]:
    office = office_of(request)
    known: dict[str, Any] = {"errs": [], "problem": None, "pages": None, "sentence": None}
    if "pages" not in facts:
        known["pages"], known["sentence"] = _tried(office, code, typed)
    others = {other: one.name for other, one in office.agencies.items() if other != code}
    agency = office.agencies.get(code)
    typed = typed | ({"seen": _version(agency)} if agency else {})
    return show(
        request, "admin_letterhead.html", status=status, sections=sections(request), code=code,
        unit_name=agency.name if agency else "新增单位", typed=typed,
        saving=kept_forms.saving(request, f"/admin/letterheads/{code}", form_of(request) if request.method == "POST" else None),
        LINES=LINES, PAYEE=PAYEE, NUMBERS=NUMBERS,
        SHOWN=SHOWN, others=others, year=office.today().year, **known | facts,
    )  # fmt: skip


ROUTES: tuple[BaseRouteHandler, ...] = (units, switch_form, switch_check, switch_counter, letterheads, letterhead, save, preview)
