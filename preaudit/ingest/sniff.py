"""What a file is, by its first bytes and its structure; its name is never looked at."""

from __future__ import annotations

import re
import zipfile
from enum import Enum
from pathlib import Path

from preaudit.ingest.problems import Refusal

_HEAD_BYTES = 4096
_PDF_HEADER_WITHIN = 1024
"""Readers accept `%PDF-` this far from the start (ISO 32000-1, annex H.3, note 13)."""
_PDF_OBJECT = re.compile(rb"(?:^|[\r\n])\s*\d+ \d+ obj\b")
_OLE_LOOK_BYTES = 1 << 20
_OLE_DIRECTORY_BYTES = 1 << 16
_UNKNOWN = 0xFFFF
_UNKNOWN_LENGTH = 0xFFFFFFFF
_LOCAL_FILE = b"PK\x03\x04"
_FIRST_FILES_BYTES = 1 << 20
_CENTRAL_DIRECTORY_MAX = 4 << 20
"""Bytes of a ZIP's list of entries that we are willing to parse."""


class Kind(Enum):
    """What a file turns out to be."""

    PDF = "PDF"
    JPEG = "JPEG"
    PNG = "PNG"
    TIFF = "TIFF"
    BMP = "BMP"
    WEBP = "WebP"
    HEIC = "HEIC"
    AVIF = "AVIF"
    GIF = "GIF"
    JP2 = "JPEG 2000"
    DOCX = "DOCX"
    XLSX = "XLSX"
    ZIP = "ZIP"
    OFD = "OFD"
    OTHER = "other"


IMAGES = frozenset({
    Kind.JPEG, Kind.PNG, Kind.TIFF, Kind.BMP, Kind.WEBP, Kind.HEIC, Kind.AVIF, Kind.GIF, Kind.JP2,
})  # fmt: skip

_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (b"PK00PK\x03\x04", Kind.ZIP),
    (b"PK\x07\x08", Kind.ZIP),
    (b"PK\x06\x06", Kind.ZIP),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"II*\x00", Kind.TIFF),
    (b"MM\x00*", Kind.TIFF),
    (b"II+\x00", Kind.TIFF),
    (b"MM\x00+", Kind.TIFF),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", Kind.JP2),
    (b"\xff\x4f\xff\x51", Kind.JP2),
)
_ARCHIVES: tuple[tuple[bytes, str], ...] = (
    (b"Rar!\x1a\x07", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "GZIP"),
    (b"BZh", "BZIP2"),
    (b"\xfd7zXZ\x00", "XZ"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"\x1f\x9d", "COMPRESS"),
    (b"LZIP", "LZIP"),
    (b"MSCF", "CAB"),
    (b"\x60\xea", "ARJ"),
)
_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (b"{\\rtf", "RTF 文档", "an RTF document"),
    (b"AC10", "DWG 图纸", "a DWG drawing"),
    (b"AutoCAD Binary DXF", "DXF 图纸", "a DXF drawing"),
    (b"8BPS", "PSD 图片", "a PSD image"),
    (b"\x0a\x05\x01\x08", "PCX 图片", "a PCX image"),
    (b"\x01\xda", "SGI 图片", "an SGI image"),
    (b"\x00\x00\x01\x00", "图标", "an icon"),
    (b"icns", "ICNS 图标", "an ICNS icon"),
    (b"\xd7\xcd\xc6\x9a", "WMF 图形", "a WMF drawing"),
    (b"\x01\x00\x00\x00\x6c\x00\x00\x00", "EMF 图形", "an EMF drawing"),
    (b"AT&TFORM", "DjVu 文档", "a DjVu document"),
    (b"Founder CEB", "CEB 文档", "a CEB document"),
    (b"%!PS", "PostScript", "PostScript"),
    (b"MZ", "可执行程序", "a program"),
    (b"\x7fELF", "可执行程序", "a program"),
    (b"#!", "脚本程序", "a script"),
    (b"ID3", "音频", "a recording"),
    (b"OggS", "音频", "a recording"),
    (b"\x1aE\xdf\xa3", "视频", "a video"),
    (b"RIFF", "音频或视频", "a recording or a video"),
)
_TEXTS: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (re.compile(rb"<\?mso-application progid=.word"), "Word XML 文档", "a Word XML document"),
    (re.compile(rb"<\?mso-application progid=.excel"), "Excel XML 表格", "an Excel XML workbook"),
    (re.compile(rb"<svg"), "SVG 图形", "an SVG drawing"),
    (
        re.compile(rb"^(?:from|mime-version|message-id|subject|received):[^\n]*\n"),
        "网页存档或邮件（MHT/EML）",
        "a saved web page or a mail (MHT, EML)",
    ),
    (re.compile(rb"^(?:<!--|<!doctype html|<html|<head|<body)|<html[\s>]"), "网页", "a web page"),
    (re.compile(rb"^0\s+section\s+2\s+header"), "DXF 图纸", "a DXF drawing"),
)
"""What begins like this in lower case is text of a kind that has a name."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_ENCRYPTED = "EncryptedPackage"
_OLE_STREAMS = (
    (_ENCRYPTED, "", ""),
    ("WordDocument", ".doc / .wps", ".doc or .wps"),
    ("Workbook", ".xls / .et", ".xls or .et"),
    ("PowerPoint Document", ".ppt / .dps", ".ppt or .dps"),
    ("VisioDocument", "Visio 绘图", "a Visio drawing"),
    ("__properties_version1.0", "邮件（MSG）", "a mail (MSG)"),
    ("MatOST", ".wps（Works）", ".wps of Works"),
    ("Book", ".xls / .et", ".xls or .et"),
)
"""Streams of compound files, and what a file is that has them."""
_HEIF_BRANDS = frozenset({
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1",
})  # fmt: skip


def identify(path: Path) -> Kind:
    """Return what a file is, when it is something that can be opened or unpacked.

    Raises:
        Refusal: It is empty, or of a type that is not read; the code and facts say which.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        raise Refusal("empty_file")
    kind = _by_magic(head)
    if kind is Kind.ZIP:
        return _container(path)
    if kind is Kind.OTHER:
        raise _refusal(path, head)
    return kind


