"""The uplink as an AsyncAPI 3 document, made from the message types and topics; `docs/asyncapi.json` holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import msgspec

from firmware_msgs.uplink.health import Beacon, Health, Heartbeat, Life
from firmware_msgs.uplink.questions import Answer, Ask, Question
from firmware_msgs.uplink.receipts import Receipt
from firmware_msgs.uplink.records import BODIES, MAX_BATCH, Event, PatronPart
from firmware_msgs.uplink.signing import Signed
from firmware_msgs.uplink.topics import NetworkTopics, TerminalTopics, partition_of

Json: TypeAlias = dict[str, Any]

_TERMINAL: Final = TerminalTopics("{network}", "{terminal}")
_SEALED: Final = (Question, PatronPart)
"""What travels only within sealed boxes."""


@dataclass(frozen=True, slots=True)
class _Channel:
    """One topic, as the terminal uses it."""

    name: str
    topic: str
    action: Literal["send", "receive"]
    messages: dict[str, Json]
    what: str
    qos: int = 0
    retain: bool = False

    def address(self) -> str:
        return self.topic.replace(f"/{partition_of('{terminal}')}/", "/{partition}/")


def document() -> Json:
    """The whole document, as a terminal's author needs it."""
    channels = _channels()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Shufang uplink",
            "version": "1",
            "description": "What a terminal and the main library say to one another over MQTT 3.1.1 or 5, seen from "
            "the terminal. A broker's acknowledgement is no delivery: only the main library's signed receipt is.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {channel.name: _channel(channel) for channel in channels},
        "operations": {f"{channel.action}_{channel.name}": _operation(channel) for channel in channels},
        "components": {"schemas": _schemas()},
    }


def encoded() -> bytes:
    """The document's text."""
    return msgspec.json.format(msgspec.json.encode(document()), indent=2) + b"\n"


def _channels() -> list[_Channel]:
    answer, ask = _TERMINAL.answer("{ask}"), _TERMINAL.ask("{ask}")
    beacon = NetworkTopics("{network}").beacon("{worker}")
    return [
        _Channel("event", _TERMINAL.event, "send", _records(), "The journal's records, one or a batch.", qos=1),
        _Channel("receipt", _TERMINAL.receipt, "receive", _signed(Receipt), "What is durable there.", qos=1),
        _Channel("ask", ask, "send", _plain(Ask), "A question; its `sealed` box holds a Question."),
        _Channel("answer", answer, "receive", _signed(Answer), "The answer to the ask of the same id."),
        _Channel("life", _TERMINAL.life, "send", _plain(Life), "Birth and will.", qos=1, retain=True),
        _Channel("heartbeat", _TERMINAL.heartbeat, "send", _plain(Heartbeat), "Every 60 s, within 20 %."),
        _Channel("health", _TERMINAL.health, "send", _plain(Health), "The full report.", qos=1, retain=True),
        _Channel("central", beacon, "receive", _plain(Beacon), "The main library is there.", qos=1, retain=True),
    ]


def _channel(channel: _Channel) -> Json:
    address = channel.address()
    names = [part[1:-1] for part in address.split("/") if part.startswith("{")]
    return {
        "address": address,
        "description": channel.what,
        "parameters": {name: {"description": _PARAMETERS[name]} for name in names},
        "messages": channel.messages,
    }


_PARAMETERS: Final = {
    "network": "The network's name.",
    "terminal": "The terminal's id; its certificate's common name.",
    "partition": "CRC-32 of the terminal's id, modulo 64.",
    "ask": "The question's UUID.",
    "worker": "The main library's worker.",
}


def _operation(channel: _Channel) -> Json:
    mqtt = {"qos": channel.qos, "retain": channel.retain, "bindingVersion": "0.2.0"}
    return {
        "action": channel.action,
        "channel": {"$ref": f"#/channels/{channel.name}"},
        "bindings": {"mqtt": mqtt},
    }


def _records() -> dict[str, Json]:
    single = {
        name: {
            "contentType": "application/cloudevents+json",
            "payload": _narrowed(Event, {"type": {"const": name}, "data": _ref(body)}),
        }
        for name, body in BODIES.items()
    }
    batch = {
        "contentType": "application/cloudevents-batch+json",
        "payload": {"type": "array", "items": _ref(Event), "minItems": 1, "maxItems": MAX_BATCH},
    }
    return {**single, "batch": batch}


def _signed(payload: type[msgspec.Struct]) -> dict[str, Json]:
    return {payload.__name__: {"payload": _narrowed(Signed, {"payload": _ref(payload)})}}


def _plain(payload: type[msgspec.Struct]) -> dict[str, Json]:
    return {payload.__name__: {"payload": _ref(payload)}}


def _narrowed(base: type[msgspec.Struct], properties: Json) -> Json:
    return {"allOf": [_ref(base), {"type": "object", "properties": properties}]}


def _ref(payload: type[msgspec.Struct]) -> Json:
    return {"$ref": f"#/components/schemas/{payload.__name__}"}


def _schemas() -> Json:
    types = [Event, *BODIES.values(), Signed, Receipt, Ask, Answer, Life, Heartbeat, Health, Beacon, *_SEALED]
    _, schemas = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    return dict(sorted(schemas.items()))
