# SPDX-License-Identifier: Apache-2.0
"""Places that hold pictures."""

from __future__ import annotations

import os
from typing import Iterator, List, NamedTuple, Optional, Sequence, Union

from pixelfox import _clib
from pixelfox._enums import PickPolicy
from pixelfox._handle import Cancel, Turn, describe, token

Value = Union[bool, int, str, "os.PathLike[str]"]


def _set(pool: _clib.Handle, field: str, value: Value) -> None:
    if isinstance(value, bool):
        _clib.pxf_pool_set_flag(pool, field, value)
    elif isinstance(value, int):
        _clib.pxf_pool_set_number(pool, field, value)
    else:
        _clib.pxf_pool_set_text(pool, field, os.fspath(value))


class Pool:
    """What a pool was when it was read. ``Pool(name, **fields)`` is one that is nowhere, for
    :func:`pixelfox.pick`."""

    def __init__(self, name: str, **fields: Value) -> None:
        self._turn = Turn()
        self._handle = _clib.pxf_pool_new(name)
        for field, value in fields.items():
            _set(self._handle, field, value)

    @classmethod
    def _of(cls, handle: _clib.Handle) -> Pool:
        pool = cls.__new__(cls)
        pool._turn = Turn()
        pool._handle = handle
        return pool

    def __repr__(self) -> str:
        return f"<pixelfox.Pool {self.name}: {self.type}, {self.tier}, {self.state}>"

    def _text(self, field: str) -> Optional[str]:
        with self._turn:
            return _clib.pxf_pool_get_text(self._handle, field)

    def _number(self, field: str) -> int:
        with self._turn:
            return _clib.pxf_pool_get_number(self._handle, field)

    @property
    def name(self) -> str:
        """Its name."""
        return _clib.pxf_pool_name(self._handle)

    @property
    def type(self) -> str:
        """"local" or "nfs"."""
        return self._text("type") or ""

    @property
    def tier(self) -> str:
        """"hot", "warm", "cold" or "archive"."""
        return self._text("tier") or ""

    @property
    def state(self) -> str:
        """"active", "read_only", "draining" or "offline"."""
        return self._text("state") or ""

    @property
    def path(self) -> Optional[str]:
        """Its folder."""
        return self._text("path")

    @property
    def node(self) -> Optional[str]:
        """The host that its folder is on, where there are several."""
        return self._text("node")

    @property
    def region(self) -> Optional[str]:
        """Its region; pools of the host's own are chosen first."""
        return self._text("region")

    @property
    def public_url(self) -> Optional[str]:
        """What stands before a key in an address."""
        return self._text("public_url")

    @property
    def unhealthy_reason(self) -> Optional[str]:
        """What is wrong with it; None if nothing is."""
        return self._text("unhealthy_reason")

    @property
    def is_healthy(self) -> bool:
        """Whether this host can use it."""
        return self._number("is_healthy") == 1

    @property
    def is_default(self) -> bool:
        """Whether it is the default."""
        return self._number("is_default") == 1

    @property
    def priority(self) -> int:
        """Lower is chosen first."""
        return self._number("priority")

    @property
    def weight(self) -> int:
        """Its share, where the policy goes by weights."""
        return self._number("weight")

    @property
    def max_bytes(self) -> int:
        """How much it may hold; 0: only the disk limits it."""
        return self._number("max_bytes")

    @property
    def free_bytes(self) -> int:
        """Room that is left."""
        return self._number("free_bytes")

    @property
    def used_bytes(self) -> int:
        """Bytes of originals and variants in it."""
        return _clib.pxf_pool_used_bytes(self._handle)

    @property
    def held_bytes(self) -> int:
        """Bytes of room taken for what is being written."""
        return _clib.pxf_pool_held_bytes(self._handle)

    @property
    def image_count(self) -> int:
        """Images whose originals are in it."""
        return self._number("image_count")


class Check(NamedTuple):
    """One check of a pool's test."""

    name: str
    ok: bool
    message: str


describe(Check, name='"marker", "create", "sync", "rename", "remove", "lock" or "room".',
         ok="Whether it went well.", message="What was seen, in words.")


class Pools:
    """The pools of a store: iterate, or take one by its name."""

    def __init__(self, store: _clib.Handle) -> None:
        self._store = store

    def __getitem__(self, name: str) -> Pool:
        return Pool._of(_clib.pxf_pool_find(self._store, name))

    def __iter__(self) -> Iterator[Pool]:
        after: Optional[str] = None
        while True:
            handle = _clib.pxf_pool_next(self._store, after)
            if handle is None:
                return
            pool = Pool._of(handle)
            after = pool.name
            yield pool

    def add(self, name: str, **fields: Value) -> Pool:
        """Adds a pool: ``add("big", path="/srv/big", tier="warm", max_bytes=10 << 40)``.

        Probes the folder, which must exist, writes its marker, then the row.
        """
        _clib.pxf_pool_add(self._store, Pool(name, **fields)._handle)
        return self[name]

    def update(self, pool: Union[Pool, str], **fields: Value) -> Pool:
        """Changes fields; of a :class:`Pool`, only if it has not changed since it was read."""
        seen = self[pool] if isinstance(pool, str) else pool
        with seen._turn:
            for field, value in fields.items():
                _set(seen._handle, field, value)
            _clib.pxf_pool_update(self._store, seen._handle)
        return self[seen.name]

    def remove(self, name: str) -> None:
        """Removes it from the catalog; its folder stays. :class:`ConflictError` while in use."""
        _clib.pxf_pool_remove(self._store, name)

    def adopt(self, name: str) -> None:
        """Takes a folder that lost its marker (a new, empty disk) as this pool's."""
        _clib.pxf_pool_adopt(self._store, name)

    def test(self, name: str, *, cancel: Optional[Cancel] = None) -> List[Check]:
        """Tests a pool: marker, permissions, create, sync, rename, lock, room."""
        check = _clib.pxf_pool_test(self._store, name, token(cancel))
        checks = []
        while _clib.pxf_check_next(check):
            checks.append(Check(_clib.pxf_check_name(check), _clib.pxf_check_is_ok(check),
                                _clib.pxf_check_message(check)))
        return checks


def pick(pools: Sequence[Pool], size: int, policy: PickPolicy = PickPolicy.TWO_CHOICES,
         seed: int = 0) -> Pool:
    """The choice for new bytes among given pools, without a store; :class:`FullError` says why
    none will do. The same seed gives the same choice."""
    return pools[_clib.pxf_pool_pick([pool._handle for pool in pools], size, policy, seed)]
