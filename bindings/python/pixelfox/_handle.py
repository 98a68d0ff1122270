# SPDX-License-Identifier: Apache-2.0
"""What the classes around handles share."""

from __future__ import annotations

import os
import threading
from concurrent.futures import Future
from datetime import datetime, timezone
from types import TracebackType
from typing import Any, Callable, Optional, Tuple, Type, TypeVar, Union

from pixelfox import _clib
from pixelfox._errors import ForkedError

Result = TypeVar("Result")
Moment = Union[datetime, int]


class Cancel:
    """Ends the slow calls it is given to, from any thread, once and for good."""

    def __init__(self) -> None:
        self._handle = _clib.pxf_cancel_new()

    def trip(self) -> None:
        """Calls under way end with :class:`CancelledError` as soon as nothing is left half done."""
        _clib.pxf_cancel_trip(self._handle)

    @property
    def tripped(self) -> bool:
        """Whether it was tripped."""
        return _clib.pxf_cancel_is_tripped(self._handle)


def describe(record: Type[Tuple[Any, ...]], **fields: str) -> None:
    """Says what the fields of a named tuple are, for help()."""
    for name, text in fields.items():
        getattr(record, name).__doc__ = text


def token(cancel: Optional[Cancel]) -> Optional[_clib.Handle]:
    """The handle of a token, if there is one."""
    return cancel._handle if cancel else None


class Turn:
    """A handle that one thread at a time may use: others wait for their turn. In a forked child, where
    the thread that has it may be absent, it answers at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid = os.getpid()

    def __enter__(self) -> None:
        if os.getpid() != self._pid:
            raise ForkedError("the handle was made by another process, before a fork")
        self._lock.acquire()

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self._lock.release()


def text_of(data: _clib.Bytes) -> str:
    """Text that the library gave as bytes."""
    return str(data, "utf-8", "surrogateescape")


def milliseconds(seconds: Optional[float]) -> int:
    """A time to wait; None is forever."""
    return -1 if seconds is None else max(0, round(seconds * 1000))


def moment_ms(moment: Optional[Moment]) -> int:
    """An instant in UTC milliseconds since 1970; None is 0."""
    if moment is None:
        return 0
    if isinstance(moment, int):
        return moment
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone, such as datetime.timezone.utc")
    return round(moment.timestamp() * 1000)


def moment_of(ms: int) -> datetime:
    """The instant of UTC milliseconds since 1970."""
    return datetime.fromtimestamp(ms / 1000, timezone.utc)


def interruptible(call: Callable[[Optional[_clib.Handle]], Result],
                  cancel: Optional[Cancel]) -> Result:
    """Makes a long call with a token. Python runs signal handlers on its main thread only, which a
    call of ours would block: there another thread makes it, and what a handler raises ends it."""
    if threading.current_thread() is not threading.main_thread():
        return call(token(cancel))
    ours = cancel or Cancel()
    outcome: "Future[Result]" = Future()

    def make() -> None:
        try:
            outcome.set_result(call(token(ours)))
        except BaseException as error:
            outcome.set_exception(error)

    thread = threading.Thread(target=make, name="pixelfox wait", daemon=True)
    thread.start()
    try:
        thread.join()
    except BaseException:
        ours.trip()
        thread.join()
        raise
    return outcome.result()
