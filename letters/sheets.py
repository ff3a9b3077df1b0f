"""The pages of a document of the file as pictures: a PDF or a picture that came from anywhere, opened with care.

Whatever it is (locked, broken, ten thousand pages, a picture as large as a field), it is shown or refused with a sentence. Nothing in
it runs: the library has no JavaScript, and forms are not started. Called in the worker processes.
"""

from __future__ import annotations

import io
import math
import resource
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageChops, ImageFile, ImageOps

from letters.errors import LetterError
from letters.marks import HEIF, SHEETS, Outline, Sheet

MM = 25.4
"""Millimetres an inch."""
POINTS = 72.0
"""Points an inch."""
MOST_SHEETS = 200
MOST_FRAMES = 20
"""Of a GIF, whose frames are pages like those of a TIFF, though each is drawn over the one before; and of the photographs in one HEIC."""
MOST_PIXELS = 50_000_000
"""Of one page: A0 at 180 dots an inch."""
LEAST_DPI, MOST_MM = 72, 3000.0
SCAN_WIDTH = 210.0
"""Millimetres: a picture that does not say how large it is, is as wide as A4."""
MEMORY = 1536 * 1024 * 1024
"""Bytes that one document may take beyond what the worker has."""

LOCKED = "文件有打开密码，不能显示。请另存为没有密码的PDF再存入"
BROKEN = "文件不完整或者已经损坏，不能显示。请重新扫描、另存以后再存入"
NOT_OPENED = "照片不完整，或者用了本系统打不开的编码，不能显示。请对方另存为JPG再发"
MANY = "文件有{count}页，最多{most}页。请分成几份再存入"
LARGE = "第{page}页太大（{width:.0f}毫米×{height:.0f}毫米，{pixels}万像素），不能显示。请缩小以后再存入"
VAST = "图像太大，超过5000万像素，不能显示。请缩小以后再存入"


class Document:
    """A PDF or a picture as pages, counted from 0."""

    def __init__(self, data: bytes, media_type: str) -> None:
        self.pdf: pypdfium2.PdfDocument | None = None
        self.picture: Image.Image | None = None
        if media_type == "application/pdf":
            self.pdf = _pdf(data)
            count = len(self.pdf)
        elif media_type in SHEETS:
            if media_type in HEIF:
                _opens_heif()
            self.picture = Image.open(io.BytesIO(data), formats=("HEIF",) if media_type in HEIF else ("JPEG", "PNG", "TIFF", "BMP", "GIF"))
            count = int(getattr(self.picture, "n_frames", 1)) if self.picture.format in ("TIFF", "GIF", "HEIF") else 1
        else:
            raise LetterError("这种格式的文件不能逐页显示。请另存为PDF再存入")
        if not count:
            raise LetterError(BROKEN)
        most = MOST_FRAMES if media_type in ("image/gif", *HEIF) else MOST_SHEETS
        if count > most:
            raise LetterError(MANY.format(count=count, most=most))
        self.count = count

    def close(self) -> None:
        if self.pdf is not None:
            self.pdf.close()
        if self.picture is not None:
            self.picture.close()

    def sheet(self, n: int) -> Sheet:
        """The size of a page; refused where nobody could look at it."""
        if self.pdf is not None:
            width, height = (side / POINTS * MM for side in self.pdf.get_page_size(n))
            pixels = 0
        else:
            wide, high = self._size(n)
            across = self._dpi(wide)
            width, height, pixels = wide / across * MM, high / across * MM, wide * high
        if not (math.isfinite(width) and math.isfinite(height) and width > 1 and height > 1):
            raise LetterError(BROKEN)
        smallest = width * height * (LEAST_DPI / MM) ** 2
        if max(width, height) > MOST_MM or smallest > MOST_PIXELS or pixels > MOST_PIXELS:
            raise LetterError(LARGE.format(page=n + 1, width=width, height=height, pixels=int(max(smallest, pixels)) // 10_000))
        return Sheet(round(width, 1), round(height, 1))

    def decoded(self) -> None:
        """A picture whose head can be read and whose dots cannot is found out before anybody is shown its place."""
        assert self.picture is not None
        for n in range(min(self.count, MOST_FRAMES)):
            self.picture.seek(n)
            self.picture.load()

    def _size(self, n: int) -> tuple[int, int]:
        """Pixels of a frame, turned upright."""
        assert self.picture is not None
        self.picture.seek(n)
        wide, high = self.picture.size
        return (high, wide) if self.picture.getexif().get(0x0112) in (5, 6, 7, 8) else (wide, high)

    def _dpi(self, wide: int) -> float:
        """How many dots of a picture make an inch: what it says, if that can be; else it is as wide as A4."""
        assert self.picture is not None
        said = float(self.picture.info.get("dpi", (0, 0))[0])
        return said if math.isfinite(said) and 90 <= said <= 1200 else wide / SCAN_WIDTH * MM

    def draw(self, n: int, dpi: float) -> Image.Image:
        """A page as a picture, grey or in colours, on white; of fewer dots where it is very large."""
        sheet = self.sheet(n)
        fits = math.sqrt(MOST_PIXELS / (sheet.width * sheet.height)) * MM
        scale = min(dpi, fits)
        if self.pdf is not None:
            page = self.pdf[n]
            for one in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=5):
                if math.prod(one.get_px_size()) > 2 * MOST_PIXELS:
                    raise LetterError(f"第{n + 1}页的{VAST}")
            drawn: Image.Image = page.render(scale=scale / POINTS, rev_byteorder=True).to_pil().convert("RGB")
        else:
            assert self.picture is not None
            self._size(n)
            upright = ImageOps.exif_transpose(self.picture)
            size = (max(1, round(sheet.width / MM * scale)), max(1, round(sheet.height / MM * scale)))
            drawn = _on_white(upright).resize(size, Image.Resampling.LANCZOS)
        return drawn.convert("L") if is_grey(drawn) else drawn


@cache
def _opens_heif() -> None:
    """Pillow is told how, once; in one thread, as the workers are the threads. How it is turned lies in the file, and is done when it is read."""
    import pi_heif

    pi_heif.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)


