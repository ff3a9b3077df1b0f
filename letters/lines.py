"""排版: how a paragraph of Chinese becomes lines (GB/T 9704-2012: 28 characters a line, both edges straight).

WeasyPrint leaves the breaking of lines to Pango and does not justify Chinese. For text whose style says
`text-align: justify` its `split_first_line` is replaced by `split_line`, which knows the width of every character and

- breaks by 避头尾: no closing mark begins a line, no opening mark ends one; figures and words stay whole, and long
  ones are divided, after a sign if there is one, only where the line before them would be pulled apart;
- takes half a character out between two marks that stand side by side (》（  ”。  ：“);
- keeps words whole whose letters join or stack (Uyghur, Tibetan, Mongolian): only the word has a width, and only a Tibetan
  syllable may end a line;
- spreads what is left over between the characters, never inside a figure or such a word, so that a full line ends at the edge.

This is private API of WeasyPrint: the version is pinned in pyproject.toml, and the geometry is tested on real PDFs.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from weasyprint.layout import inline
from weasyprint.pdf.stream import Stream
from weasyprint.text import line_break
from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, pango, unicode_to_char_p
from weasyprint.text.line_break import Layout

from letters.scripts import END_ISOLATE, ISOLATE, SYLLABLE_ENDS, is_right_to_left, is_shaped

CLOSING = frozenset("，。、；：！？）》〉」』】〕〗”’…—～％‰℃°·々")
"""避头: marks that may not begin a line."""
OPENING = frozenset("（《〈「『【〔〖“‘￥＄№")
"""避尾: marks that may not end a line."""
BLANK_RIGHT = frozenset("，。、；：）》〉」』】〕〗”’")
"""Full-width marks whose right half is empty."""
BLANK_LEFT = frozenset("（《〈「『【〔〖“‘")
"""Full-width marks whose left half is empty."""
HALF_CLOSING = frozenset(").,:;!?%]}")
HALF_OPENING = frozenset("([{")
WHOLE = 6
"""A figure or word of so many characters (a year, a sum, 10.8%) is never divided: rather the line is pulled apart."""
LONG = 20
"""One of more than so many may always be divided after one of its JOINTS: it is an address."""
JOINTS = frozenset("/-_.?&=@")
WORDS = re.compile(
    "情况|信息|申请人?|公开|答复率?|政府|机关|单位|办理|办结|期限|期末|本期|上期|数量|台账|记载|行政|复议|诉讼|收费|通知|征求|意见|退回|修改|超期|按期|主动|统计|"
    "口径|人员|确认|系统|建议|准确率|中位数|工作日|自然人|第三方|月份|承办|缴纳|收取|处理费|减免|结果|主题|渠道|类别|年度|报告|分析|提起|涉及|理由|环节|用时|导入|案件|"
    "[0-9](?=[件次元个项年月日])[件次元个项年月日]|暂停|延期|补正|研究|条例|材料|目前|应当|尽快|可以|没有|其中|主要|平均|多个|已经"
)
"""What a report does not divide at the end of a line, if the line can be filled otherwise (`word-break: keep-all`)."""
TIERS = range(4)
NEVER = len(TIERS)
LONGEST_WORD = 200
MOST_WORDS = 10_000
"""Words of joined letters whose widths are kept."""
WIDEST = 0.13
"""Gaps wider than this part of a character are not made, if there is any other way to fill the line."""


class MissingGlyph(Exception):
    """No font of the letters has this character."""

    def __init__(self, character: str) -> None:
        super().__init__(character)
        self.character = character


class Line(Layout):  # type: ignore[misc]  # WeasyPrint has no types
    """One laid-out line: its text, and how far each character advances (px). Pango is asked only when it is drawn."""

    def __init__(self, text: str, advances: list[float]) -> None:
        self.text = text
        self.advances = advances
        self.first_line_direction = 0
        self.justification_spacing = 0
        self.max_width = None

    def reactivate(self, style: Any) -> None:
        self.setup(style)
        _set_plain_text(self, self.text)

    def deactivate(self) -> None:
        if hasattr(self, "layout"):
            super().deactivate()

    def get_first_line(self) -> tuple[Any, Any]:
        line, index = super().get_first_line()
        self._advance(line)
        return line, index

    def _advance(self, line: Any) -> None:
        """Give every cluster of glyphs its advance.

        WeasyPrint cuts each correction down to a whole thousandth of the font size. Whole thousandths are asked for,
        and what is lost by rounding is carried on to the next glyph: the line ends where it should.
        """
        unit = float(self.style["font_size"]) / 1000
        carried = 0.0
        for glyphs, starts in _clusters(line, _offsets(self.text)):
            first, after = starts
            wanted = sum(self.advances[first:after]) / unit
            natural = [round(glyph.geometry.width * FROM_UNITS / unit) for glyph in glyphs]
            exact = sum(natural) - wanted + carried
            correction = round(exact)
            carried = exact - correction
            for glyph, width in zip(glyphs, natural, strict=True):
                glyph.geometry.width = round(width * unit * TO_UNITS)
            safe = 0.3 if correction > 0 else -0.3 if correction < 0 else 0.0
            glyphs[-1].geometry.width -= round((correction + safe) * unit * TO_UNITS)


def _offsets(text: str) -> dict[int, int]:
    """The place of each character by the place of its first byte, and the end."""
    place, offsets = 0, {}
    for number, character in enumerate(text):
        offsets[place] = number
        place += len(character.encode())
    offsets[place] = len(text)
    return offsets


def _clusters(line: Any, offsets: dict[int, int]) -> Any:
    """The glyphs of each cluster of a line, with its first character and the one after its last."""
    found: list[tuple[int, list[Any]]] = []
    run = line.runs[0] if line.runs != ffi.NULL else ffi.NULL
    while run != ffi.NULL:
        item, string = run.data.item, run.data.glyphs
        for number in range(string.num_glyphs):
            start = offsets[item.offset + string.log_clusters[number]]
            if found and found[-1][0] == start:
                found[-1][1].append(string.glyphs[number])
            else:
                found.append((start, [string.glyphs[number]]))
        run = run.next
    starts = [*sorted(start for start, _ in found), max(offsets.values())]
    after = dict(itertools.pairwise(starts))
    for start, glyphs in found:
        yield glyphs, (start, after[start])


def _set_plain_text(layout: Any, text: str) -> None:
    pointer, _ = unicode_to_char_p(text)
    pango.pango_layout_set_text(layout.layout, pointer, -1)


class Face:
    """The characters of one font chain in one size: their widths, and the height and baseline of its lines."""

    def __init__(self, style: Any) -> None:
        self.em = float(style["font_size"])
        spacing = style["letter_spacing"]
        self.spacing = 0.0 if spacing == "normal" else float(spacing)
        self.widths: dict[str, float] = {}
        self.words: dict[str, list[float]] = {}
        layout = Layout(style)
        _set_plain_text(layout, " ")
        line, _ = layout.get_first_line()
        self.height = line_break.line_size(line, style)[1]
        self.baseline = pango.pango_layout_get_baseline(layout.layout) * FROM_UNITS

    def width(self, character: str, style: Any) -> float:
        known = self.widths.get(character)
        if known is None:
            known = self.widths[character] = self._measure(character, style)
        return known

    def advance(self, character: str, style: Any) -> float:
        """With its share of the grid: two figures take the place of one Chinese character."""
        width = self.width(character, style)
        return width + self.spacing * width / self.em

    def _measure(self, character: str, style: Any) -> float:
        return float(sum(sum(glyphs) for glyphs in self._laid_out(character, style).values()) * FROM_UNITS)

    def word(self, word: str, style: Any) -> list[float]:
        """How far each character of a word of joined letters advances: what a cluster takes stands with its first one."""
        known = self.words.get(word)
        if known is None:
            if len(self.words) > MOST_WORDS:
                self.words.clear()
            clusters = self._laid_out(word, style)
            known = self.words[word] = [sum(clusters.get(place, ())) * FROM_UNITS for place in range(len(word))]
        return known

    def _laid_out(self, text: str, style: Any) -> dict[int, list[int]]:
        """The widths of the glyphs of each cluster, by the place of its first character. Raises MissingGlyph."""
        layout = Layout(style)
        _set_plain_text(layout, text)
        line, _ = layout.get_first_line()
        found: dict[int, list[int]] = {}
        for glyphs, (first, _after) in _clusters(line, _offsets(text)):
            for glyph in glyphs:
                if glyph.glyph != pango.PANGO_GLYPH_EMPTY and glyph.glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG:
                    raise MissingGlyph(text[first])
                found.setdefault(first, []).append(glyph.geometry.width)
        return found


def face_of(style: Any) -> Face:
    """The face of a style, kept with the fonts for all letters of this process."""
    faces = style.font_config.__dict__.setdefault("letter_faces", {})
    key = (tuple(style["font_family"]), style["font_size"], style["letter_spacing"], style["font_weight"])
    face = faces.get(key)
    if face is None:
        face = faces[key] = Face(style)
    return face  # type: ignore[no-any-return]


# ---------------------------------------------------------------------------------------------- where a line may end


def in_run(character: str) -> bool:
    """A letter, figure or sign of half width: part of a number, a word or an address."""
    return "!" <= character <= "~" or "\u00c0" <= character <= "\u02af" or "\u0400" <= character <= "\u052f"


def _joined(text: str, place: int) -> bool:
    """Whether the characters at `place` and after it belong together: a joined word, or a mark that isolates one."""
    this, following = text[place], text[place + 1]
    if this == ISOLATE or following == END_ISOLATE:
        return True
    return is_shaped(this) and is_shaped(following) and this != END_ISOLATE and following != ISOLATE and this not in SYLLABLE_ENDS


def _word_end(text: str, place: int) -> int:
    """The end of the joined word that begins at `place`."""
    end = place + 1
    while end < len(text) and end - place < LONGEST_WORD and is_shaped(text[end]) and not _is_isolate(text[end]):
        if text[end - 1] in SYLLABLE_ENDS and text[end] not in SYLLABLE_ENDS:
            break
        end += 1
    return end


def _is_isolate(character: str) -> bool:
    return character in (ISOLATE, END_ISOLATE)


def breaks(text: str, place: int) -> int:
    """How good it is to end a line after the character at `place`: one of the TIERS, NEVER if a line may not end there."""
    if place + 1 >= len(text):
        return 0
    this, following = text[place], text[place + 1]
    if following == " " or following in CLOSING or this in OPENING:
        return NEVER
    if unicodedata.combining(following) or _joined(text, place):
        return NEVER
    if this == " ":
        return 0
    if following in HALF_CLOSING or this in HALF_OPENING:
        return NEVER
    if in_run(this) and in_run(following):
        return _divides(text, place)
    return 0


def _divides(text: str, place: int) -> int:
    """A long address goes after one of its signs, a telephone number or a long figure rather not at all."""
    first, last = place, place + 1
    while first > 0 and in_run(text[first - 1]):
        first -= 1
    while last + 1 < len(text) and in_run(text[last + 1]) and last - first < 200:
        last += 1
    length = last - first + 1
    if length <= WHOLE:
        return NEVER
    if place == first or last - place < 2:
        return 3
    if text[place] not in JOINTS:
        return 2
    return 0 if length > LONG else 1


def squeezed(this: str, following: str) -> bool:
    """标点挤压: whether half a character is taken out between two marks that stand side by side."""
    if this in BLANK_RIGHT:
        return following in BLANK_LEFT or following in CLOSING - frozenset("…—～")
    return this in BLANK_LEFT and following in BLANK_LEFT


# ---------------------------------------------------------------------------------------------- one line


def _within_words(text: str) -> frozenset[int]:
    """The places of `text` after which a word goes on."""
    return frozenset(place for found in WORDS.finditer(text[:200]) for place in range(found.start(), found.end() - 1))


def fit(text: str, face: Face, style: Any, room: float) -> tuple[int, list[float]]:
    """How many characters of `text` go on a line `room` wide, and how far each of them advances."""
    within = _within_words(text) if style["word_break"] == "keep-all" else frozenset[int]()
    advances: list[float] = []
    used, most, word_end = 0.0, 0, 0
    word: list[float] = []
    ends = [0 for _ in TIERS]
    for place, character in enumerate(text):
        if place >= word_end and is_shaped(character):
            word_end = _word_end(text, place)
            word = face.word(text[place:word_end], style)
        if place < word_end:
            advance = width = word[place - word_end]
        else:
            advance, width = face.advance(character, style), face.width(character, style)
        if place + 1 < len(text) and squeezed(character, text[place + 1]):
            advance -= face.em / 2
        # The last character of a line has its full width: the half taken out before a mark that goes to the
        # next line, and the grid's share, do not count there.
        if used + width > room + 0.01 * face.em:
            break
        advances.append(advance)
        used += advance
        most = place + 1
        for tier in TIERS[max(breaks(text, place), place in within) :]:
            ends[tier] = place + 1
    else:
        return len(text), advances
    if not advances:
        advances = [face.width(text[0], style)]
    for count in ends:
        if count and _left_over(text, advances, count, face, style, room) <= WIDEST * face.em * max(count - 1, 1):
            return count, advances[:count]
    count = max(*ends, 0) or max(most, 1)
    return count, advances[:count]


def _gaps(text: str, count: int) -> Iterator[list[int]]:
    """The characters after which room may be added, in the order in which they are tried."""
    # What is read from right to left has its end on the left: room after it would open the word.
    between = [place for place in range(count - 1) if not _joined(text, place) and not _is_isolate(text[place])]
    between = [place for place in between if not is_right_to_left(text[place])]
    outside = [place for place in between if not (in_run(text[place]) and in_run(text[place + 1])) and text[place] not in OPENING]
    # Beside the blank half of a mark more room would look like a hole.
    yield [place for place in outside if text[place] not in BLANK_RIGHT and text[place + 1] not in BLANK_LEFT]
    yield outside
    yield between  # a line that is mostly one long address or figure


def _last(text: str, advances: list[float], count: int, face: Face, style: Any) -> float:
    """The width of the last of `count` characters, without what is only taken out or added before another."""
    return advances[count - 1] if is_shaped(text[count - 1]) else face.width(text[count - 1], style)


def _left_over(text: str, advances: list[float], count: int, face: Face, style: Any, room: float) -> float:
    """The room to be filled on a line of `count` characters; its last one has its full width."""
    return room - sum(advances[: count - 1]) - _last(text, advances, count, face, style)


def spread(text: str, advances: list[float], face: Face, style: Any, room: float) -> list[float]:
    """The advances of a full line, so that its last character ends at the edge."""
    count = len(advances)
    more = _left_over(text, advances, count, face, style, room)
    gaps: list[int] = []
    for gaps in _gaps(text, count):
        if more <= WIDEST * face.em * len(gaps):
            break
    wider = list(advances)
    wider[-1] = _last(text, advances, count, face, style)
    for place in gaps:
        wider[place] += more / len(gaps)
    return wider


_split_first_line = line_break.split_first_line


def _begins_isolated(text: str) -> bool:
    """Whether the line before this one ended within a name that is read from right to left."""
    end, start = text.find(END_ISOLATE), text.find(ISOLATE)
    return end >= 0 and not 0 <= start < end


def split_line(
    text: str, style: Any, context: Any, max_width: Any, justification_spacing: float, **options: Any
) -> tuple[Any, int, int | None, float, float, float]:
    """The first line of `text`, as WeasyPrint's `split_first_line` returns it."""
    isolated = ISOLATE if _begins_isolated(text) else ""
    if style["text_align_all"] != "justify" or style["white_space"] != "normal" or max_width is None:
        layout, length, resume, *size = _split_first_line(
            isolated + text, style, context, max_width, justification_spacing, **options
        )
        taken = len(isolated.encode())
        return layout, length - taken, None if resume is None else resume - taken, *size
    face = face_of(style)
    count, advances = fit(text, face, style, float(max_width))
    shown = text[:count].rstrip(" ")
    rest = text[count:]
    skipped = len(rest) - len(rest.lstrip(" "))
    added = [0.0] * len(isolated)
    if count + skipped >= len(text):
        line = Line(isolated + text[:count], added + advances)
        return line, len(text.encode()), None, sum(advances), face.height, face.baseline
    shown = shown or text[:count]
    if shown.strip(" "):
        advances = spread(shown, advances[: len(shown)], face, style, float(max_width))
    line = Line(isolated + shown, added + advances)
    resume = len(text[: count + skipped].encode())
    return line, len(shown.encode()), resume, float(max_width), face.height, face.baseline


_show_text = Stream.show_text


def show_text(stream: Any, text: str) -> None:
    """Glyphs and distances, without the empty strings that WeasyPrint writes round a distance: PDFium, the viewer of Chromium,
    then forgets the last distance, and draws what follows a Tibetan vowel over it.
    """
    _show_text(stream, text.replace("<>", " "))


def install() -> None:
    """Have WeasyPrint break the lines of justified text here, and write what PDFium reads."""
    inline.split_first_line = split_line
    Stream.show_text = show_text
