from __future__ import annotations

from datetime import datetime

from firmware_msgs.sip2.codec import encode_message
from firmware_msgs.sip2.forms import WireTime
from firmware_msgs.sip2.profiles import CHINESE, EVERGREEN, KOHA, Alert, ListedItem, read_alert, read_listed
from firmware_msgs.sip2.requests import Checkout, PatronInformation, summary

MOMENT = WireTime(datetime(2014, 1, 24, 9, 36, 21))  # noqa: DTZ001 - a server's own clock


def test_profiles_send_what_their_servers_want() -> None:
    ask = PatronInformation(language="001", date=MOMENT, summary=summary("charged"), institution="x", patron="1")
    assert b"|AC|AD|" in encode_message(ask, EVERGREEN, 0)
    assert b"|AC" not in encode_message(ask, KOHA, 0)
    assert b"093621  Y       AOx|AA1|" in encode_message(ask, KOHA, 0)
    lend = Checkout(may_renew=True, no_block=False, date=MOMENT, no_block_due=None, institution="", patron="", item="")
    assert encode_message(lend, KOHA).startswith(b"11YN20140124    093621" + b" " * 18 + b"AO|AA|AB|AC|")


def test_lists_and_alerts_mean_what_the_profile_says() -> None:
    assert read_listed("300%20140124%Tea", CHINESE) == ListedItem("300", "20140124", "Tea")
    assert read_listed("300", CHINESE) == ListedItem("300")
    assert read_listed("300", EVERGREEN) == ListedItem(item="300")
    assert read_listed("Tea and sugar", EVERGREEN) == ListedItem(title="Tea and sugar")
    assert read_listed("300%x", KOHA) == ListedItem(item="300%x")
    alerts = {code: read_alert(code, KOHA) for code in ("", "00", "01", "02", "04", "98", "99", "x")}
    assert alerts == {
        "": Alert.NONE,
        "00": Alert.OTHER,
        "01": Alert.HOLD_HERE,
        "02": Alert.HOLD_ELSEWHERE,
        "04": Alert.TRANSFER,
        "98": Alert.OTHER,
        "99": Alert.OTHER,
        "x": Alert.OTHER,
    }
    assert read_alert("00", CHINESE) is Alert.NONE
