"""Resident identity card readers: for each card an invented person, without photo, fingerprints or address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from drivers.capture import Happening
from drivers.redaction.dialogue import redact_dialogue
from drivers.redaction.traffic import Driven, Redaction, Traffic
from firmware_msgs.check_digits import citizen_check_character
from firmware_msgs.errors import DecodeError
from firmware_msgs.pseudonyms import Pseudonyms
from firmware_msgs.resync import ResyncDecoder
from firmware_msgs.sdt.answers import (
    Answer,
    Read,
    Refused,
    Unusable,
    decode_answer,
    decode_memory,
    encode_done,
    encode_memory,
    encode_status,
)
from firmware_msgs.sdt.frames import body_decoder, encode_frame
from firmware_msgs.sdt.questions import Question, decode_question, encode_question
from firmware_msgs.sdt.text import WITHOUT_END, describe, encode_text

_NO_REGION: Final = "999999"
"""No administrative division has this number: nobody has a citizen number that begins so."""


class _Sdt:
    """See `Family`. A frame here is its body."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms

    def decoders(self) -> tuple[ResyncDecoder[bytes], ResyncDecoder[bytes]]:
        return body_decoder(), body_decoder()

    def encode(self, frame: bytes) -> bytes:
        return encode_frame(frame)

    def question(self, frame: bytes) -> Question:
        return decode_question(frame)

    def answer(self, question: Question, frame: bytes) -> Answer:
        return decode_answer(question, frame)

    def learn(self, question: Question, answer: Answer) -> None:
        pass

    def asked(self, _frame: bytes, question: Question) -> bytes:
        return encode_question(question)

    def told(self, frame: bytes, question: Question, answer: Answer) -> bytes:
        match answer:
            case Refused(status):
                return encode_status(status)
            case Read() | Unusable():
                return self._memory(frame, answer)
            case _:
                return encode_done(question)

    def _memory(self, frame: bytes, answer: Read | Unusable) -> bytes:
        memory = decode_memory(frame)
        text = self._person(memory.text) if isinstance(answer, Read) else _nobody(memory.text)
        fingerprint = None if memory.fingerprint_bytes is None else bytes(memory.fingerprint_bytes)
        return encode_memory(text, bytes(memory.photo_bytes), fingerprint)

    def _person(self, text: bytes) -> bytes:
        """Somebody invented, the same for the same card."""
        fields = describe(text)
        digits = self._pseudonyms.text(f"{fields['id_no'][:17]:0>17}")
        birth = f"19{digits[0]}{digits[1]}{1 + int(digits[2:4]) % 12:02}{1 + int(digits[4:6]) % 28:02}"
        number = _NO_REGION + birth + digits[6:9]
        invented = {
            "name": self._pseudonyms.text(fields["name"]),
            "sex": str(1 + int(digits[9]) % 2),
            "nation": "01",
            "birth": birth,
            "id_no": number + citizen_check_character(number),
            "issuer": self._pseudonyms.text(fields["issuer"]),
            "valid_from": "20200101",
            "valid_to": WITHOUT_END if fields["valid_to"] == WITHOUT_END else "20400101",
        }
        return encode_text(invented)


def _nobody(text: bytes) -> bytes:
    """For a card that is of no use: nothing but the kind of it, where that is why."""
    try:
        kind = describe(text).get("card_kind", "")
    except DecodeError:
        kind = ""
    return encode_text({}, kind=kind if kind in ("I", "Y") else "")


def _redact(traffic: Sequence[Traffic], _driven: Driven, pseudonyms: Pseudonyms) -> Iterator[Happening]:
    return redact_dialogue(traffic, _Sdt(pseudonyms))


SDT: Final = Redaction(_redact)