def _pdf(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD or "assword" in str(error)
        raise LetterError(LOCKED if locked else BROKEN) from None


def _on_white(picture: Image.Image) -> Image.Image:
    if "A" in picture.getbands() or "transparency" in picture.info:
        covered = picture.convert("RGBA")
        white = Image.new("RGBA", covered.size, "white")
        return Image.alpha_composite(white, covered).convert("RGB")
    if picture.mode.startswith("I"):  # 16 bits a dot
        return picture.point(lambda one: one / 256).convert("RGB")
    return picture.convert("RGB")


def is_grey(picture: Image.Image) -> bool:
    """Whether no part of a picture has a colour, as far as an eye sees it."""
    small = picture.convert("HSV").resize((200, 283)) if picture.mode == "RGB" else None
    if small is None:
        return picture.mode in ("L", "1")
    _hue, saturation, value = small.split()
    vivid = ImageChops.multiply(saturation, value)
    return not any(vivid.histogram()[32:])


@contextmanager
def opened(data: bytes, media_type: str) -> Iterator[Document]:
    """A document, as long as it is looked at: whatever is wrong with it becomes a sentence, and its memory is bounded."""
    document: Document | None = None
    bears_it, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False  # the maker of letters shows half a picture
    with bounded(MEMORY), warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # its size is asked before it is read
        try:
            document = Document(data, media_type)
            yield document
        except MemoryError:
            raise LetterError(VAST) from None
        except Image.DecompressionBombError:
            raise LetterError(VAST) from None
        except (pypdfium2.PdfiumError, OSError, SyntaxError, ValueError, EOFError, RuntimeError) as error:
            if isinstance(error, RuntimeError) and media_type not in HEIF:
                raise
            raise LetterError(NOT_OPENED if media_type in HEIF else BROKEN) from None
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = bears_it
            if document is not None:
                document.close()


@contextmanager
def bounded(more: int) -> Iterator[None]:
    """No more than so many bytes beyond what the process has now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    has = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    limit = has + more if hard == resource.RLIM_INFINITY else min(has + more, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def encoded(picture: Image.Image) -> tuple[str, bytes]:
    """A picture for the screen: media type and bytes, whichever of the two is smaller."""
    found = []
    if picture.mode == "L":
        file = io.BytesIO()
        picture.quantize(16, dither=Image.Dither.NONE).save(file, "PNG")
        found.append(("image/png", file.getvalue()))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=82)
    found.append(("image/jpeg", file.getvalue()))
    return min(found, key=lambda one: len(one[1]))


# ------------------------------------------------------------------ what the workers are asked


def outline(data: bytes, media_type: str) -> Outline:
    """The pages of a document and what lies hidden in it; raises LetterError."""
    with opened(data, media_type) as document:
        sheets = tuple(document.sheet(n) for n in range(document.count))
        if document.pdf is None:
            document.decoded()
            return Outline(sheets)
        raw = document.pdf.raw
        return Outline(sheets, max(0, pdfium.FPDFDoc_GetAttachmentCount(raw)), max(0, pdfium.FPDFDoc_GetJavaScriptActionCount(raw)))


def sheet_picture(data: bytes, media_type: str, n: int, dpi: int) -> tuple[str, bytes]:
    """One page, counted from 0, for the screen: media type and bytes; raises LetterError."""
    with opened(data, media_type) as document:
        if not 0 <= n < document.count:
            raise LetterError("文件没有这一页")
        return encoded(document.draw(n, dpi))
