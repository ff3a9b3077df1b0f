"""Draws the seals of the sample office: `python -m letters.seals`, only when a sample agency is renamed.

Round, 42 mm at 300 pixels, flat red on white (no transparency: the seal is printed under the text), marked 样例.
"""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).parent / "agencies"
FONT = HERE.parent / "fonts" / "FandolSong-Bold.otf"
SIZE, FINE = 300, 4
RED = (214, 0, 15)
NAMES = {
    "gx-zfb": "冠县人民政府办公室",
    "gx-zrzy": "冠县自然资源和规划局",
    "gx-rsj": "冠县人力资源和社会保障局",
    "gx-zjj": "冠县住房和城乡建设局",
}


def draw(name: str) -> Image.Image:
    """A seal: ring, star, the name along the arc from lower left to lower right, 样例 below the star."""
    side = SIZE * FINE
    middle = side / 2
    seal = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(seal)
    edge = 5 * FINE
    pen.ellipse((edge, edge, side - edge, side - edge), outline=255, width=6 * FINE)
    pen.polygon([_on_circle(middle, 46 * FINE * (1 if n % 2 == 0 else 0.382), 36 * n) for n in range(10)], fill=255)
    font = ImageFont.truetype(str(FONT), 34 * FINE)
    sweep = min(250.0, 25.0 * (len(name) - 1))
    for place, character in enumerate(name):
        angle = -sweep / 2 + sweep * place / (len(name) - 1)
        tile = Image.new("L", (44 * FINE, 44 * FINE), 0)
        ImageDraw.Draw(tile).text((22 * FINE, 22 * FINE), character, 255, font, anchor="mm")
        turned = tile.rotate(-angle, Image.Resampling.BICUBIC, expand=True)
        x, y = _on_circle(middle, 109 * FINE, angle)
        box = (round(x - turned.width / 2), round(y - turned.height / 2))
        seal.paste(255, (*box, box[0] + turned.width, box[1] + turned.height), turned)
    pen.text((middle, middle + 84 * FINE), "样例", 255, ImageFont.truetype(str(FONT), 28 * FINE), anchor="mm")
    mask = seal.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    flat = Image.new("RGB", (SIZE, SIZE), (255, 255, 255))
    flat.paste(RED, (0, 0, SIZE, SIZE), mask)
    return flat.quantize(16, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")


def _on_circle(middle: float, radius: float, degrees: float) -> tuple[float, float]:
    turn = math.radians(degrees)
    return middle + radius * math.sin(turn), middle - radius * math.cos(turn)


if __name__ == "__main__":
    for code, agency in NAMES.items():
        draw(agency).save(HERE / f"{code}.png", optimize=True)