def _by_magic(head: bytes) -> Kind:
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind.WEBP
    if head.startswith(b"BM") and head[6:10] == b"\x00\x00\x00\x00":
        return Kind.BMP
    if b"%PDF-" in head[:_PDF_HEADER_WITHIN] or _PDF_OBJECT.search(head):
        return Kind.PDF  # its first line may be damaged where the rest can be rescued
    return Kind.OTHER


def _by_brand(head: bytes) -> Kind:
    """Tell photos of phones by the brands that their container states, the first for all."""
    length = min(int.from_bytes(head[:4], "big"), 256)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, length, 4))]
    for brand in brands:
        if brand in _AVIF_BRANDS:
            return Kind.AVIF
        if brand in _HEIF_BRANDS and not _AVIF_BRANDS & set(brands):
            return Kind.HEIC
    return Kind.OTHER


def _container(path: Path) -> Kind:
    """Tell office documents and OFD, which are ZIP files inside, from plain archives."""
    try:
        directory_within_reach(path)
        with zipfile.ZipFile(path) as archive:
            names = frozenset(name.lower() for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, Refusal):
        # Whoever opens it finds out what is wrong; what it would be, its beginning may still say.
        names = _first_names(path)
    if "ofd.xml" in names or {"encryptions.xml", "decyptseed.dat"} <= names:
        return Kind.OFD  # of an encrypted one (GM/T 0099) only what leads to its keys may be left
    if "[content_types].xml" in names:
        return _office(names)
    if "mimetype" in names and ("content.xml" in names or "meta-inf/container.xml" in names):
        raise Refusal("unsupported_type", what_zh="ODF 或 EPUB 文档", what_en="an ODF document")
    return Kind.ZIP


def _first_names(path: Path) -> frozenset[str]:
    """Return the names that stand before the first files of an archive, in lower case."""
    with path.open("rb") as file:
        head = file.read(_FIRST_FILES_BYTES)
    found = set()
    at = head.find(_LOCAL_FILE)
    while at >= 0:
        length = int.from_bytes(head[at + 26 : at + 28], "little")
        name = head[at + 30 : at + 30 + min(length, 200)]
        found.add(name.decode("utf-8", "replace").replace("\\", "/").lower())
        at = head.find(_LOCAL_FILE, at + 4)
    return frozenset(found)


