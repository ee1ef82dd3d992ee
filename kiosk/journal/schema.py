"""The journal file's tables, and the statements on them.

`record` is append-only; a record's place is its stream's base plus its sequence, so the place in the outbox is
`place > base + high_water` and the chain's head is the last row. `story` is small: one row for each loan or return
that has not ended or is not receipted; it holds the readable copy of the card. One INSERT into `entry` writes both.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = 1
"""`user_version` of a file with these TABLES."""

PAGE_BYTES: Final = 4096
LOG_BYTES: Final = 512 * PAGE_BYTES
"""Length of the write-ahead log, and what it grows to between two checkpoints: a few hundred records."""

PRAGMAS: Final = f"""
PRAGMA page_size = {PAGE_BYTES};
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA secure_delete = ON;
PRAGMA wal_autocheckpoint = {LOG_BYTES // PAGE_BYTES};
PRAGMA journal_size_limit = {LOG_BYTES};
"""

TABLES: Final = """
BEGIN IMMEDIATE;
CREATE TABLE stream (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    base INTEGER NOT NULL,
    high_water INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE record (
    place INTEGER PRIMARY KEY,
    subject TEXT,
    hash TEXT NOT NULL,
    event BLOB NOT NULL
) STRICT;
CREATE TABLE story (
    subject TEXT PRIMARY KEY,
    item TEXT NOT NULL,
    card TEXT,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    ended INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE padding (content BLOB NOT NULL) STRICT;
INSERT INTO padding VALUES (x'');
CREATE VIEW entry AS SELECT place, subject, hash, event, '' AS item, '' AS card, 0 AS ended FROM record;
CREATE TRIGGER entry_written INSTEAD OF INSERT ON entry BEGIN
    INSERT INTO record (place, subject, hash, event) VALUES (NEW.place, NEW.subject, NEW.hash, NEW.event);
    INSERT INTO story (subject, item, card, first, last, ended)
        SELECT NEW.subject, NEW.item, NEW.card, NEW.place, NEW.place, NEW.ended WHERE NEW.subject IS NOT NULL
        ON CONFLICT (subject) DO UPDATE SET
            last = excluded.last, ended = max(ended, excluded.ended), card = coalesce(card, excluded.card);
END;
CREATE TRIGGER receipted AFTER UPDATE OF high_water ON stream BEGIN
    DELETE FROM story WHERE ended AND last <= NEW.base + NEW.high_water;
END;
PRAGMA user_version = 1;
COMMIT;
"""

ENTRY_VALUES: Final = "(?, ?, ?, ?, ?, ?, ?)"
INSERT_ENTRIES: Final = "INSERT INTO entry (place, subject, hash, event, item, card, ended) VALUES "

INSERT_STREAM: Final = "INSERT INTO stream (id, base) VALUES (?, ?)"
SELECT_STREAM: Final = "SELECT id, base, high_water FROM stream ORDER BY number DESC LIMIT 1"
SELECT_STANDING: Final = """
SELECT id, base, high_water, (SELECT max(place) FROM record) FROM stream ORDER BY number DESC LIMIT 1
"""
UPDATE_MARK: Final = "UPDATE stream SET high_water = ? WHERE id = ?"

SELECT_HEAD: Final = "SELECT place, hash, event FROM record ORDER BY place DESC LIMIT 1"
SELECT_HASH: Final = "SELECT hash FROM record WHERE place = ?"
SELECT_EVENT: Final = "SELECT event FROM record WHERE place = ?"
SELECT_EVENTS: Final = "SELECT event, hash FROM record WHERE place > ? ORDER BY place LIMIT ?"
SELECT_STORIES: Final = """
SELECT event, card FROM record LEFT JOIN story USING (subject) WHERE place > ? ORDER BY place
"""
SELECT_UNRECEIPTED: Final = """
SELECT event FROM record
WHERE place > ? AND subject IN (SELECT subject FROM story WHERE card = ? OR item = ?) ORDER BY place
"""
SELECT_UNFINISHED: Final = """
SELECT event FROM record
WHERE place >= (SELECT min(first) FROM story WHERE NOT ended)
AND subject IN (SELECT subject FROM story WHERE NOT ended) ORDER BY place
"""

OVERWRITE_LOG: Final = "UPDATE padding SET content = randomblob(?)"
