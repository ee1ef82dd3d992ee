from __future__ import annotations

from pathlib import Path
from typing import Any

from firmware_msgs.uplink.asyncapi import document, encoded
from firmware_msgs.uplink.records import BODIES
from firmware_msgs.uplink.topics import NetworkTopics, TerminalTopics

PAGE = Path(__file__).parents[2] / "docs" / "asyncapi.json"


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if "$ref" in value else []
        return own + [ref for part in value.values() for ref in references(part)]
    return [ref for part in value for ref in references(part)] if isinstance(value, list) else []


def test_the_document_in_docs_is_made_from_the_present_messages() -> None:
    assert PAGE.read_bytes() == encoded(), "run scripts/asyncapi"


def test_every_reference_leads_somewhere() -> None:
    whole = document()
    for reference in references(whole):
        place: Any = whole
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
        assert place


def test_every_kind_of_record_is_a_message_of_the_event_channel() -> None:
    assert set(document()["channels"]["event"]["messages"]) == {*BODIES, "batch"}


def test_the_addresses_are_the_topics_that_terminals_use() -> None:
    topics = TerminalTopics("n", "t-1")
    fill = {"{network}": "n", "{terminal}": "t-1", "{partition}": topics.event.split("/")[4], "{ask}": "a"}
    used = {topics.event, topics.receipt, topics.life, topics.heartbeat, topics.health, topics.ask("a")}
    used |= {topics.answer("a"), NetworkTopics("n").beacon("w")}
    addresses = set()
    for channel in document()["channels"].values():
        address = channel["address"].replace("{worker}", "w")
        for name, value in fill.items():
            address = address.replace(name, value)
        addresses.add(address)
    assert addresses == used
