"""The commands `import`, `export` and `report`: a ledger in, and what an office hands on by the month and by the year."""

from __future__ import annotations

import json
import os
import tempfile
from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from sqlmodel import Session

    from api.office.office import Office
    from db.analysis import Span
    from db.ledger import Meanings

OpenOffice = Callable[[], AbstractContextManager["Office"]]


def _fail(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    raise SystemExit(1)


def _agency(office: Office, code: str | None) -> str:
    """The unit that is meant; without one, the unit that oversees the others."""
    if code is None:
        return next((one.code for one in office.agencies.values() if one.oversees), next(iter(office.agencies)))
    if code not in office.agencies:
        _fail("没有这个单位代码，可用的有：" + "、".join(office.agencies))
    return code


def _write(path: Path, blocks: Iterable[bytes]) -> None:
    """The whole file or none: written beside, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as stream:
            for block in blocks:
                stream.write(block)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def commands(opened: OpenOffice) -> Sequence[click.Command]:
    """The three commands, working in the office that `opened` opens."""
    return (_import(opened), _export(opened), _report(opened))


def _import(opened: OpenOffice) -> click.Command:
    @click.command("import")
    @click.argument("ledger_file", metavar="LEDGER", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--agency", default=None, help="导入到哪个单位（代码），默认为主管单位")
    @click.option("--dry-run", is_flag=True, help="只检查，不写入")
    @click.option("--means", multiple=True, metavar="用语=意思", help="说明表头、用语的意思，可以写几次，本单位以后照此读取")
    @click.option("--all-or-nothing", is_flag=True, help="有一行不合要求或者不能确定，就一行也不导入")
    def run(ledger_file: Path, agency: str | None, dry_run: bool, means: Sequence[str], all_or_nothing: bool) -> None:
        """导入原台账（CSV、XLSX或者XLS）。

        表头：编号、收到日、收到渠道、申请人类别、申请人、所申请的信息、主题、办理结果、答复日期（英文列名也可以）。
        工作簿的每一张工作表都读，不读的说明原因。能够确定的照常导入；没有导入的逐行说明原因：不合要求，
        以前已导入，或者不能确定是不是另一件（暂不导入）。再次运行不会重复导入，各年的台账可以都从1编号。

        不认识的表头、用语，或者可能有几种意思的，列在最后，用--means说明：--means 表头:申请时间=收到日
        --means 收到渠道:来信=平常信函 --means 申请人类别=自然人（台账没有这一栏的）。
        """
        from api.office.record import by_command
        from db import ledger, people
        from letters.fontset import unprintable

        with opened() as office:
            code = _agency(office, agency)
            unit = office.agencies[code]
            click.echo(f"导入到：{unit.name}（{code}）", err=True)
            loader = ledger.Loader(
                office.database, office.rules, office.keys, code, unit.name,
                lambda year, serial: unit.number("case", year, serial), office.clock(), office.today(),
                [one.name for one in office.agencies.values() if one.code != code], unprintable,
            )  # fmt: skip
            with office.database.read() as session:
                known = ledger.meanings_of(session, code)
            try:
                said = ledger.said_of(means, ledger.read(ledger_file, office.rules, office.today()).words) if means else ledger.Meanings()
                _refuse_clashes(office, ledger_file, said)
                known = ledger.Meanings({**known.headings, **said.headings}, {**known.words, **said.words}, said.for_all)
                reading = ledger.read(ledger_file, office.rules, office.today(), known)
                done = loader.load(
                    reading, ledger_file.name[:300], dry_run=dry_run, whole=all_or_nothing,
                    progress=lambda n: click.echo(f"已读{n}行", err=True) if n % 2000 == 0 else None,
                )  # fmt: skip
            except (ledger.BadLedger, ledger.Unsaid) as error:
                _fail(str(error))
            if means and not dry_run:
                office.database.write(lambda session: _remember(session, office, code, said))
            if done.loaded and not dry_run:
                what = f"{code} {ledger_file.name}"[:200]
                office.database.write(
                    lambda session: people.log(session, office.clock(), "import", object=what, reason=by_command(f"导入{done.loaded}件"))
                )
        for sheet in reading.sheets:
            click.echo(sheet.told)
        for line in done.told:
            click.echo(f"{line.where}：{'；'.join(line.problems)}")
        for (name, _), unknown in reading.unknown.items():
            click.echo(f"用语不认识，或者可能有几种意思：--means {ledger.TITLES[name]}:{unknown.typed}=…（{unknown.count}行）")
        for remark in done.remarks:
            click.echo(remark)
        click.echo(done.sums("可以导入" if dry_run else "已导入"))
        if (done.bad or done.left) and (all_or_nothing or not done.loaded + done.already):
            raise SystemExit(1)

    return run


def _refuse_clashes(office: Office, ledger_file: Path, said: Meanings) -> None:
    """Two headings of one sheet that were said to be the same column: nobody could know which of them counts."""
    from db import ledger

    columns = [column for column in said.headings.values() if column]
    if len(set(columns)) == len(columns):
        return
    reading = ledger.read(ledger_file, office.rules, office.today(), said)
    for _ in reading:
        pass
    for sheet in reading.sheets:
        for sentence in ledger.clashes([(title, said.headings.get(ledger.heading_key(title))) for title, _ in sheet.headings]):
            _fail(f"工作表“{sheet.title}”的{sentence}" if sheet.title else sentence)


def _remember(session: Session, office: Office, code: str, said: Meanings) -> None:
    """Keep what was said of the words of a unit's ledgers; it is logged."""
    from api.office.record import by_command
    from db import ledger, people

    ledger.keep(session, code, said, office.clock())
    people.log(session, office.clock(), "ledger_word", object=code, reason=by_command("说明用语的意思"))


def _month(text: str | None, today: date) -> Span:
    """The month named, or the last whole one."""
    from db.analysis import Span

    if text is None:
        last = today.replace(day=1) - timedelta(days=1)
        return Span(last.replace(day=1), last)
    try:
        year, month = (int(part) for part in text.split("-"))
        return Span(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
    except ValueError:
        _fail("月份应当写成2026-10这样")


def _missing_months(office: Office, codes: Sequence[str], folder: Path, where: str) -> list[Span]:
    """The whole months of the last twelve that have requests and no export in the folder, the earliest first."""
    from db.analysis import days_with_data

    with office.database.read() as session:
        known = days_with_data(session, codes)
    months: list[Span] = []
    month = _month(None, office.today())
    while known is not None and month.last >= known.first and len(months) < 12:
        months.append(month)
        month = _month(None, month.first)
    return [month for month in reversed(months) if not (folder / _DONE.format(where, f"{month.first:%Y-%m}")).exists()]


_DONE = "收费_{}{}.csv"
"""The last of the files of a month: where it stands, the month is whole."""


def _write_month(office: Office, codes: Sequence[str], month: Span, folder: Path, where: str, form: str, purpose: str) -> None:
    """Ledger (masked), analysis and fee statement of one month; logged before anything is written."""
    from api.office.record import by_command, record
    from api.office.reports import analysis_file, analysis_of, fee_tables, ledger_of
    from db import analysis, exports, reports, treasury
    from db.queries import Filters

    stamp = f"{month.first:%Y-%m}"
    what = f"按月导出 {where}{stamp} {form}"
    record(office.database, office.clock(), "export", object=what, reason=by_command(purpose))
    received = Filters(received_from=month.first, received_to=month.last)
    ledgers = {"台账": ledger_of(office, codes, received)}
    with office.database.read() as session:
        if any(one.new for one in reports.records(session, codes, month.first, month.last).values()):
            ledgers["更正申请台账"] = ledger_of(office, codes, replace(received, purpose="record_correction"))
    data = analysis_of(office, codes, month)
    with office.database.read() as session:
        by_unit = reports.fees(session, codes, month.first, month.last)
        owed = treasury.accounts(session, codes, month.first, month.last)
        tables = fee_tables(office, by_unit, owed, analysis.fee_statement(session, codes, month))
    files: dict[str, Iterable[bytes]] = {
        **{
            f"{name}_{where}{stamp}.{form}": exports.csv_stream(rows) if form == "csv" else exports.xlsx_stream({name: rows})
            for name, rows in ledgers.items()
        },
        f"分析_{where}{stamp}.json": [json.dumps(data, ensure_ascii=False, indent=1, default=str).encode()],
        f"分析_{where}{stamp}.xlsx": [analysis_file(office, data, "xlsx")[0]],
        f"收费汇总_{where}{stamp}.csv": exports.csv_stream(tables["汇总"]),
        _DONE.format(where, stamp): exports.csv_stream(tables["明细"]),
    }
    for name, blocks in files.items():
        _write(folder / name, blocks)
        click.echo(f"已写出：{folder / name}")


def _export(opened: OpenOffice) -> click.Command:
    @click.command("export")
    @click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=None, help="写到哪个文件夹，默认为数据目录下的exports")
    @click.option("--month", default=None, help="哪个月（2026-10），默认为上个月；再次运行覆盖同名文件")
    @click.option("--monthly", is_flag=True, help="补齐最近十二个月里还没有导出的月份，都有了就什么也不做：供定时任务每天运行")
    @click.option("--agency", default=None, help="只导出一个单位，默认为全部单位")
    @click.option("--format", "form", type=click.Choice(["csv", "xlsx"]), default="csv", show_default=True, help="台账的格式")
    @click.option("--purpose", default="按月导出", show_default=True, help="用途，记入日志")
    def run(folder: Path | None, month: str | None, monthly: bool, agency: str | None, form: str, purpose: str) -> None:
        """按月导出台账（已遮盖）、分析和收费统计，写到一个文件夹。

        \b
        定时运行（crontab，每天凌晨两点，漏掉的月份自动补上）：
          0 2 * * *  cd /srv/gongkai && .venv/bin/gongkai export --monthly --to /srv/exports
        """
        from api.settings import load_settings

        if month is not None and monthly:
            _fail("--month 和 --monthly 只能用一个")
        with opened() as office:
            codes = [_agency(office, agency)] if agency else sorted(office.agencies)
            target, where = folder or load_settings().data_dir / "exports", f"{codes[0]}_" if agency else ""
            months = _missing_months(office, codes, target, where) if monthly else [_month(month, office.today())]
            for one in months:
                _write_month(office, codes, one, target, where, form, purpose)

    return run


def _span_of(first: date | None, last: date | None, both: str) -> Span | None:
    """The span of two dates; None of none."""
    from db.analysis import Span

    if first is None and last is None:
        return None
    if first is None or last is None or last < first:
        _fail(f"{both}，截止日期不早于起始日期")
    return Span(date(first.year, first.month, first.day), date(last.year, last.month, last.day))


def _report(opened: OpenOffice) -> click.Command:
    @click.command("report", short_help="年度报告；给出 --from 和 --to 的，为这一段的定期分析。")
    @click.option("--year", type=click.IntRange(1990, 2199), default=None, help="年度报告：哪一年，默认为上一年")
    @click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), default=None, help="定期分析：起始日期")
    @click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), default=None, help="定期分析：截止日期")
    @click.option("--against-from", "other_first", type=click.DateTime(["%Y-%m-%d"]), default=None, help="定期分析和哪一段比较：起始日期")
    @click.option("--against-to", "other_last", type=click.DateTime(["%Y-%m-%d"]), default=None, help="定期分析和哪一段比较：截止日期")
    @click.option("--agency", default=None, help="哪个单位，默认为全部单位")
    @click.option("--topic", default=None, help="定期分析：只分析哪个主题，默认为全部主题")
    @click.option("--format", "form", type=click.Choice(["json", "xlsx", "html", "pdf", "docx"]), default="json", show_default=True)
    @click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=None, help="写到哪个文件，JSON默认打印")
    def run(
        year: int | None, first: date | None, last: date | None, other_first: date | None, other_last: date | None, agency: str | None,
        topic: str | None, form: str, out: Path | None,
    ) -> None:  # fmt: skip
        """年度报告（表三、表四、收费）；给出 --from 和 --to 的，为这一段的定期分析。

        定期分析默认和前面同样长的一段比较；和另外一段比较的，再给出 --against-from 和 --against-to，例如上年同期。
        """
        from api.office import reports as api_reports
        from api.office.findings import annual_json
        from api.office.record import by_command, record
        from db import reports
        from workflow.annual import span_fault, year_fault
        from workflow.law import Invalid

        span, against = _span_of(first, last, "定期分析应当同时给出 --from 和 --to"), None
        if other_first is not None or other_last is not None:
            against = _span_of(other_first, other_last, "比较应当同时给出 --against-from 和 --against-to")
            if span is None:
                _fail("只有定期分析可以和另一段比较，请同时给出 --from 和 --to")
        if topic is not None and span is None:
            _fail("只有定期分析可以按主题，请同时给出 --from 和 --to")
        with opened() as office:
            codes = [_agency(office, agency)] if agency else sorted(office.agencies)
            if span is not None:
                if (wrong := span_fault(span.first, span.last, office.today())) is not None:
                    _fail(wrong[1])
                try:
                    chosen = api_reports.topic_asked(office, topic)
                except Invalid as error:
                    _fail(error.message)
                data, name = api_reports.analysis_of(office, codes, span, against, chosen), f"分析报告_{span.first}_{span.last}"
                made = json.dumps(data, ensure_ascii=False, indent=1, default=str).encode()
                made = made if form == "json" else api_reports.analysis_file(office, data, form)[0]
            else:
                which, one = year or office.today().year - 1, codes[0] if len(codes) == 1 else None
                if (none := year_fault(which, office.today())) is not None:
                    _fail(none)
                by = next((unit.code for unit in office.agencies.values() if {unit.code, *unit.oversees} == set(codes)), None)
                with office.database.read() as session:
                    annual = reports.annual(session, codes, which, office.rules, by=by)
                data, name = annual_json(annual, api_reports.names_of(office), one), f"年度报告_{which}"
                made = json.dumps(data, ensure_ascii=False, indent=1, default=str).encode()
                made = made if form == "json" else api_reports.annual_file(office, annual, one, form, by)[0]
            record(office.database, office.clock(), "export", object=f"{name} {form}"[:200], reason=by_command())
        if form == "json" and out is None:
            click.echo(made.decode())
            return
        path = out or Path(f"{name}.{form}")
        _write(path, [made])
        click.echo(f"已写出：{path}")

    return run