def _office(names: frozenset[str]) -> Kind:
    folders = {name.split("/", 1)[0] for name in names}
    if "xl/workbook.bin" in names:
        raise Refusal("unsupported_type", what_zh="XLSB 表格", what_en="a binary workbook (XLSB)")
    if "ppt" in folders:
        raise Refusal("unsupported_type", what_zh="PowerPoint 演示文稿", what_en="slides")
    if "visio" in folders:
        raise Refusal("unsupported_type", what_zh="Visio 绘图", what_en="a Visio drawing")
    if any(name.endswith(".fdseq") for name in names):
        raise Refusal("unsupported_type", what_zh="XPS 文档", what_en="an XPS document")
    return Kind.XLSX if "xl" in folders else Kind.DOCX


def directory_within_reach(path: Path) -> int:
    """Return how many entries a ZIP file says it has, without parsing them.

    Raises:
        Refusal: There is no list of entries, or it is too long to be parsed at all.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 65_557))  # the end record and the longest comment
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise Refusal("damaged_zip", detail="缺少目录 / no list of entries")
    count = int.from_bytes(tail[at + 10 : at + 12], "little")
    length = int.from_bytes(tail[at + 12 : at + 16], "little")
    if count == _UNKNOWN or length == _UNKNOWN_LENGTH:
        # Where nothing says more, whoever parses it finds out; its length is limited all the same.
        count, length = _zip64_directory(path, tail[max(0, at - 20) : at]) or (0, size)
    return max(count, _UNKNOWN) if length > _CENTRAL_DIRECTORY_MAX else count


def _zip64_directory(path: Path, locator: bytes) -> tuple[int, int] | None:
    """Return count and length of the list of entries of a ZIP64 file; None where it is none."""
    if len(locator) < 20 or not locator.startswith(b"PK\x06\x07"):  # noqa: PLR2004  # its size
        return None
    with path.open("rb") as file:
        file.seek(int.from_bytes(locator[8:16], "little") % (1 << 62))
        end = file.read(56)
    if len(end) < 56 or not end.startswith(b"PK\x06\x06"):  # noqa: PLR2004  # likewise
        return None
    return int.from_bytes(end[32:40], "little"), int.from_bytes(end[40:48], "little")


def _refusal(path: Path, head: bytes) -> Refusal:
    for magic, name in _ARCHIVES:
        if head.startswith(magic):
            return Refusal("archive_unsupported", what_zh=name, what_en=name)
    if head[257:262] == b"ustar":
        return Refusal("archive_unsupported", what_zh="TAR", what_en="TAR")
    if head.startswith(_OLE):
        return _old_office(path)
    if head[4:8] == b"ftyp":
        return Refusal("unsupported_type", what_zh="视频", what_en="a video")
    for magic, zh, en in _OTHERS:
        if head.startswith(magic):
            return Refusal("unsupported_type", what_zh=zh, what_en=en)
    return _text_or_unknown(head)


def _old_office(path: Path) -> Refusal:
    streams = _ole_directory(path)
    for name, what_zh, what_en in _OLE_STREAMS:
        if name.encode("utf-16-le") not in streams:
            continue
        if name == _ENCRYPTED:
            return Refusal("encrypted_office")
        code = "legacy_office" if what_zh.startswith(".") else "unsupported_type"
        return Refusal(code, what_zh=what_zh, what_en=what_en)
    return Refusal("legacy_office", what_zh="OLE", what_en="OLE")


def _ole_directory(path: Path) -> bytes:
    """Return bytes of a compound file in which the names of its streams stand.

    They lie where its header says, which in a large file may be anywhere.
    """
    with path.open("rb") as file:
        data = file.read(_OLE_LOOK_BYTES)
        shift = min(int.from_bytes(data[30:32], "little"), 12)
        file.seek((int.from_bytes(data[48:52], "little") + 1) << shift)
        return file.read(_OLE_DIRECTORY_BYTES) + data


def _text_or_unknown(head: bytes) -> Refusal:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for sign, zh, en in _TEXTS:
        if sign.search(start):
            return Refusal("unsupported_type", what_zh=zh, what_en=en)
    if b"\x00" not in head and _is_text(head):
        return Refusal("unsupported_type", what_zh="纯文本", what_en="plain text")
    return Refusal(
        "unsupported_type", what_zh="未知格式的数据", what_en="data of an unknown format"
    )


def _is_text(head: bytes) -> bool:
    for codec in ("utf-8", "gb18030"):
        try:
            head[:-4].decode(codec)
        except UnicodeDecodeError:
            continue
        return not any(byte < ord("\t") for byte in head)
    return False
