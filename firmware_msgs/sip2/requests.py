"""What a terminal (SC) sends to the library system (ACS); 3M SIP2 2.00, “Command messages to the ACS”.

Passwords are in no representation of a message, so in no log.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, TypeAlias

from firmware_msgs.sip2.forms import (
    Named,
    Number3,
    Text1,
    Text2,
    Text3,
    Text4,
    Text10,
    Time,
    YesNo,
    optional_flag,
)
from firmware_msgs.sip2.message import Message

RequiredInstitution: TypeAlias = Annotated[str, Named("AO", required=True)]
RequiredPatron: TypeAlias = Annotated[str, Named("AA", required=True)]
RequiredItem: TypeAlias = Annotated[str, Named("AB", required=True)]
RequiredTerminalPassword: TypeAlias = Annotated[str, Named("AC", required=True)]
TerminalPassword: TypeAlias = Annotated[str, Named("AC")]
PatronPassword: TypeAlias = Annotated[str, Named("AD")]
ItemProperties: TypeAlias = Annotated[str, Named("CH")]
FeeAcknowledged: TypeAlias = Annotated[bool | None, optional_flag("BO")]
Cancel: TypeAlias = Annotated[bool | None, optional_flag("BI")]

SUMMARY_NOTHING = " " * 10
SUMMARY_PLACES = ("holds", "overdue", "charged", "fines", "recalls", "unavailable_holds")


def summary(place: str) -> str:
    """The ten characters that ask for one kind of list; servers answer only one at a time."""
    return "".join("Y" if name == place else " " for name in SUMMARY_PLACES).ljust(len(SUMMARY_NOTHING))


@dataclass(frozen=True, slots=True, kw_only=True)
class Login(Message):
    """Some servers close the connection when this is not the first message."""

    code: ClassVar[str] = "93"
    user_algorithm: Text1 = "0"
    password_algorithm: Text1 = "0"  # noqa: S105 - the number of an algorithm
    user: Annotated[str, Named("CN", required=True)]
    password: Annotated[str, Named("CO", required=True)] = field(repr=False)
    location: Annotated[str, Named("CP")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScStatus(Message):
    """How the terminal is. `status`: 0 well, 1 out of paper, 2 about to shut down."""

    code: ClassVar[str] = "99"
    status: Text1 = "0"
    print_width: Number3 = 80
    version: Text4 = "2.00"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAcsResend(Message):
    """The last answer was garbled: send it again."""

    code: ClassVar[str] = "97"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronStatusRequest(Message):
    """May this patron borrow?"""

    code: ClassVar[str] = "23"
    language: Text3
    date: Time
    institution: RequiredInstitution
    patron: RequiredPatron
    terminal_password: RequiredTerminalPassword = field(default="", repr=False)
    patron_password: Annotated[str, Named("AD", required=True)] = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronInformation(Message):
    """All about a patron, with one list of `summary`."""

    code: ClassVar[str] = "63"
    language: Text3
    date: Time
    summary: Text10 = SUMMARY_NOTHING
    institution: RequiredInstitution
    patron: RequiredPatron
    terminal_password: TerminalPassword = field(default="", repr=False)
    patron_password: PatronPassword = field(default="", repr=False)
    first_item: Annotated[str, Named("BP")] = ""
    last_item: Annotated[str, Named("BQ")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout(Message):
    """Lend an item."""

    code: ClassVar[str] = "11"
    may_renew: YesNo
    no_block: YesNo
    date: Time
    no_block_due: Time
    institution: RequiredInstitution
    patron: RequiredPatron
    item: RequiredItem
    terminal_password: RequiredTerminalPassword = field(default="", repr=False)
    item_properties: ItemProperties = ""
    patron_password: PatronPassword = field(default="", repr=False)
    fee_acknowledged: FeeAcknowledged = None
    cancel: Cancel = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkin(Message):
    """Take an item back. `return_date` is when it really came back."""

    code: ClassVar[str] = "09"
    no_block: YesNo
    date: Time
    return_date: Time
    current_location: Annotated[str, Named("AP", required=True)] = ""
    institution: RequiredInstitution
    item: RequiredItem
    terminal_password: RequiredTerminalPassword = field(default="", repr=False)
    item_properties: ItemProperties = ""
    cancel: Cancel = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemInformation(Message):
    """All about an item."""

    code: ClassVar[str] = "17"
    date: Time
    institution: RequiredInstitution
    item: RequiredItem
    terminal_password: TerminalPassword = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renew(Message):
    """Lend an item on."""

    code: ClassVar[str] = "29"
    third_party: YesNo
    no_block: YesNo
    date: Time
    no_block_due: Time
    institution: RequiredInstitution
    patron: RequiredPatron
    patron_password: PatronPassword = field(default="", repr=False)
    item: Annotated[str, Named("AB")] = ""
    title: Annotated[str, Named("AJ")] = ""
    terminal_password: TerminalPassword = field(default="", repr=False)
    item_properties: ItemProperties = ""
    fee_acknowledged: FeeAcknowledged = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewAll(Message):
    """Lend all of a patron's items on."""

    code: ClassVar[str] = "65"
    date: Time
    institution: RequiredInstitution
    patron: RequiredPatron
    patron_password: PatronPassword = field(default="", repr=False)
    terminal_password: TerminalPassword = field(default="", repr=False)
    fee_acknowledged: FeeAcknowledged = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeePaid(Message):
    """A fee was paid here."""

    code: ClassVar[str] = "37"
    date: Time
    fee_type: Text2
    payment_type: Text2
    currency: Text3
    amount: Annotated[str, Named("BV", required=True)]
    institution: RequiredInstitution
    patron: RequiredPatron
    terminal_password: TerminalPassword = field(default="", repr=False)
    patron_password: PatronPassword = field(default="", repr=False)
    fee: Annotated[str, Named("CG")] = ""
    transaction: Annotated[str, Named("BK")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPatronSession(Message):
    """The patron is done."""

    code: ClassVar[str] = "35"
    date: Time
    institution: RequiredInstitution
    patron: RequiredPatron
    terminal_password: TerminalPassword = field(default="", repr=False)
    patron_password: PatronPassword = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockPatron(Message):
    """The card was found or kept; answered by 24."""

    code: ClassVar[str] = "01"
    card_kept: YesNo
    date: Time
    institution: RequiredInstitution
    reason: Annotated[str, Named("AL", required=True)]
    patron: RequiredPatron
    terminal_password: RequiredTerminalPassword = field(default="", repr=False)


Request: TypeAlias = (
    Login
    | ScStatus
    | RequestAcsResend
    | PatronStatusRequest
    | PatronInformation
    | Checkout
    | Checkin
    | ItemInformation
    | Renew
    | RenewAll
    | FeePaid
    | EndPatronSession
    | BlockPatron
)
