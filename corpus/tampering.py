"""What is done to a finished paper: pages lost, files edited, scans retouched or spoiled."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pikepdf
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader

from corpus.channels import render_pages
from corpus.faces import image_face
from corpus.paper import Paper, Spot
from corpus.pixels import Pixels, Sheet, move_box
from corpus.press import new_canvas
from corpus.printed import Shares

Retouch = Callable[[list[Sheet], Paper], list[Sheet]]


def without_page(paper: Paper, page: int) -> Paper:
    """Return the paper with one page taken out; what stood there is gone from the answer key."""
    with pikepdf.Pdf.open(io.BytesIO(paper.data)) as pdf:
        del pdf.pages[page - 1]
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    spots = _without_spots(paper, page)
    closed = {
        name: tuple(_closed_up(spot, page) for spot in places) for name, places in spots.items()
    }
    marks = tuple(
        replace(mark, page=mark.page - (mark.page > page))
        for mark in paper.marks
        if mark.page != page
    )
    return replace(
        paper, data=out.getvalue(), page_count=paper.page_count - 1, spots=closed, marks=marks
    )


def _without_spots(paper: Paper, page: int) -> dict[str, tuple[Spot, ...]]:
    kept = {
        name: tuple(spot for spot in places if all(part.page != page for part in spot.parts))
        for name, places in paper.spots.items()
    }
    return {name: places for name, places in kept.items() if places}


def _closed_up(spot: Spot, page: int) -> Spot:
    parts = tuple(replace(part, page=part.page - (part.page > page)) for part in spot.parts)
    return replace(spot, parts=parts)


def with_hidden_text(shown: Paper, said: Paper, field: str) -> Paper:
    """Return a native PDF whose text layer says what `said` says while the page shows `shown`.

    The place of the field is covered by a picture of what is to be shown, so that only the pixels
    carry it. Both papers must be set alike but for that value.
    """
    covers: dict[int, list[Shares]] = {}
    for one, other in zip(shown.spots[field], said.spots[field], strict=True):
        for part, counterpart in zip(one.parts, other.parts, strict=True):
            box = _around(part.box, counterpart.box)
            covers.setdefault(part.page, []).append(box)
    pictures = render_pages(shown.data, 220)
    with pikepdf.Pdf.open(io.BytesIO(said.data)) as pdf:
        for page, boxes in covers.items():
            overlay = _patches(pictures[page - 1], boxes, pdf.pages[page - 1])
            with pikepdf.Pdf.open(io.BytesIO(overlay)) as patch:
                pdf.pages[page - 1].add_overlay(patch.pages[0])
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    return replace(shown, data=out.getvalue())


def _around(one: Shares, other: Shares) -> Shares:
    return (
        min(one[0], other[0]) - 0.002,
        min(one[1], other[1]) - 0.001,
        max(one[2], other[2]) + 0.002,
        max(one[3], other[3]) + 0.001,
    )


def _patches(picture: Pixels, boxes: list[Shares], page: Any) -> bytes:
    width, height = float(page.mediabox[2]), float(page.mediabox[3])
    tall, wide = picture.shape[:2]
    out = io.BytesIO()
    canvas = new_canvas(out, (width, height))
    for left, top, right, bottom in boxes:
        cut = picture[
            int(top * tall) : int(bottom * tall) + 1, int(left * wide) : int(right * wide) + 1
        ]
        rows, columns = cut.shape[:2]
        x, y = int(left * wide) / wide * width, height - (int(top * tall) + rows) / tall * height
        canvas.drawImage(
            ImageReader(Image.fromarray(np.ascontiguousarray(cut))),
            x,
            y,
            columns / wide * width,
            rows / tall * height,
        )
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def edited_after_signing(paper: Paper, rng: random.Random) -> Paper:
    """Return the PDF with a signature over its first state and a later change appended.

    The change is an incremental update (ISO 32000-1, 7.5.6): the first page gets another content
    stream, so the signed byte range no longer covers the file.
    """
    signed = _signed(paper.data, rng)
    with pikepdf.Pdf.open(io.BytesIO(signed)) as pdf:
        page = pdf.pages[0].obj
        number, size, root = page.objgen[0], len(pdf.objects) + 1, pdf.Root.objgen[0]
        contents = page.Contents
        refs = (
            [one.objgen[0] for one in contents]
            if isinstance(contents, pikepdf.Array)
            else [contents.objgen[0]]
        )
        stream_number = size
        page.Contents = pikepdf.Array([])
        body = page.unparse(resolved=True)
    listed = b" ".join(b"%d 0 R" % ref for ref in [*refs, stream_number])
    body = re.sub(rb"/Contents \[ *\]", b"/Contents [ " + listed + b" ]", body)
    stream = b"q 1 1 1 rg 40 30 60 4 re f Q"
    objects = {
        number: body,
        stream_number: b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    }
    return replace(paper, data=_appended(signed, objects, size=size + 1, root=root))


def _signed(data: bytes, rng: random.Random) -> bytes:
    """Return the PDF with a signature field; its contents are random, its byte range is true."""
    filler = rng.randbytes(512).hex().encode()
    with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
        signature = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Sig,
                Filter=pikepdf.Name("/Adobe.PPKLite"),
                SubFilter=pikepdf.Name("/adbe.pkcs7.detached"),
                M=pikepdf.String("D:20250101090000+08'00'"),
                ByteRange=pikepdf.Array([0, 1111111111, 1222222222, 1333333333]),
                Contents=pikepdf.String(bytes.fromhex(filler.decode())),
            )
        )
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                FT=pikepdf.Name.Sig,
                T=pikepdf.String("Signature1"),
                V=signature,
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                Rect=pikepdf.Array([0, 0, 0, 0]),
                F=132,
                P=pdf.pages[0].obj,
            )
        )
        pdf.pages[0].obj.Annots = pikepdf.Array([field])
        pdf.Root.AcroForm = pdf.make_indirect(
            pikepdf.Dictionary(Fields=pikepdf.Array([field]), SigFlags=3)
        )
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return _true_range(out.getvalue())


def _true_range(data: bytes) -> bytes:
    place = re.search(rb"/Contents ?(<[0-9a-f]{200,}>)", data)
    if place is None:
        return data
    start, end = place.start(1), place.end(1)
    numbers = (b"1111111111", b"1222222222", b"1333333333")
    for mark, value in zip(numbers, (start, end, len(data) - end), strict=True):
        data = data.replace(mark, b"%-10d" % value, 1)
    return data


def _appended(data: bytes, objects: dict[int, bytes], *, size: int, root: int) -> bytes:
    previous = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    update = io.BytesIO()
    update.write(data if data.endswith(b"\n") else data + b"\n")
    places: dict[int, int] = {}
    for number, body in sorted(objects.items()):
        places[number] = update.tell()
        update.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = update.tell()
    update.write(b"xref\n")
    for number, place in sorted(places.items()):
        update.write(b"%d 1\n%010d 00000 n \n" % (number, place))
    update.write(
        b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, root, previous, start)
    )
    return update.getvalue()


def pasted_over(field: str, seed: str) -> Retouch:
    """Return a retouch that pastes a flat patch with the value's text over the scanned value."""

    def retouch(sheets: list[Sheet], paper: Paper) -> list[Sheet]:
        rng = random.Random(f"paste-{seed}")
        part = paper.spots[field][0].parts[0]
        sheet = sheets[part.page - 1]
        height, width = sheet.pixels.shape[:2]
        left, top, right, bottom = move_box(part.box, sheet)
        x0, y0, x1, y1 = (
            int(left * width) - 3,
            int(top * height) - 2,
            int(right * width) + 4,
            int(bottom * height) + 3,
        )
        pixels = sheet.pixels.copy()
        pixels[y0:y1, x0:x1] = _patch(pixels[y0:y1, x0:x1], part.text, rng)
        sheets[part.page - 1] = replace(sheet, pixels=pixels)
        return sheets

    return retouch


