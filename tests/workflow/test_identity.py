"""GB 11643 and GB 32100 numbers; all numbers are invented (region 990000 does not exist)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.identity import check_credit_code, check_resident_id, clean_text


@pytest.mark.parametrize(
    "number", ["990000196203110004", "99000019840229006X", "99000019840229006x", " 990000199612310078 ", "11010519491231002X"]
)
def test_a_right_resident_number_is_taken_and_written_in_capitals(number: str) -> None:
    assert check_resident_id(number) == number.strip().upper()


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
        ("９９００００１９６２０３１１０００４", "18位"),
        ("99000019620311000٤", "校验位不符"),
        ("", "18位"),
    ],
)
def test_a_broken_resident_number_is_refused_without_being_repeated(number: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        check_resident_id(number)
    assert not number or number not in str(caught.value)


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(place: int, shift: int) -> None:
    number = "990000196203110004"
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(ValueError, match="居民身份证号码"):
        check_resident_id(wrong)


@pytest.mark.parametrize("code", ["91990000MA0000001B", "12990000ma00000060", " 52990000MA0000003J"])
def test_a_right_credit_code_is_taken(code: str) -> None:
    assert check_credit_code(code) == code.strip().upper()


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("91990000MA0000001C", "校验位不符"),
        ("91990000MA0000010B", "校验位不符"),
        ("91990000MA000000IB", "不含I、O、S、V、Z"),
        ("91990000MA0000001", "18位"),
        ("91990000MA00000011B", "18位"),
        ("91990000MA000000１B", "18位"),
        ("", "18位"),
    ],
)
def test_a_broken_credit_code_is_refused_without_being_repeated(code: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        check_credit_code(code)
    assert not code or code not in str(caught.value)


@given(st.text(max_size=60))
def test_cleaning_is_done_once_and_for_all(text: str) -> None:
    """What was cleaned is clean: read again from the store it is the same."""
    try:
        clean = clean_text(text, lines=True)
    except ValueError:
        return
    assert clean_text(clean, lines=True) == clean
