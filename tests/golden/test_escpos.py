"""What Epson's ESC/POS command reference says of status bytes, and what python-escpos (not ours) makes of documents."""

from __future__ import annotations

import pytest

from drivers.printer.library import Typesetter
from drivers.printer.ways import Paper as PaperFormat
from drivers.printer.ways import TextAs
from drivers.simulators.printer import PaperCode, PaperImage, PaperRow, PrinterFirmware
from firmware_msgs.errors import DecodeError
from firmware_msgs.escpos.status import (
    Cause,
    Paper,
    decode_causes,
    decode_paper,
    encode_causes,
    encode_done,
    encode_paper,
    is_in_order,
    is_real_time,
)
from firmware_msgs.receipt import Document, Line, QrCode


@pytest.mark.parametrize(
    ("status", "paper"), [(0x12, Paper.ENOUGH), (0x1E, Paper.LOW), (0x7E, Paper.OUT), (0x72, Paper.OUT)]
)
def test_the_paper_sensors(status: int, paper: Paper) -> None:
    """As python-escpos masks them too: 18, 30 and 114."""
    assert decode_paper(status) is paper
    assert decode_paper(encode_paper(paper)) is paper


@pytest.mark.parametrize(
    ("status", "causes"),
    [
        (0x12, set()),
        (0x16, {Cause.COVER_OPEN}),
        (0x1A, {Cause.FEEDING}),
        (0x32, {Cause.PAPER_OUT}),
        (0x76, {Cause.COVER_OPEN, Cause.PAPER_OUT, Cause.FAILURE}),
    ],
)
def test_why_a_printer_is_off_line(status: int, causes: set[Cause]) -> None:
    assert decode_causes(status) == causes
    assert encode_causes(causes) == status


def test_the_two_kinds_of_answers_are_told_apart() -> None:
    for status in range(256):
        assert not (is_real_time(status) and is_in_order(status))
    assert all(is_in_order(encode_done(paper)) for paper in Paper)
    assert all(is_real_time(encode_paper(paper)) for paper in Paper)
    for decode in (decode_paper, decode_causes):
        with pytest.raises(DecodeError):
            decode(0x00)


@pytest.mark.parametrize("columns", [32, 42, 48])
@pytest.mark.parametrize("text_as", list(TextAs))
def test_what_the_library_sends_is_understood_to_the_last_byte(columns: int, text_as: TextAs) -> None:
    document = Document((Line("书房" * 30, bold=True), QrCode("https://library.example"), Line("谢谢")))
    paper = PaperFormat(columns, text_as)  # type: ignore[arg-type]  # from the list above
    firmware = PrinterFirmware()
    assert list(firmware.feed(Typesetter(paper).render(document))) == []
    (receipt,) = firmware.roll.receipts
    kinds = [type(mark) for mark in receipt]
    rows = -(-60 * 2 // columns)
    if text_as is TextAs.GBK:
        assert kinds == [*[PaperRow] * rows, PaperCode, PaperRow]
        assert receipt[0] == PaperRow(
            "书" + "房书" * ((columns // 2 - 1) // 2) + "房" * ((columns // 2 - 1) % 2), bold=True
        )
    else:
        assert kinds == [PaperImage] * (rows + 2)
