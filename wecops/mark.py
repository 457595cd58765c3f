"""A community's four numbers -> its mark as a PNG, for the first screen of a device."""

from io import BytesIO

from PIL import Image, ImageDraw

from accounts.outbox.colours import hexadecimal

UNITS = 40  # the side of the square that the mark is drawn in, as in the icon
FINER = 4  # drawn so many times larger, then made smaller: edges come out smooth
WHITE_SQUARES, ACCENT_SQUARES = ((8, 10.5), (20, 10.5)), ((14, 16.5), (26, 16.5))
SQUARE = 6
TAIL = (10.5, 30, 10.5, 38, 19, 31, 19, 30)


def draw(size: int, hue: int, chroma: float, hue_accent: int, chroma_accent: float, *, is_whole: bool) -> bytes:
    """``size`` pixels wide and high.  ``is_whole``: on a ground of its own, with room for a device to cut it round."""
    deep = hexadecimal(0.27, 0.095 * chroma, hue)
    brand = hexadecimal(0.53 if is_whole else 0.45, 0.17 * chroma, hue)
    accent = hexadecimal(0.9, 0.17 * chroma_accent, hue_accent)
    side = size * FINER
    image = Image.new("RGBA", (side, side), deep if is_whole else f"{brand}00")
    unit, edge = (side / UNITS / 2, side / 4) if is_whole else (side / UNITS, 0)
    pen = ImageDraw.Draw(image)

    def at(left: float, top: float, right: float, bottom: float) -> list[float]:
        """Without the last row and column: the pen would draw them as well."""
        return [edge + left * unit, edge + top * unit, edge + right * unit - 1, edge + bottom * unit - 1]

    pen.rounded_rectangle(at(2, 3, 38, 31), 7 * unit, brand)
    pen.polygon([edge + each * unit for each in TAIL], brand)
    for squares, colour in ((WHITE_SQUARES, "#ffffff"), (ACCENT_SQUARES, accent)):
        for left, top in squares:
            pen.rectangle(at(left, top, left + SQUARE, top + SQUARE), colour)
    picture = BytesIO()
    Image.Image.save(image.reduce(FINER), picture, "PNG", optimize=True)
    return picture.getvalue()
