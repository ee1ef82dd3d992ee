from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import PortMissing
from drivers.printer.layout import Row, cells, lay_out, wrap
from drivers.printer.library import UsbPrinter
from drivers.printer.ways import UsbPort, file_path, usb_port
from firmware_msgs.receipt import Alignment, Columns, Document, Line, QrCode, Rule


@pytest.mark.parametrize(
    ("text", "columns", "rows"),
    [
        ("", 10, [""]),
        ("one two three", 8, ["one two", "three"]),
        ("one two three", 3, ["one", "two", "thr", "ee"]),
        ("unbreakable", 5, ["unbre", "akabl", "e"]),
        ("红楼梦第一回", 6, ["红楼梦", "第一回"]),
        ("红楼梦第一回", 7, ["红楼梦", "第一回"]),
        ("读Python书", 9, ["读Python", "书"]),
        ("读Python书", 8, ["读Python", "书"]),
        ("读Python书", 7, ["读", "Python", "书"]),
        ("a\nb", 5, ["a", "b"]),
        ("a\r\nb\x1dc\td", 5, ["a", "b c d"]),
        ("“引”×", 8, ["“引”×"]),
    ],
)
def test_wrapping(text: str, columns: int, rows: list[str]) -> None:
    assert wrap(text, columns) == rows


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("书房", 4), ("，。“”×", 10), ("e\u0301", 1), ("㐀", 2), ("✓", 1)]
)
def test_cells_are_those_of_a_printer_with_chinese_characters(text: str, width: int) -> None:
    assert cells(text) == width


@given(st.text(), st.integers(2, 48))
def test_no_row_is_wider_than_the_paper_and_no_word_is_lost(text: str, columns: int) -> None:
    rows = wrap(text, columns)
    assert all(cells(row) <= columns for row in rows)
    kept = "".join(character for character in text if character.isprintable() and not character.isspace())
    assert "".join("".join(rows).split()) == kept


def test_a_document_becomes_rows() -> None:
    document = Document(
        (
            Line("书房书房书", Alignment.CENTER, bold=True, large=True),
            Rule(),
            Columns("红楼梦第一回甄士隐", "12-22"),
            Columns("Tea", "a very long text on the right side"),
            QrCode("x"),
        )
    )
    assert list(lay_out(document, 32)) == [
        Row("书房书房书", Alignment.CENTER, bold=True, large=True),
        Row("-" * 32),
        Row("红楼梦第一回甄士隐         12-22"),
        Row("Tea"),
        Row("   a very long text on the right"),
        Row(" " * 28 + "side"),
        QrCode("x"),
    ]
    assert [row for row in lay_out(document, 16) if isinstance(row, Row)][:2] == [
        Row("书房书房", Alignment.CENTER, bold=True, large=True),
        Row("书", Alignment.CENTER, bold=True, large=True),
    ]


def test_the_left_of_two_columns_wraps() -> None:
    rows = list(lay_out(Document((Columns("红楼梦第一回甄士隐梦幻识通灵", "2026-12-22"),)), 32))
    assert rows == [Row("红楼梦第一回甄士隐梦  2026-12-22"), Row("幻识通灵")]


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from([32, 42, 48]))
def test_two_columns_fit_the_paper(left: str, right: str, columns: int) -> None:
    for row in lay_out(Document((Columns(left, right),)), columns):
        assert isinstance(row, Row)
        assert cells(row.text) <= columns


def test_ports() -> None:
    assert usb_port("usb://04b8:0E15") == UsbPort(0x04B8, 0x0E15)
    assert usb_port("/dev/ttyUSB0") is None
    assert file_path("file:/dev/usb/lp0") == "/dev/usb/lp0"
    assert file_path("tcp://192.0.2.7:9100") is None
    with pytest.raises(ValueError, match="lsusb"):
        usb_port("usb:printer")


def test_a_usb_printer_that_is_not_there_is_told() -> None:
    with pytest.raises(PortMissing, match="usb://04b8:ffff"):
        UsbPrinter(UsbPort(0x04B8, 0xFFFF), 1.0).connect()
