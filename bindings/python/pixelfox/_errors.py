# SPDX-License-Identifier: Apache-2.0
"""One exception for each status. Catch :class:`Error` for all of them, or the builtin that fits."""

from __future__ import annotations

from typing import ClassVar, Dict, Tuple, Type

from pixelfox import _clib
from pixelfox._enums import Origin, Status


#: Those that may pass are 503, what is left is 500.
_HTTP = {Status.INVALID: 400, Status.NOT_FOUND: 404, Status.EXISTS: 409, Status.CONFLICT: 409,
         Status.LIMIT: 413, Status.FULL: 507, Status.UNSUPPORTED: 415, Status.CORRUPT: 422,
         Status.DENIED: 403, Status.LOST: 410, Status.CANCELLED: 503, Status.CLOSED: 503,
         Status.FORKED: 503}


class Error(Exception):
    """A call of the library failed; ``str()`` says why, for people.

    Catch a subclass for what your program can act on. :attr:`status`, :attr:`retryable` and
    :attr:`http_status` go by the kind of failure; :attr:`code` is the system's own number for it.
    """

    status: ClassVar[Status] = Status.INTERNAL

    def __init__(self, message: str = "", origin: int = 0, code: int = 0,
                 retry_after_s: int = 0) -> None:
        super().__init__(message)
        #: One line that says what went wrong.
        self.message = message
        #: Where ``code`` comes from, an :class:`~pixelfox.Origin`.
        self.origin = Origin(origin)
        #: An errno, an HTTP status or a database's code; 0 without one.
        self.code = code
        #: Seconds to wait before trying again; 0 if unknown.
        self.retry_after_s = retry_after_s

    @property
    def retryable(self) -> bool:
        """Whether the same call may succeed later."""
        return bool(_clib.pxf_status_is_retryable(self.status))

    @property
    def http_status(self) -> int:
        """What HTTP calls it, such as 404 or 507. A limit is 413, one that passes by itself 429."""
        if self.status is Status.LIMIT and self.retry_after_s > 0:
            return 429
        return _HTTP.get(self.status, 503 if self.retryable else 500)

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> Tuple[object, ...]:
        return type(self), (self.message, int(self.origin), self.code, self.retry_after_s)


class InvalidError(Error, ValueError):
    """The request itself is wrong; sending it again will not help."""

    status = Status.INVALID


class NotFoundError(Error, LookupError, FileNotFoundError):
    """No such thing: an image, a job, a pool, a setting, a file to put."""

    status = Status.NOT_FOUND


class ExistsError(Error, FileExistsError):
    """A thing with that name or key is there already."""

    status = Status.EXISTS


class ConflictError(Error, RuntimeError):
    """The thing changed, or is in a state that forbids this."""

    status = Status.CONFLICT


class LimitError(Error, ValueError):
    """A limit on bytes, pixels, frames or rate."""

    status = Status.LIMIT


class FullError(Error, OSError):
    """A pool, a disk or an owner's quota has no room."""

    status = Status.FULL


class UnsupportedError(Error, ValueError):
    """A type or feature that is not supported."""

    status = Status.UNSUPPORTED


class CorruptError(Error, ValueError):
    """Bytes that are not what they claim to be."""

    status = Status.CORRUPT


class DeniedError(Error, PermissionError):
    """Permission refused."""

    status = Status.DENIED


class BusyError(Error, BlockingIOError):
    """Somebody else holds it; try again."""

    status = Status.BUSY


class TimedOutError(Error, TimeoutError):
    """Not done within its time; try again."""

    status = Status.TIMEOUT


class UnavailableError(Error, ConnectionError):
    """A disk, database or service cannot be reached; try again."""

    status = Status.UNAVAILABLE


class CancelledError(Error):
    """The caller's cancel token was tripped."""

    status = Status.CANCELLED


class ClosedError(Error, RuntimeError):
    """The store was closed."""

    status = Status.CLOSED


class ForkedError(Error, RuntimeError):
    """The handle was made by another process, before a fork. Open a store of your own."""

    status = Status.FORKED


class LostError(Error, RuntimeError):
    """A lease or place was taken over; nothing was written."""

    status = Status.LOST


class IoError(Error, OSError):
    """The operating system reported an input or output error."""

    status = Status.IO


class NoMemoryError(Error, MemoryError):
    """Memory ran out."""

    status = Status.NO_MEMORY


class InternalError(Error, RuntimeError):
    """A defect of the library; please report it."""

    status = Status.INTERNAL


_BY_STATUS: Dict[int, Type[Error]] = {kind.status: kind for kind in Error.__subclasses__()}


def _make(status: int, message: str, origin: int, code: int, retry_after_s: int) -> Error:
    """What the raw layer raises; a status of a newer library is a plain :class:`Error`."""
    return _BY_STATUS.get(status, Error)(message, origin, code, retry_after_s)
