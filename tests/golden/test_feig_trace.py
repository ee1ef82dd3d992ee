"""What a real ID ISC.LR1002 and its host said, from a log that a user of it published.

https://qa-community.st.com/st25-nfc-rfid-tags-and-readers-35/error-0x12-when-writing-multiple-blocks-on-st25dv16kc-140692
"""

from __future__ import annotations

from firmware_msgs.feig.answers import Refused, decode_answer, encode_answer
from firmware_msgs.feig.frames import encode_frame, parse_whole
from firmware_msgs.feig.inventory import ItemTag
from firmware_msgs.feig.requests import decode_request, encode_request
from firmware_msgs.feig.status import Status
from firmware_msgs.feig.tag_answers import Inventory
from firmware_msgs.feig.tag_requests import TakeInventory, WriteBlocks
from firmware_msgs.iso15693 import TagError

ASKED_INVENTORY = bytes.fromhex("020009FFB001001843")
INVENTORY = bytes.fromhex("02001D00B00002 0300E002510002564AA4 0300E002230018892B09 E300")
ASKED_WRITE = bytes.fromhex(
    "020034FFB02401E002510002564AA4000804 04030201 70600005 0BA09080 0F0E0D0C 13121110 00161514 00000000 00000000 1818"
)
REFUSED = bytes.fromhex("02000A00B09512009429")


def test_the_inventory() -> None:
    assert decode_request(parse_whole(ASKED_INVENTORY)) == TakeInventory()
    answer = Inventory((ItemTag("E002510002564AA4", 0), ItemTag("E002230018892B09", 0)))
    assert decode_answer(TakeInventory(), parse_whole(INVENTORY)) == answer
    assert encode_frame(encode_answer(TakeInventory(), answer)) == INVENTORY


def test_the_write_and_the_block_that_was_locked() -> None:
    request = decode_request(parse_whole(ASKED_WRITE))
    assert isinstance(request, WriteBlocks)
    assert (request.tag, request.first, request.blocks[0]) == ("E002510002564AA4", 0, b"\1\2\3\4")
    assert encode_frame(encode_request(request)) == ASKED_WRITE
    answer = Refused(Status.TAG_ERROR, TagError.LOCKED, block=0)
    assert decode_answer(request, parse_whole(REFUSED)) == answer
    assert encode_frame(encode_answer(request, answer)) == REFUSED
