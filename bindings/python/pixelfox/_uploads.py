# SPDX-License-Identifier: Apache-2.0
"""A picture that comes in pieces."""

from __future__ import annotations

import os
import stat
from types import TracebackType
from typing import TYPE_CHECKING, IO, Any, Mapping, Optional, Type, Union

from pixelfox import _clib
from pixelfox._enums import Visibility
from pixelfox._errors import DeniedError, Error, InvalidError, IoError, NotFoundError
from pixelfox._handle import Cancel, Turn, token
from pixelfox._images import Image

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PIECE_BYTES = 256 << 10


class Upload:
    """An upload under way: append, then finish. What is not finished is thrown away; as a context
    manager it is thrown away at the end of the block."""

    def __init__(self, store: _clib.Handle, owner: str, *, title: Optional[str] = None,
                 visibility: Optional[Visibility] = None, address: Optional[str] = None,
                 trace_id: Optional[str] = None, size: Optional[int] = None,
                 sha256: Optional[str] = None, outputs: Optional[Mapping[str, bool]] = None) -> None:
        self._turn = Turn()
        self._store = store
        self._upload: Optional[_clib.Handle] = None
        self._offset = 0
        upload = _clib.pxf_upload_new(store, owner)
        if title is not None:
            _clib.pxf_upload_set_title(upload, title)
        if visibility is not None:
            _clib.pxf_upload_set_visibility(upload, visibility)
        if address is not None:
            _clib.pxf_upload_set_address(upload, address)
        if trace_id is not None:
            _clib.pxf_upload_set_trace_id(upload, trace_id)
        if size is not None:
            _clib.pxf_upload_set_size(upload, size)
        if sha256 is not None:
            _clib.pxf_upload_set_sha256(upload, sha256)
        for output, enabled in (outputs or {}).items():
            _clib.pxf_upload_set_output(upload, output, enabled)
        self._upload = upload

    def _handle(self) -> _clib.Handle:
        if self._upload is None:
            raise InvalidError("the upload is over")
        return self._upload

    def append(self, data: ReadableBuffer, *, cancel: Optional[Cancel] = None) -> None:
        """Adds bytes at the end. After a failure that may pass, append again from :attr:`offset`."""
        with self._turn:
            handle = self._handle()
            try:
                _clib.pxf_upload_append(handle, data, token(cancel))
            except Error:
                self._offset = _clib.pxf_upload_offset(handle)
                raise
            self._offset += memoryview(data).nbytes

    @property
    def offset(self) -> int:
        """How many bytes were accepted."""
        return self._offset

    def finish(self, *, cancel: Optional[Cancel] = None) -> Image:
        """Checks the whole and stores it. When it returns, the picture and its job are on disk."""
        with self._turn:
            image = _clib.pxf_upload_finish(self._handle(), token(cancel))
            self._upload = None
            return Image(image, self._store)

    def discard(self) -> None:
        """Throws away what was not finished. Again is no error."""
        with self._turn:
            self._upload = None

    def __enter__(self) -> Upload:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.discard()


def send(upload: Upload, source: Union[IO[bytes], Any], size: Optional[int],
         cancel: Optional[Cancel]) -> Image:
    """Stores what a file object gives from where it stands: so many bytes, or to its end."""
    with upload:
        while size is None or upload.offset < size:
            wanted = PIECE_BYTES if size is None else min(PIECE_BYTES, size - upload.offset)
            piece = source.read(wanted)
            if piece is None:
                raise InvalidError("the file object would block; give one that waits")
            if not piece:
                break
            upload.append(piece, cancel=cancel)
        if size is not None and upload.offset != size:
            raise InvalidError(f"the file object ended after {upload.offset} of {size} bytes")
        return upload.finish(cancel=cancel)


def open_regular(path: Union[str, "os.PathLike[str]"]) -> IO[bytes]:
    """Opens a file as pxf_image_put_file() does: with its words, and none that is no file."""
    try:
        file = open(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb", buffering=0)
    except OSError as error:
        raise _as_ours(error) from error
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise InvalidError(f"'{os.fspath(path)}' is no regular file")
    return file


def _as_ours(error: OSError) -> Error:
    message = f"'{error.filename}': {error.strerror}"
    if isinstance(error, FileNotFoundError):
        return NotFoundError(message, code=error.errno or 0)
    if isinstance(error, PermissionError):
        return DeniedError(message, code=error.errno or 0)
    return IoError(message, code=error.errno or 0)