def _patch(under: Pixels, text: str, rng: random.Random) -> Pixels:
    """Return a patch as another program would paste it: flat ground, clean letters, coarse JPEG."""
    rows, columns = under.shape[:2]
    ground = tuple(int(level) for level in np.percentile(under.reshape(-1, 3), 85, axis=0))
    picture = Image.new(
        "RGB", (columns, rows), tuple(min(255, level + rng.randint(4, 9)) for level in ground)
    )
    size = max(8, round(rows * 0.74))
    face = image_face("song", size)
    wide = face.getlength(text)
    if wide > columns - 4:
        face = image_face("song", max(7, int(size * (columns - 4) / wide)))
    ImageDraw.Draw(picture).text((3, rows / 2), text, font=face, fill=(12, 12, 14), anchor="lm")
    coarse = io.BytesIO()
    picture.save(coarse, "JPEG", quality=46)
    return np.asarray(Image.open(io.BytesIO(coarse.getvalue())).convert("RGB"))


def spoiled(page: int, manner: str) -> Retouch:
    """Return a retouch that makes a page unreadable: `blank`, `dark`, `cut` or `coarse`."""

    def retouch(sheets: list[Sheet], _paper: Paper) -> list[Sheet]:
        sheet = sheets[page - 1]
        sheets[page - 1] = replace(sheet, pixels=_spoil(sheet.pixels, manner))
        return sheets

    return retouch


def _spoil(pixels: Pixels, manner: str) -> Pixels:
    height, width = pixels.shape[:2]
    if manner == "blank":
        return np.asarray(
            np.clip(cv2.GaussianBlur(pixels, (0, 0), 1) // 12 + 234, 0, 255), dtype=np.uint8
        )
    if manner == "dark":
        return np.asarray(pixels.astype(np.float32) * 0.10 + 6, dtype=np.uint8)
    if manner == "cut":
        cut = np.full_like(pixels, 250)
        cut[: height // 5, : width // 2] = pixels[-(height // 5) :, -(width // 2) :]
        return cut
    small = cv2.resize(pixels, (width // 6, height // 6), interpolation=cv2.INTER_AREA)
    return np.asarray(
        cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8
    )


def without_spoiled(paper: Paper, page: int) -> Paper:
    """Return the paper with nothing known of the page that cannot be read."""
    marks = tuple(mark for mark in paper.marks if mark.page != page)
    return replace(paper, spots=_without_spots(paper, page), marks=marks, illegible=(page,))
