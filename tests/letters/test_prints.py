"""Envelope labels and 送达回证 from ticked rows."""

from __future__ import annotations

import io
from typing import Any

import pdfplumber
import pytest

from letters.agencies import load_agencies
from letters.errors import LetterError
from letters.prints import LONGEST, delivery_receipts, labels
from letters.render import render_here
from tests.letters.samples import ON

AGENCY = load_agencies()["gx-zrzy"]
PERSON = {
    "name": "龑昇堃", "address": "山东省聊城市冠县样例路1号", "postcode": "252500", "phone": "0635-0000099",
    "reference": "冠自然资公复〔2026〕12号",
}  # fmt: skip
LABEL_WIDE, LABEL_HIGH = 595.28 / 2, 841.89 / 5


def pages(kind: str, context: Any) -> list[list[dict[str, Any]]]:
    with pdfplumber.open(io.BytesIO(render_here(kind, context))) as pdf:
        return [page.chars for page in pdf.pages]


def in_label(chars: list[dict[str, Any]], place: int) -> str:
    column, row = place % 2, place // 2
    inside = [
        one
        for one in chars
        if column * LABEL_WIDE < one["x0"] < (column + 1) * LABEL_WIDE and row * LABEL_HIGH < one["top"] < (row + 1) * LABEL_HIGH
    ]
    return "".join(one["text"] for one in sorted(inside, key=lambda one: (round(one["matrix"][5]) * -1, one["x0"])))


def test_ten_labels_stand_on_a_page_each_in_its_place() -> None:
    rows = [PERSON | {"name": f"样例{number}号"} for number in range(11)]
    first, second = pages("labels", labels(rows, AGENCY, ON))
    for place in range(10):
        text = in_label(first, place)
        assert f"样例{place}号　收" in text.replace(" ", "　"), text
        assert "252500" in text
        assert "冠自然资公复〔2026〕12号" in text
        assert AGENCY.name in text
    assert "样例10号" in in_label(second, 0)
    assert not in_label(second, 1)


def test_the_longest_address_stays_inside_its_label_and_off_the_sender() -> None:
    rows = [{"name": "样" * 20, "address": "山" * (LONGEST - 20), "phone": "0635-0000099"}] * 2
    (chars,) = pages("labels", labels(rows, AGENCY, ON))
    for place in range(2):
        text = in_label(chars, place)
        assert (text.count("山"), text.count("样")) == (LONGEST - 20 + 1, 20 + 1), "one of each stands in the sender's address"
    sender = min(one["top"] for one in chars if one["text"] == "冠")
    assert max(one["bottom"] for one in chars if one["text"] in "电话：099" and one["top"] < sender) <= sender


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"name": "龑昇堃"}, "第2行没有通信地址"),
        ({"address": "样例路1号"}, "第2行没有收件人"),
        ({"name": "", "address": "样例路1号"}, "第2行没有收件人"),
        ({"name": "龑昇堃", "address": "长" * 200}, "第2行的收件人和地址超过120字"),
    ],
)
def test_a_row_that_makes_no_label_is_named_by_its_number_only(row: dict[str, str], said: str) -> None:
    with pytest.raises(LetterError, match=said) as caught:
        labels([PERSON, row], AGENCY, ON)
    assert "龑昇堃" not in str(caught.value)


def test_nothing_ticked_and_too_much_ticked_are_refused() -> None:
    with pytest.raises(LetterError, match="选了0行"):
        labels([], AGENCY, ON)
    with pytest.raises(LetterError, match="选了501行"):
        delivery_receipts([{}] * 501, AGENCY, ON)


def test_every_ticked_letter_has_its_receipt_on_a_page_of_its_own() -> None:
    row = {"case_number": "冠自然资依申〔2026〕37号", "document": "政府信息公开申请答复书", "addressee": "龑昇堃"}
    rows = [row, row | {"addressee": "样例乙", "method": "邮政企业邮寄", "sent_on": ON, "post_number": "EM990000037CN"}]
    first, second = ("".join(one["text"] for one in page) for page in pages("delivery_receipts", delivery_receipts(rows, AGENCY, ON)))
    assert "龑昇堃" in first
    assert "□直接送达" in first.replace(" ", "").replace("　", ""), "the way is ticked by hand"
    assert "样例乙" in second
    assert "EM990000037CN" in second
    assert "交寄日期" in second and "交寄、送出日期" in first, "what was handed over by hand was not posted"
    assert "龑昇堃" not in second
