"""Finding a case by a part of any word, however many cases there are: an index of three letters each (trigrams).

SQLite has it as a table of its own (FTS5, tokenizer `trigram`), kept in step by triggers; PostgreSQL as an index
(`pg_trgm`). Migrations make the same; this is for a database made from the tables alone.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import DDL, Integer, String, column, event, table

from workflows.store.tables.cases import Case

SHORTEST: Final = 3  # letters of a word that the index can find
CASE_WORDS: Final = table("case_words", column("rowid", Integer), column("case_words", String))
SQLITE: Final = (
    """
    CREATE VIRTUAL TABLE case_words USING fts5
    (number, subject, subdomain, content='cases', content_rowid='id', tokenize='trigram')
    """,
    """
    CREATE TRIGGER case_words_insert AFTER INSERT ON cases BEGIN
        INSERT INTO case_words (rowid, number, subject, subdomain)
        VALUES (new.id, new.number, new.subject, new.subdomain);
    END
    """,
    """
    CREATE TRIGGER case_words_update AFTER UPDATE OF number, subject, subdomain ON cases BEGIN
        INSERT INTO case_words (case_words, rowid, number, subject, subdomain)
        VALUES ('delete', old.id, old.number, old.subject, old.subdomain);
        INSERT INTO case_words (rowid, number, subject, subdomain)
        VALUES (new.id, new.number, new.subject, new.subdomain);
    END
    """,
)
POSTGRESQL: Final = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    """
    CREATE INDEX case_words ON cases USING gin
    (number gin_trgm_ops, subject gin_trgm_ops, subdomain gin_trgm_ops) WITH (fastupdate = off)
    """,
)

for dialect, statements in (("sqlite", SQLITE), ("postgresql", POSTGRESQL)):
    for statement in statements:
        event.listen(Case.__table__, "after_create", DDL(statement).execute_if(dialect=dialect))  # type: ignore[no-untyped-call]
