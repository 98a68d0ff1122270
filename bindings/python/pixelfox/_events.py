# SPDX-License-Identifier: Apache-2.0
"""What happened in a store: a list that grows, walked by a loop or an asyncio loop."""

from __future__ import annotations

import asyncio
import os
import time
import weakref
from types import TracebackType
from typing import AsyncIterator, Iterator, NamedTuple, Optional, Set, Type

from pixelfox import _clib
from pixelfox._errors import ClosedError, TimedOutError
from pixelfox._handle import Cancel, describe, milliseconds, token

#: Waits look again after so many seconds: another waiter may have taken the news, and Python runs
#: signal handlers only in between.
LOOK_S, LOOK_ASYNC_S = 0.2, 1.0


class Event(NamedTuple):
    """Something that happened. Given at least once, in order."""

    kind: str
    image_id: Optional[str]
    pool: Optional[str]
    message: Optional[str]
    at_ms: int
    cursor: str


describe(Event, kind='"image_uploaded", "image_processed", "image_failed", "job_dead" …; more may come.',
         image_id="The image's id; None without one.", pool="The pool's name; None without one.",
         message="What there is to say; None for nothing.", at_ms="When, UTC milliseconds since 1970.",
         cursor="Its place, for ``store.events(cursor)``.")


class _Bell:
    """Rings in an asyncio loop when a store may have news. The store's descriptor is watched by a
    copy, so that closing the store leaves the loop in order."""

    def __init__(self, store: _clib.Handle) -> None:
        self._store = store
        self._waiters: Set[asyncio.Event] = set()
        self._fd = -1

    def enter(self) -> asyncio.Event:
        if not self._waiters:
            self._fd = os.dup(_clib.pxf_store_fd(self._store))
            asyncio.get_running_loop().add_reader(self._fd, self._ring)
        waiter = asyncio.Event()
        self._waiters.add(waiter)
        return waiter

    def leave(self, waiter: asyncio.Event) -> None:
        self._waiters.discard(waiter)
        if not self._waiters:
            asyncio.get_running_loop().remove_reader(self._fd)
            os.close(self._fd)

    def _ring(self) -> None:
        try:
            _clib.pxf_store_wait(self._store, 0, None)
        except (TimedOutError, ClosedError):
            pass  # was taken by another, or there will be no more
        for waiter in self._waiters:
            waiter.set()


class Bells:
    """One bell for each loop that waits on a store."""

    def __init__(self) -> None:
        self._bells: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Bell]" = (
            weakref.WeakKeyDictionary())

    def here(self, store: _clib.Handle) -> _Bell:
        return self._bells.setdefault(asyncio.get_running_loop(), _Bell(store))


class Events(Iterator[Event], AsyncIterator[Event]):
    """Events behind a cursor, and those to come: for ``for`` and for ``async for``. Ends when none
    came for `timeout` seconds (None: waits on), or the store is closed."""

    def __init__(self, store: _clib.Handle, bells: Bells, cursor: Optional[str],
                 timeout: Optional[float], cancel: Optional[Cancel]) -> None:
        self._store = store
        self._bells = bells
        self._timeout = timeout
        self._cancel = cancel
        #: The place of the last event that was given.
        self.cursor = cursor

    def _take(self) -> Optional[Event]:
        handle = _clib.pxf_event_next(self._store, self.cursor)
        if handle is None:
            return None
        event = Event(_clib.pxf_event_kind(handle), _clib.pxf_event_image_id(handle),
                      _clib.pxf_event_pool(handle), _clib.pxf_event_message(handle),
                      _clib.pxf_event_at_ms(handle), _clib.pxf_event_cursor(handle))
        self.cursor = event.cursor
        return event

    def _left(self, since: float, look_s: float) -> float:
        if self._timeout is None:
            return look_s
        return min(look_s, since + self._timeout - time.monotonic())

    def __next__(self) -> Event:
        since = time.monotonic()
        try:
            while True:
                event = self._take()
                if event:
                    return event
                left = self._left(since, LOOK_S)
                if left <= 0:
                    raise StopIteration
                self._wait(left)
        except ClosedError:
            raise StopIteration from None

    def _wait(self, seconds: float) -> None:
        try:
            _clib.pxf_store_wait(self._store, milliseconds(seconds), token(self._cancel))
        except TimedOutError:
            pass

    def __aiter__(self) -> Events:
        return self

    async def __anext__(self) -> Event:
        since = time.monotonic()
        loop = asyncio.get_running_loop()
        try:
            while True:
                with _Ring(self._bells.here(self._store)) as bell:
                    event = await loop.run_in_executor(None, self._take)
                    if event:
                        return event
                    left = self._left(since, LOOK_ASYNC_S)
                    if left <= 0:
                        raise StopAsyncIteration
                    await _quietly(bell, left)
        except ClosedError:
            raise StopAsyncIteration from None


class _Ring:
    def __init__(self, bell: _Bell) -> None:
        self._bell = bell

    def __enter__(self) -> asyncio.Event:
        self._waiter = self._bell.enter()
        return self._waiter

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self._bell.leave(self._waiter)


async def _quietly(bell: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(bell.wait(), seconds)
    except asyncio.TimeoutError:
        pass
