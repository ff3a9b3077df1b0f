"""GB 11643 and GB 32100 numbers; all numbers are invented (region 990000 does not exist)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow import identity
from workflow.identity import (
    check_credit_code,
    check_resident_id,
    clean_text,
    folded,
    folded_phone,
    is_email,
    normalized,
    person,
    stacked,
)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("990000196203110004", "990000196203110004"),
        ("99000019840229006X", "99000019840229006X"),
        ("99000019840229006x", "99000019840229006X"),
        (" 990000199612310078 ", "990000199612310078"),
        ("11010519491231002X", "11010519491231002X"),
        ("９９００００１９６２０３１１０００４", "990000196203110004"),
        ("99000019840229006Ｘ", "99000019840229006X"),
        ("990000 1984 0229 006x", "99000019840229006X"),
        ("990000-19840229-006X", "99000019840229006X"),
        ("990000\u300019840229006X", "99000019840229006X"),
    ],
)
def test_a_right_resident_number_is_taken_and_written_in_one_way(number: str, written: str) -> None:
    assert check_resident_id(number) == written


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("990000196203110005", "校验位不符"),
        ("990000196203110014", "校验位不符"),
        ("990000196302290004", "出生日期不存在"),  # 1963年没有2月29日
        ("990000196213110004", "出生日期不存在"),
        ("990000196200110004", "出生日期不存在"),
        ("990000189903110004", "出生日期过早"),
        ("99000019620311000", "18位"),
        ("9900001962031100044", "18位"),
        ("990000620311000", "18位"),  # 十五位的旧号码
        ("99000019620311000A", "校验位不符"),
        ("9900001962031100O4", "18位"),
        ("000000196203110009", "行政区划代码不存在"),
        ("000000 19840229 0062", "行政区划代码不存在"),
        ("012345196203110008", "行政区划代码不存在"),
        ("99000019620311000٤", "校验位不符"),
        ("", "18位"),
    ],
)
def test_a_broken_resident_number_is_refused_without_being_repeated(number: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        check_resident_id(number)
    assert not number or number not in str(caught.value)


MANY = "征" + "\u0316\u0301" * 195_000
"""Two kinds of marks in turn: putting them in order takes the square of their number, 13 seconds here."""


def test_stacked_marks_are_refused_and_never_put_in_order(marks_stay: None) -> None:
    with pytest.raises(ValueError, match="第1个字上叠加的符号太多"):
        clean_text(MANY, lines=True)
    assert folded(MANY)
    assert normalized("NFKC", MANY) == MANY
    assert stacked("征" * 100 + "e" + "\u0301" * 31) == 101
    assert stacked("\u0301" * 31) == 0


@pytest.mark.parametrize("text", ["e\u0301", "བོད་ཡིག " * 20, "قَالَ " * 20, "Việt Nam " * 20, "征收补偿安置方案" * 1000, "x" + "\u0301" * 30])
def test_what_a_script_stacks_is_taken(text: str) -> None:
    assert clean_text(text, lines=False) == unicodedata.normalize("NFC", text).strip()


def test_a_compatibility_character_is_told_and_never_replaced_in_silence() -> None:
    with pytest.raises(ValueError, match=r"第2个字（U\+F90A）是兼容汉字.*改填“金”"):
        clean_text("张\uf90a花", lines=False)
    with pytest.raises(ValueError, match=r"第4个字（U\+2F804）"):
        clean_text("你好\n\U0002f804", lines=True)
    assert clean_text("﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩", lines=False) == "﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩", "characters of their own among them"


def test_no_chinese_character_becomes_another_one() -> None:
    """Every code point of a Chinese character is kept as it was typed, or refused."""
    han = [*range(0x2E80, 0x2FE0), *range(0x3400, 0xA000), *range(0xF900, 0xFB00), *range(0x20000, 0x2FA20), *range(0x30000, 0x33480)]
    kept = 0
    for one in map(chr, han):
        try:
            assert clean_text(one, lines=False) == one
            kept += 1
        except ValueError:
            assert unicodedata.normalize("NFC", one) != one or unicodedata.category(one) == "Cs"
    assert kept > 100_000


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(place: int, shift: int) -> None:
    number = "990000196203110004"
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(ValueError, match="居民身份证号码"):
        check_resident_id(wrong)


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("91990000MA0000001B", "91990000MA0000001B"),
        ("12990000ma00000060", "12990000MA00000060"),
        (" 52990000MA0000003J", "52990000MA0000003J"),
        ("９１９９００００MA000000１B", "91990000MA0000001B"),
        ("9199 0000 MA00 0000 1B", "91990000MA0000001B"),
    ],
)
def test_a_right_credit_code_is_taken_and_written_in_one_way(code: str, written: str) -> None:
    assert check_credit_code(code) == written


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("91990000MA0000001C", "校验位不符"),
        ("91990000MA0000010B", "校验位不符"),
        ("91990000MA000000IB", "不含I、O、S、V、Z"),
        ("91990000MA0000001", "18位"),
        ("91990000MA00000011B", "18位"),
        ("", "18位"),
    ],
)
def test_a_broken_credit_code_is_refused_without_being_repeated(code: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        check_credit_code(code)
    assert not code or code not in str(caught.value)


@pytest.mark.slow
@given(st.text(max_size=60))
def test_cleaning_is_done_once_and_for_all(text: str) -> None:
    """What was cleaned is clean: read again from the store it is the same."""
    try:
        clean = clean_text(text, lines=True)
    except ValueError:
        return
    assert clean_text(clean, lines=True) == clean


# ---------------------------------------------------------------------------------------------- how people are compared


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("欧阳 样例", "欧阳样例"),
        ("欧阳　样例", "欧阳样例"),
        ("阿卜杜拉·样例", "阿卜杜拉样例"),
        ("阿卜杜拉．样例", "阿卜杜拉样例"),
        ("Yangli  Ming", "YANGLIMING"),
        ("样例－贸易（冠县）公司", "样例贸易(冠县)公司"),
        ("Ｅ１２３－４５６７８", "E12345678"),
        ("", ""),
    ],
)
def test_names_and_numbers_are_compared_folded(typed: str, compared: str) -> None:
    assert folded(typed) == compared


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("13800000001", "13800000001"),
        ("138-0000-0001", "13800000001"),
        ("１３８ ００００ ０００１", "13800000001"),
        ("+86 138 0000 0001", "13800000001"),
        ("0086-13800000001", "13800000001"),
        ("8613800000001", "13800000001"),
        ("0635-5230001", "06355230001"),
        ("（0635）5230001转8", "06355230001转8"),
        ("+86-635-5230001 转 8", "06355230001转8"),
        ("+852 2345 6789", "+85223456789"),
        ("86130001", "86130001"),  # a number of eight digits, no country code
    ],
)
def test_phones_are_compared_by_what_is_dialled(typed: str, compared: str) -> None:
    assert folded_phone(typed) == compared


def test_a_person_is_told_by_the_paper_or_else_by_name_and_phone() -> None:
    """READINGS R-same-person."""
    by_number = person("欧阳样例", "13800000001", "resident_id", "99000019840229006X")
    assert by_number == person("欧阳样例（改名）", None, "resident_id", "990000 19840229 006x")
    assert by_number != person("欧阳样例", "13800000001", "passport", "99000019840229006X")
    assert person("欧阳 样例", "138-0000-0001", None, None) == person("欧阳样例", "13800000001", None, None)
    assert person("欧阳样例", None, None, None) != person("欧阳样例", "13800000001", None, None)


@given(st.text(max_size=40))
def test_folding_is_done_once_and_for_all(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    "address",
    ["zhang@example.cn", "zhang.san+gk@mail-1.example.gov.cn", "12345@example.com", "o'x_=1@xn--fiqs8s.xn--fiqs8s", f"{'a' * 64}@{'b' * 63}.cn"],
)
def test_what_a_letter_can_be_sent_to_is_an_address(address: str) -> None:
    assert is_email(address)


@pytest.mark.parametrize(
    "address",
    [
        "", "a", "a@b", "a@[b.cn", "a@[1.2.3.4]", "=?utf-8?q?a=0D=0ABcc=3Ax=40y.cn?=@b.cn", "a@b..cn", "a@.b.cn", "a@b.cn.", "a@-x.cn", "a@x-.cn",
        ".a@b.cn", "a.@b.cn", "a..b@c.cn", "a@b.cn\0", "a@b.cn\n", "a\r\nBcc: x@y.cn", '"a b"@c.cn', "a b@c.cn", "a@b@c.cn", "张@example.cn",
        "a@例子.cn", "a@b.1", "a,b@c.cn", "<a@b.cn>", f"{'a' * 65}@b.cn", f"a@{'b' * 64}.cn", f"a@{'b.' * 130}cn",
    ],
)  # fmt: skip
def test_what_no_letter_can_be_sent_to_is_none(address: str) -> None:
    assert not is_email(address)


def test_what_is_taken_for_usual_is_as_it_would_be_kept() -> None:
    usual = [char for char in map(chr, range(0x110000)) if identity._USUAL_LINES.fullmatch(char)]
    assert "中" in usual and "\u3000" in usual and len(usual) > 20_000
    for char in usual:
        assert char == "\n" or unicodedata.category(char) not in identity._FORBIDDEN
        assert unicodedata.combining(char) == 0 and not identity._COMPATIBILITY.fullmatch(char)
    assert unicodedata.normalize("NFC", "".join(usual)) == "".join(usual)
    assert clean_text(" 甲\n乙\u3000", lines=True) == "甲\n乙"
    with pytest.raises(ValueError, match="第2个字是看不见的控制字符"):
        clean_text("甲\n乙", lines=False)
