"""Numbers of people in what is typed are told from numbers of other things, and texts leave the unit without them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow import personal
from workflow.personal import Veil, kind_of, luhn, numbers, told

ID, PHONE, CARD = "11010519491231002X", "13800000000", "6222020000000000000"
assert luhn(CARD)
FIGURES = "110105194912310011"
"""An identity number without an X."""

RECOGNISED = [
    (ID, "id_number", "110***********002X"),
    ("110105 19491231 002x", "id_number", "110***********002X"),
    ("110105-1949-1231-002X", "id_number", "110***********002X"),
    ("１１０１０５１９４９１２３１００２Ｘ", "id_number", "110***********002X"),
    ("1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X", "id_number", "110***********002X"),
    (PHONE, "phone", "138****0000"),
    ("138 0000 0000", "phone", "138****0000"),
    ("138-0000-0000", "phone", "138****0000"),
    ("+86 138 0000 0000", "phone", "+138****0000"),
    ("8613800000000", "phone", "138****0000"),
    (CARD, "bank_card", "622************0000"),
    ("6222 0200 0000 0000 000", "bank_card", "622************0000"),
    ("１３８，００００，００００", "phone", "138****0000"),
    ("138,0000,0000", "phone", "138****0000"),
    ("138, 0000, 0000", "phone", "138****0000"),
    ("13,800,000,000", "phone", "138****0000"),
    ("138 - 0000 - 0000", "phone", "138****0000"),
    ("138·0000·0000", "phone", "138****0000"),
    ("138/0000/0000", "phone", "138****0000"),
    ("138_0000_0000", "phone", "138****0000"),
    ("1,3,8,0,0,0,0,0,0,0,0", "phone", "138****0000"),
    ("1、3、8、0、0、0、0、0、0、0、0", "phone", "138****0000"),
    ("一三八零零零零零零零零", "phone", "138****0000"),
    ("一三八〇〇〇〇〇〇〇〇", "phone", "138****0000"),
    ("幺三八 零零零零 零零零零", "phone", "138****0000"),
    ("壹叁捌零零零零零零零零", "phone", "138****0000"),
    ("1三8零零零零零零零零", "phone", "138****0000"),
    ("一一零一零五一九四九一二三一零零二X", "id_number", "110***********002X"),
    ("110,105,194,912,310,02X", "id_number", "110***********002X"),
    ("110105，19491231，002Ｘ", "id_number", "110***********002X"),
    ("6,222,020,000,000,000,000", "bank_card", "622************0000"),
    ("六二二二 零二零零 零零零零 零零零零 零零零", "bank_card", "622************0000"),
]
AROUND = ["{}", "本人{}，申请公开", "身份证号码：{}", "({})", "{}X先生", "tel{}", "{}\n", "一、{}；"]


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize(("typed", "kind", "masked"), RECOGNISED)
def test_a_number_is_recognised_however_it_is_written_and_wherever_it_stands(typed: str, kind: str, masked: str, around: str) -> None:
    if around == "{}X先生" and typed[-1:] in "xXＸ":
        return
    text = around.format(typed)
    assert [one.kind for one in numbers(text)] == [kind]
    assert Veil()(text) == around.format(masked)


def test_several_numbers_in_one_text_are_each_masked() -> None:
    text = f"户主{ID} {PHONE}，账号{CARD}；联系人139 1111 1111。"
    assert [one.kind for one in numbers(text)] == ["id_number", "phone", "bank_card", "phone"]
    assert Veil()(text) == "户主110***********002X 138****0000，账号622************0000；联系人139****1111。"
    assert told(text) == "居民身份证号码、手机号码、银行卡号"


@pytest.mark.parametrize(
    ("text", "kinds", "masked"),
    [
        (f"{ID}13800138000", ["id_number", "phone"], "110***********002X138****8000"),
        (f"13800138000{ID}", ["phone", "id_number"], "138****8000110***********002X"),
        (f"{ID}{ID}", ["id_number"] * 2, "110***********002X" * 2),
        (f"{FIGURES}{PHONE}", ["id_number", "phone"], "110***********0011138****0000"),
        (f"{FIGURES}{FIGURES}", ["id_number"] * 2, "110***********0011" * 2),
        (f"{FIGURES}{ID}", ["id_number"] * 2, "110***********0011110***********002X"),
    ],
)  # fmt: skip
def test_numbers_run_together_are_each_masked(text: str, kinds: list[str], masked: str) -> None:
    assert [one.kind for one in numbers(text)] == kinds
    assert Veil()(text) == masked


@pytest.mark.parametrize("text", ["合同编号138-0013-8000", "李（1985）138 0013 8000", "张文字138-0013-8000", "第86-138-0013-8000"])
def test_what_is_parted_as_a_telephone_number_is_one_after_any_word(text: str) -> None:
    assert [one.kind for one in numbers(text)] == ["phone"]


@pytest.mark.parametrize(
    "text",
    [
        "冠政发〔2024〕15号", "2024年1月1日至2024年12月31日", "不动产单元号371525001001GB00001F00010001", "项目代码2024-371525-48-01-123456",
        "110105194912310021", "信用代码91370000000000000X", "0635-5231234", "12345678901", "23800000000", "EMS1380000000012", "6222020000000000005",
        "面积1234567.89平方米，投资12345678901234.56元", "G105国道K12+300至K18+900段", "",
        "补偿1,380,000元", "总投资13,800,000,000元", "合计￥13,800,000,000", "总投资１３，８００，０００，０００．００元", "总投资13,800,000,000.00",
        "征收18,500 126,000两笔", "面积13,800,000,000平方米", "第130、1400、1500条", "地块150、1021、1022", "第1,3,8,12,34,56,78条",
        "宗地150,1021,1022号宗地", "2024/01/01/13800", "聊政土字〔2024〕138，0001，2", "二〇二四年一月一日至二〇二四年十二月三十一日",
        "三百八十万零五千元", "一三八〇〇〇〇〇〇〇", "一二三四五六七八九〇一二", "鲁政字〔二〇二四〕一百三十八号", "371525001001，371525001002",
        "13.8亿元、1.5亿元、138,000,000.00元", "1号、3号、8号", "138,000、139,000、140,000元",
        "总投资 13,800,138,000 元", "合计：13,800,138,000", "金额（元）13,800,138,000", "约13,800,138,000（元）", "RMB13,800,138,000",
        "￥ 13,800,138,000", "13,800,138,000立方米", "13,800,138,000美金", "约13,800,138,000 (元)", "13,800,138,000 万元",
        "建字第1501-2024-031号", "冀(2023)130102-00001号", "冀（2023）130102-00001号", "合同编号1301-2023-015", "合同编号：1301-2023-015",
        "项目代码：1301-2023-015", "13800138000110105194912310021",
    ],
)  # fmt: skip
def test_numbers_of_other_things_stay_as_they_are(text: str) -> None:
    assert list(numbers(text)) == []
    assert Veil()(text) == text
    assert told(text) is None


def test_a_credit_code_of_figures_is_no_bank_card() -> None:
    from workflow.identity import check_credit_code

    found = []
    for serial in range(100_000):
        for check in "0123456789":
            code = f"91371525{serial:09d}{check}"
            try:
                check_credit_code(code)
            except ValueError:
                continue
            if luhn(code):
                found.append(code)
        if len(found) >= 5:
            break
    assert len(found) >= 5
    assert {kind_of(code) for code in found} == {None}


def test_what_the_file_knows_of_its_people_is_masked_with_the_numbers() -> None:
    veil = Veil(["周文博", "李"], ["G12345678", "0635-5231234"], ["冠县样例路1号院2单元", "冠县", "someone@example.cn"])
    assert veil("周文博（周 文 博）住冠县样例路1号院2单元，护照G12345678") == "周*（周*）住冠县样***，护照G12**5678"
    assert veil("冠县李家庄，电话0635-5231234，someone@example.cn") == "冠县李家庄，电话063*****1234，som***"
    assert veil("崇文街道征收方案") == "崇文街道征收方案"


_PIECES = st.sampled_from([
    "周", "周文博", "文", "博", "·", "．", "A", "ａ", "b", "Ｂ", "1", "１", "１号", "样例路", "（", "(", "ſ", "\u212a", "ı", "İ", "ß", "某", " ",
])  # fmt: skip
_TEXTS = st.lists(_PIECES, max_size=8).map("".join)


@given(st.lists(_TEXTS, max_size=3), st.lists(_TEXTS, max_size=2), st.lists(_TEXTS, max_size=2), _TEXTS)
def test_whoever_is_not_looked_for_is_not_there(names: list[str], numbers: list[str], places: list[str], text: str) -> None:
    """A text is looked through only where it has all the signs of a name: it says the same as if it always were."""
    quick, slow = Veil(names, numbers, places), Veil(names, numbers, places)
    slow._may_name = lambda text: True  # type: ignore[method-assign]
    assert quick(text) == slow(text)


@pytest.mark.parametrize(
    ("place", "text", "masked"),
    [
        ("样例路1号", "样例路1号的拆迁", "样例路***的拆迁"), ("东街8号", "东街8号、东街18号", "东街***、东街18号"),
        ("山东省聊城市冠县清泉街道样例路1号院2单元", "样例路1号院2单元的补偿", "样例路***的补偿"),
        ("冠县阳光小区3号楼501", "阳光小区3号楼501漏水", "阳光小***漏水"), ("a@b.c", "a@b.c", "a@b***"),
        ("冠县清泉街道", "清泉街道的规划", "清泉街道的规划"), ("李家庄", "李家庄的规划", "李家庄的规划"), ("冠县1号", "1号地块", "1号地块"),
        ("冠县市场路55号", "市场路55号", "市场路***"), ("样例市密文路77号3单元", "样例市密文路77号的住户", "样例市密文路***的住户"),
        ("冠县清泉街道振兴路5号院2号楼301室", "振兴路5号院2号楼漏水", "振兴路***漏水"),
        ("振兴路5号院2号楼301室", "振兴路5号的住户", "振兴路***的住户"),
        ("振兴路5号院2号楼301室", "振兴路5号院2号楼301", "振兴路***"), ("振兴路5号院2号楼", "振兴路50号院", "振兴路50号院"),
    ],
)  # fmt: skip
def test_an_address_is_masked_also_where_it_is_short_or_only_its_end_is_written(place: str, text: str, masked: str) -> None:
    """What tells where somebody lives is the house; a street or a village alone is what requests are about."""
    assert Veil(places=[place])(text) == masked


def test_a_long_text_is_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked of each place does not grow with the length of the text."""
    asked, kind = 0, personal.kind_of

    def counted(number: str) -> personal.Kind | None:
        nonlocal asked
        asked += 1
        return kind(number)

    monkeypatch.setattr(personal, "kind_of", counted)
    for text in ("1" * 20_000, "1 " * 10_000, "13800000000 " * 1700, f"{ID}，" * 1000, "1-" * 10_000):
        asked = 0
        Veil(["周文博"])(text)
        assert asked <= 50 * len(text)
