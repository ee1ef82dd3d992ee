"""What the library system (ACS) answers; 3M SIP2 2.00, “Response messages from the ACS”, with the fields that common
servers add to a check-in (CV, CY, CR, CS, CT, DA) [S: SIPServer, koha-rfidhub].

Due dates (AH) are free text in whatever form the server likes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeAlias

from firmware_msgs.sip2.forms import (
    Doubtful,
    Named,
    Number3,
    Number4,
    Repeated,
    Text2,
    Text3,
    Text4,
    Text14,
    Time,
    YesNo,
    ZeroOne,
    optional_flag,
)
from firmware_msgs.sip2.message import Message

Institution: TypeAlias = Annotated[str, Named("AO", required=True)]
Patron: TypeAlias = Annotated[str, Named("AA", required=True)]
Item: TypeAlias = Annotated[str, Named("AB", required=True)]
Title: TypeAlias = Annotated[str, Named("AJ", required=True)]
Currency: TypeAlias = Annotated[str, Named("BH")]
Amount: TypeAlias = Annotated[str, Named("BV")]
MediaType: TypeAlias = Annotated[str, Named("CK")]
ItemProperties: TypeAlias = Annotated[str, Named("CH")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(Message):
    """What every answer to a person may carry."""

    screen_messages: Annotated[tuple[str, ...], Repeated("AF")] = ()
    print_lines: Annotated[tuple[str, ...], Repeated("AG")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginResponse(Message):
    """To 93."""

    code: ClassVar[str] = "94"
    ok: ZeroOne


@dataclass(frozen=True, slots=True, kw_only=True)
class AcsStatus(Response):
    """To 99. `timeout_tenths_s` is how long the terminal should wait for an answer; `messages` has a Y for each of the
    sixteen requests served.
    """

    code: ClassVar[str] = "98"
    online: YesNo
    checkin_ok: YesNo
    checkout_ok: YesNo
    renewal_ok: YesNo
    status_update_ok: YesNo
    offline_ok: YesNo
    timeout_tenths_s: Number3
    retries: Number3
    date: Time
    version: Text4
    institution: Institution
    library: Annotated[str, Named("AM")] = ""
    messages: Annotated[str, Named("BX", required=True)] = ""
    terminal_location: Annotated[str, Named("AN")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestScResend(Message):
    """The last request was garbled: send it again."""

    code: ClassVar[str] = "96"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronStatusResponse(Response):
    """To 23 and 01. `status` has fourteen places; a Y denies a privilege or says why."""

    code: ClassVar[str] = "24"
    status: Text14
    language: Text3
    date: Time
    institution: Institution
    patron: Patron
    name: Annotated[str, Named("AE", required=True)]
    valid_patron: Annotated[bool | None, optional_flag("BL")] = None
    valid_password: Annotated[bool | None, optional_flag("CQ")] = None
    currency: Currency = ""
    fee_amount: Amount = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronInformationResponse(Response):
    """To 63. The lists hold what the server's profile says: see `profiles.ListedForm`."""

    code: ClassVar[str] = "64"
    status: Text14
    language: Text3
    date: Time
    holds_count: Number4
    overdue_count: Number4
    charged_count: Number4
    fines_count: Number4
    recalls_count: Number4
    unavailable_holds_count: Number4
    institution: Institution
    patron: Patron
    name: Annotated[str, Named("AE", required=True)]
    holds_limit: Annotated[str, Named("BZ")] = ""
    overdue_limit: Annotated[str, Named("CA")] = ""
    charged_limit: Annotated[str, Named("CB")] = ""
    valid_patron: Annotated[bool | None, optional_flag("BL")] = None
    valid_password: Annotated[bool | None, optional_flag("CQ")] = None
    currency: Currency = ""
    fee_amount: Amount = ""
    fee_limit: Annotated[str, Named("CC")] = ""
    holds: Annotated[tuple[str, ...], Repeated("AS")] = ()
    overdue: Annotated[tuple[str, ...], Repeated("AT")] = ()
    charged: Annotated[tuple[str, ...], Repeated("AU")] = ()
    fines: Annotated[tuple[str, ...], Repeated("AV")] = ()
    recalls: Annotated[tuple[str, ...], Repeated("BU")] = ()
    unavailable_holds: Annotated[tuple[str, ...], Repeated("CD")] = ()
    home_address: Annotated[str, Named("BD")] = ""
    email: Annotated[str, Named("BE")] = ""
    phone: Annotated[str, Named("BF")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lending(Response):
    """To 11 and 29 alike."""

    ok: ZeroOne
    renewal_ok: YesNo
    magnetic: Doubtful
    desensitize: Doubtful
    date: Time
    institution: Institution
    patron: Patron
    item: Item
    title: Title
    due: Annotated[str, Named("AH", required=True)]
    fee_type: Annotated[str, Named("BT")] = ""
    security_inhibit: Annotated[bool | None, optional_flag("CI")] = None
    currency: Currency = ""
    fee_amount: Amount = ""
    media_type: MediaType = ""
    item_properties: ItemProperties = ""
    transaction: Annotated[str, Named("BK")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutResponse(Lending):
    """To 11."""

    code: ClassVar[str] = "12"


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewResponse(Lending):
    """To 29."""

    code: ClassVar[str] = "30"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckinResponse(Response):
    """To 09. What an `alert_type` means, the profile says."""

    code: ClassVar[str] = "10"
    ok: ZeroOne
    resensitize: YesNo
    magnetic: Doubtful
    alert: YesNo
    date: Time
    institution: Institution
    item: Item
    permanent_location: Annotated[str, Named("AQ", required=True)]
    title: Annotated[str, Named("AJ")] = ""
    sort_bin: Annotated[str, Named("CL")] = ""
    patron: Annotated[str, Named("AA")] = ""
    media_type: MediaType = ""
    item_properties: ItemProperties = ""
    alert_type: Annotated[str, Named("CV")] = ""
    destination: Annotated[str, Named("CT")] = ""
    call_number: Annotated[str, Named("CS")] = ""
    collection: Annotated[str, Named("CR")] = ""
    hold_patron: Annotated[str, Named("CY")] = ""
    hold_patron_name: Annotated[str, Named("DA")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemInformationResponse(Response):
    """To 17."""

    code: ClassVar[str] = "18"
    circulation_status: Text2
    security_marker: Text2
    fee_type: Text2
    date: Time
    hold_queue_length: Annotated[str, Named("CF")] = ""
    due: Annotated[str, Named("AH")] = ""
    recall_date: Annotated[str, Named("CJ")] = ""
    hold_pickup_date: Annotated[str, Named("CM")] = ""
    item: Item
    title: Title
    owner: Annotated[str, Named("BG")] = ""
    currency: Currency = ""
    fee_amount: Amount = ""
    media_type: MediaType = ""
    permanent_location: Annotated[str, Named("AQ")] = ""
    current_location: Annotated[str, Named("AP")] = ""
    item_properties: ItemProperties = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewAllResponse(Response):
    """To 65."""

    code: ClassVar[str] = "66"
    ok: ZeroOne
    renewed_count: Number4
    unrenewed_count: Number4
    date: Time
    institution: Institution
    renewed: Annotated[tuple[str, ...], Repeated("BM")] = ()
    unrenewed: Annotated[tuple[str, ...], Repeated("BN")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeePaidResponse(Response):
    """To 37."""

    code: ClassVar[str] = "38"
    accepted: YesNo
    date: Time
    institution: Institution
    patron: Patron
    transaction: Annotated[str, Named("BK")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSessionResponse(Response):
    """To 35."""

    code: ClassVar[str] = "36"
    ended: YesNo
    date: Time
    institution: Institution
    patron: Patron


Answer: TypeAlias = (
    LoginResponse
    | AcsStatus
    | RequestScResend
    | PatronStatusResponse
    | PatronInformationResponse
    | CheckoutResponse
    | RenewResponse
    | CheckinResponse
    | ItemInformationResponse
    | RenewAllResponse
    | FeePaidResponse
    | EndSessionResponse
)
