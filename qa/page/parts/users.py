"""Keep the users of the page in one file: people with passwords and programs with tokens, each with a role.

A line of the file is a name, a role and a hash, separated by spaces: scrypt (RFC 7914) of a password, or SHA-256 of a
token, which is random and long enough for that. The file is read again whenever it changes.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from qa import QAError

Role = Literal["read", "add", "administer"]
ROLES: tuple[Role, ...] = ("read", "add", "administer")
"""Each includes those before it: ask and read; add documents; delete documents and judgements."""
SCRYPT = {"n": 2**14, "r": 8, "p": 1}
"""The parameters that the paper on scrypt advises for logins (Percival, 2009): 16 MiB and about 50 ms a try."""
_UNKNOWN = "scrypt:00:00"


class UsersError(QAError):
    """A file of users that cannot be used, or a user that cannot be kept in one."""


@dataclass(frozen=True)
class User:
    """Somebody who may log in; `secret` is the hash in the file."""

    name: str
    role: Role
    secret: str = ""

    def may(self, role: Role) -> bool:
        """Return whether this user's role allows what the other one does."""
        return ROLES.index(self.role) >= ROLES.index(role)


ANYONE = User("", "administer")
"""Anybody who opens a page without a file of users."""


def user_of(scope: Mapping[str, Any]) -> User:
    """Return the user of a request, by its ASGI scope."""
    found = scope.get("qa.user", ANYONE)
    return found if isinstance(found, User) else ANYONE


class Users:
    """The users of a file; raises `UsersError` if it cannot be read, also later, so that nobody slips in."""

    def __init__(self, file: str | Path) -> None:
        self._file = Path(file)
        self._state: tuple[int, int] | None = None
        self._users: dict[str, User] = {}
        self.all()

    def all(self) -> Mapping[str, User]:
        """Return every user by name, as the file is now."""
        try:
            found = self._file.stat()
            if self._state != (found.st_mtime_ns, found.st_size):
                self._users = _read(self._file.read_text(encoding="utf-8"), self._file)
                self._state = (found.st_mtime_ns, found.st_size)
        except (OSError, UnicodeDecodeError) as error:
            raise UsersError(
                f"The users cannot be read from {self._file} ({error}).",
                f"Make the file: qa user NAME --users {self._file}",
            ) from error
        return self._users

    def with_password(self, name: str, password: str) -> User | None:
        """Return the user of this name and password; takes as long for a name that does not exist."""
        user = self.all().get(normalized(name))
        right = _is_password(normalized(password), user.secret if user else _UNKNOWN)
        return user if right else None

    def with_token(self, token: str) -> User | None:
        """Return the user whose token this is."""
        given = hash_token(token)
        return next((user for user in self.all().values() if secrets.compare_digest(user.secret, given)), None)


def normalized(text: str) -> str:
    """Return a name or password in the form that does not depend on the keyboard it was typed on (NFC)."""
    return unicodedata.normalize("NFC", text)


def hash_password(password: str) -> str:
    """Return the hash of a password as in the file."""
    salt = secrets.token_bytes(16)
    return f"scrypt:{salt.hex()}:{_scrypt(normalized(password), salt).hex()}"


def hash_token(token: str) -> str:
    """Return the hash of a token as in the file."""
    return f"sha256:{hashlib.sha256(token.encode()).hexdigest()}"


def keep_user(file: str | Path, user: User | None, name: str) -> bool:
    """Write the user of this name into the file in place of an earlier one, or remove that one (None).

    Returns whether there was an earlier one; raises `UsersError`.
    """
    path, name = Path(file), normalized(name)
    if not name or any(character.isspace() or character in ":#" for character in name):
        raise UsersError(f"{name!r} is not a valid user name.", "Use letters and digits, without spaces and colons.")
    users = dict(Users(path).all()) if path.exists() else {}
    earlier = users.pop(name, None)
    if user is not None:
        users[name] = User(name, user.role, user.secret)
    try:
        _write(path, "".join(f"{one.name} {one.role} {one.secret}\n" for one in users.values()))
    except OSError as error:
        raise UsersError(f"The users cannot be written to {path} ({error}).", "Check the folder.") from error
    return earlier is not None


def _read(text: str, file: Path) -> dict[str, User]:
    users = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match line.split():
            case [name, ("read" | "add" | "administer") as role, secret] if secret.startswith(("scrypt:", "sha256:")):
                users[normalized(name)] = User(normalized(name), role, secret)
            case _:
                raise UsersError(
                    f"Line {number} of {file} is not a name, a role ({', '.join(ROLES)}) and a hash.",
                    "Write it with qa user.",
                )
    return users


def _write(path: Path, text: str) -> None:
    """Write all of it or nothing, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # which only its owner can read
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)


def _is_password(password: str, secret: str) -> bool:
    _, salt, kept = f"{secret}::".split(":")[:3]
    try:
        return secrets.compare_digest(_scrypt(password, bytes.fromhex(salt)), bytes.fromhex(kept))
    except ValueError:  # a token's hash, which is no password's
        return False


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "replace"), salt=salt, **SCRYPT, dklen=32)
