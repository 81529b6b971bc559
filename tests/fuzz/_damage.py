"""Damages real files at random: bytes, words, lines and what lies packed inside a workbook or a database."""

from __future__ import annotations

import io
import random
import re
import zipfile

MOST_BYTES = 300_000
_ODD = [
    *("", " ", "\0", "\ufeff", "\u200b", "\u3000", '"', '""', "'", ",", ";", "\t", "\n", "\r", "\r\n", "=1+1", "#N/A"),
    *(
        "nan",
        "inf",
        "-inf",
        "1e999",
        "-1",
        "0",
        "1.1E+17",
        "99999999999999999999",
        "0x10",
        "1_000",
        "１２",
        "½",
        "²",
        "②",
    ),
    *(
        "合计",
        "小计:3家",
        "序号",
        "名称",
        "经度",
        "纬度",
        "lon",
        "lat",
        "2026-02-30",
        "0000-00-00",
        "9999-12-31",
        "45678",
    ),
    *(
        "24:00-25:00",
        "周八",
        "Mo-Su off",
        "116°24′",
        "S39.9",
        "有",
        "√",
        "true",
        "null",
        "[]",
        "{}",
        "[[",
        "]]",
        "}",
        "[x]",
    ),
    *(
        "../../x",
        "C:\\x",
        "/dev/zero",
        "http://example.invalid/a",
        "<OGRVRTDataSource>",
        "<a>",
        "&amp;",
        "%s",
        "{0}",
        "{value}",
    ),
    *("𠮷", "e\u0301", "\u202e", "—", "“", "”", "（", "【", "type", "FeatureCollection", "coordinates", "crs"),
]
_WORD = re.compile(rb"[\w.+\-\x80-\xff]+|[^\w\s\x80-\xff]")


def damaged(data: bytes, other: bytes, draw: random.Random) -> bytes:
    """Return the file with one to four things wrong; `other` is a file to take pieces from."""
    if data[:4] == b"PK\x03\x04" and draw.random() < 0.7:
        return _inside(data, draw)
    gently = draw.random() < 0.6  # a file that is only a little wrong is read to its end
    for _ in range(draw.choice([1, 1, 1, 2, 3, 4])):
        data = _word(data, draw) if gently else _once(data, other, draw)
    return data[:MOST_BYTES]


def _inside(data: bytes, draw: random.Random) -> bytes:
    """Damage one part of a zip archive and pack it again, so that the reader comes further than the checksum."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return _once(data, b"", draw)
    chosen = draw.choice([name for name in parts if name.startswith("xl/")] or list(parts))
    gently = draw.random() < 0.6
    parts[chosen] = (
        _word(parts[chosen], draw) if gently else _once(parts[chosen], draw.choice(list(parts.values())), draw)
    )
    if draw.random() < 0.1:
        del parts[draw.choice(list(parts))]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content[:MOST_BYTES])
    return made.getvalue()


def _once(data: bytes, other: bytes, draw: random.Random) -> bytes:
    at, to = sorted((draw.randint(0, len(data)), draw.randint(0, len(data))))
    near = min(to, at + 40)
    match draw.randint(0, 8):
        case 0:
            return data[:at] + bytes(draw.randrange(256) for _ in range(draw.randint(1, 6))) + data[near:]
        case 1:
            return data[:at] + data[to:]
        case 2:
            return data[:to] + data[at:to] * draw.randint(1, 30) + data[to:]
        case 3:
            return data[:at]
        case 4:
            start = draw.randint(0, len(other))
            return data[:at] + other[start : start + draw.randint(1, 200)] + data[near:]
        case 5:
            return data[:at] + data[to:] + data[at:to]
        case 6:
            lines = data.splitlines(keepends=True)
            draw.shuffle(lines)
            return b"".join(lines)
        case 7:
            try:
                return data.decode("utf-8").encode(draw.choice(["gb18030", "utf-16", "utf-16-le", "utf-8-sig"]))
            except UnicodeDecodeError:
                return data[::-1]
        case _:
            return _word(data, draw)


def _word(data: bytes, draw: random.Random) -> bytes:
    """Put something odd in the place of one word or sign."""
    words = list(_WORD.finditer(data))
    if not words:
        return data
    word = draw.choice(words)
    odd = draw.choice(_ODD) * draw.choice([1, 1, 1, 1, 1, 1, 2, 50, 5_000])
    return data[: word.start()] + odd.encode("utf-8") + data[word.end() :]
