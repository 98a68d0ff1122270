# SPDX-License-Identifier: Apache-2.0
"""Pictures in a store, and their variants."""

from __future__ import annotations

import io
import json
from datetime import datetime
from typing import Any, Callable, Dict, Iterator, Optional, Tuple

from pixelfox import _clib
from pixelfox._enums import ImageState, Reader, Status, Visibility
from pixelfox._handle import (Cancel, Moment, Turn, interruptible, milliseconds, moment_ms, moment_of,
                              token)


#: A file object reads ahead so much.
PIECE_BYTES = 256 << 10


class _File(io.RawIOBase):
    """A stored file that is read piece by piece."""

    def __init__(self, read: Callable[[int, int], memoryview], size: int) -> None:
        super().__init__()
        self._read = read
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._read(self._at, len(buffer)) if self._at < self._size else b""
        buffer[:len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("a place before the beginning")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at


class Variant:
    """One rendering of a picture, or the reason why it was not made. Immutable; any thread."""

    __slots__ = ("_handle", "_owner", "__weakref__")

    def __init__(self, handle: _clib.Handle, owner: Optional[_clib.Handle] = None) -> None:
        self._handle = handle
        self._owner = owner  # the image that lends it

    def __repr__(self) -> str:
        what = self.skip_reason or f"{self.width_px}x{self.height_px}, {self.bytes} bytes"
        return f"<pixelfox.Variant {self.kind}: {what}>"

    @property
    def kind(self) -> str:
        """"webp", "avif", "thumbnail_small_webp" …, or the name of the recipe."""
        return _clib.pxf_variant_kind(self._handle)

    @property
    def type(self) -> Optional[str]:
        """Its MIME type, such as "image/avif"; None if it was skipped."""
        return _clib.pxf_variant_type(self._handle)

    @property
    def width_px(self) -> int:
        """Width in pixels; 0 if it was skipped."""
        return _clib.pxf_variant_width_px(self._handle)

    @property
    def height_px(self) -> int:
        """Height in pixels; 0 if it was skipped."""
        return _clib.pxf_variant_height_px(self._handle)

    @property
    def bytes(self) -> int:
        """Size of its file in bytes; 0 if it was skipped."""
        return _clib.pxf_variant_bytes(self._handle)

    @property
    def render_ms(self) -> int:
        """Milliseconds that scaling and encoding took."""
        return _clib.pxf_variant_render_ms(self._handle)

    @property
    def sha256(self) -> Optional[str]:
        """SHA-256 of its file, lower-case hexadecimal; None if it was skipped."""
        return _clib.pxf_variant_sha256(self._handle)

    @property
    def key(self) -> Optional[str]:
        """Its key in its pool; None if it was skipped or has no store."""
        return _clib.pxf_variant_key(self._handle)

    @property
    def pool(self) -> Optional[str]:
        """The name of its pool; None if it was skipped or has no store."""
        return _clib.pxf_variant_pool(self._handle)

    @property
    def url(self) -> Optional[str]:
        """Its address, the pool's public URL with the key behind; None if it has none."""
        return _clib.pxf_variant_url(self._handle)

    @property
    def path(self) -> Optional[str]:
        """Its file, where the pool is a folder of this host; else None."""
        return _clib.pxf_variant_path(self._handle)

    @property
    def skip_reason(self) -> Optional[str]:
        """Why it was not made: "same_format", "disabled", "too_large", "unsupported"; else None."""
        return _clib.pxf_variant_skip_reason(self._handle)

    def read(self, offset: int = 0, size: int = -1, *, cancel: Optional[Cancel] = None) -> memoryview:
        """Reads its bytes, whole or in part; fewer than `size` only at the end."""
        if size == 0:
            return memoryview(b"")
        return memoryview(_clib.pxf_variant_read(self._handle, offset, max(size, 0), token(cancel)))

    def open(self) -> io.BufferedReader:
        """Its bytes as a file object that can seek, read as they are asked for; one thread at a time."""
        return io.BufferedReader(_File(self.read, self.bytes), PIECE_BYTES)


class Image:
    """An image as it stood when it was read. Immutable; any thread."""

    __slots__ = ("_handle", "_store", "_whole", "__weakref__")

    def __init__(self, handle: _clib.Handle, store: _clib.Handle) -> None:
        self._handle = handle
        self._store = store
        self._whole: Optional[_clib.Handle] = None

    def __repr__(self) -> str:
        return f"<pixelfox.Image {self.id}: {self.type}, {self.state.name.lower()}>"

    def _complete(self) -> _clib.Handle:
        """A list gives images without metadata and variants, which are read when asked for."""
        if self._whole is None:
            is_listed = _clib.pxf_image_metadata(self._handle) is None
            self._whole = (_clib.pxf_image_find(self._store, self.id) if is_listed
                           else self._handle)
        return self._whole

    def wait(self, timeout: Optional[float] = None, *, cancel: Optional[Cancel] = None) -> Image:
        """Waits until it is ready, failed or deleted, and answers it as it then stands.

        Where this process runs no worker, works the image's own jobs. A failed image is no failure
        of the call. `timeout` is in seconds; :class:`TimedOutError` after it.
        """
        def call(handle: Optional[_clib.Handle]) -> _clib.Handle:
            return _clib.pxf_image_wait(self._handle, milliseconds(timeout), handle)

        return Image(interruptible(call, cancel), self._store)

    def reload(self) -> Image:
        """The image as it stands now."""
        return Image(_clib.pxf_image_find(self._store, self.id), self._store)

    def read(self, offset: int = 0, size: int = -1, *, reader: Reader = Reader.OWNER,
             cancel: Optional[Cancel] = None) -> memoryview:
        """Reads the original's bytes, whole or in part; fewer than `size` only at the end.

        `reader` says for whom: ``Reader.PUBLIC`` gets it without where it was taken.
        """
        if size == 0:
            return memoryview(b"")
        return memoryview(_clib.pxf_image_read(self._handle, reader, offset, max(size, 0),
                                               token(cancel)))

    def open(self, *, reader: Reader = Reader.OWNER) -> io.BufferedReader:
        """The original as a file object that can seek, read as it is asked for; one thread at a time."""
        return io.BufferedReader(
            _File(lambda offset, size: self.read(offset, size, reader=reader), self.bytes),
            PIECE_BYTES)

    def remove(self) -> None:
        """Hides it at once; a job removes its files and rows. Again is no error."""
        _clib.pxf_image_remove(self._store, self.id)

    def set_title(self, title: str) -> Image:
        """Changes the title and answers the image as it then stands.

        :class:`ConflictError` if it changed since it was read: :meth:`reload` then.
        """
        _clib.pxf_image_set_title(self._handle, title)
        return self.reload()

    def set_description(self, description: str) -> Image:
        """Changes the description. As :meth:`set_title`."""
        _clib.pxf_image_set_description(self._handle, description)
        return self.reload()

    def set_visibility(self, visibility: Visibility) -> Image:
        """Changes who may see it. As :meth:`set_title`."""
        _clib.pxf_image_set_visibility(self._handle, visibility)
        return self.reload()

    def add_view(self) -> None:
        """Counts a view and notes the access."""
        _clib.pxf_image_add_view(self._store, self.id)

    @property
    def variants(self) -> Tuple[Variant, ...]:
        """Its variants, skipped ones included; empty until it is ready."""
        whole = self._complete()
        found = (_clib.pxf_image_variant(whole, index)
                 for index in range(_clib.pxf_image_variant_count(whole)))
        return tuple(Variant(handle, whole) for handle in found if handle is not None)

    def variant(self, kind: str) -> Optional[Variant]:
        """A variant by its kind; an original WebP's or AVIF's own thumbnail is its twin."""
        whole = self._complete()
        handle = _clib.pxf_image_find_variant(whole, kind)
        return None if handle is None else Variant(handle, whole)

    @property
    def metadata(self) -> Dict[str, Any]:
        """What the picture says of its making; doc/metadata.md names the members."""
        found = _clib.pxf_image_metadata(self._complete())
        return dict(json.loads(found)) if found else {}

    @property
    def id(self) -> str:
        """Its UUID (version 7), lower case with dashes."""
        return _clib.pxf_image_id(self._handle)

    @property
    def owner(self) -> str:
        """Whose it is."""
        return _clib.pxf_image_owner(self._handle)

    @property
    def title(self) -> Optional[str]:
        """Its title."""
        return _clib.pxf_image_title(self._handle)

    @property
    def description(self) -> Optional[str]:
        """Its description."""
        return _clib.pxf_image_description(self._handle)

    @property
    def visibility(self) -> Visibility:
        """Who may see it."""
        return Visibility(_clib.pxf_image_visibility(self._handle))

    @property
    def state(self) -> ImageState:
        """Where it is in its life."""
        return ImageState(_clib.pxf_image_get_state(self._handle))

    @property
    def failure(self) -> Optional[str]:
        """Why it failed, for people; None if it did not."""
        return _clib.pxf_image_failure(self._handle)

    @property
    def failure_rule(self) -> Optional[str]:
        """Why it failed, one word of doc/failures.md, such as "truncated"; None if it did not."""
        return _clib.pxf_image_failure_rule(self._handle)

    @property
    def failure_status(self) -> Status:
        """Why it failed, as a status; OK if it did not."""
        return Status(_clib.pxf_image_failure_status(self._handle))

    @property
    def is_duplicate(self) -> bool:
        """Whether the put that gave this image found the owner's same bytes."""
        return _clib.pxf_image_is_duplicate(self._handle)

    @property
    def frame_count(self) -> int:
        """Frames of an animation; 1 for a still picture."""
        return _clib.pxf_image_frame_count(self._handle)

    @property
    def type(self) -> str:
        """The original's MIME type, from its content."""
        return _clib.pxf_image_type(self._handle)

    @property
    def width_px(self) -> int:
        """Width in pixels as it is shown, its orientation applied."""
        return _clib.pxf_image_width_px(self._handle)

    @property
    def height_px(self) -> int:
        """Height in pixels as it is shown."""
        return _clib.pxf_image_height_px(self._handle)

    @property
    def bytes(self) -> int:
        """Size of the original in bytes."""
        return _clib.pxf_image_bytes(self._handle)

    @property
    def created_ms(self) -> int:
        """When it was accepted, UTC milliseconds since 1970; its UTC day is in the key."""
        return _clib.pxf_image_created_ms(self._handle)

    @property
    def created(self) -> datetime:
        """When it was accepted, in UTC."""
        return moment_of(self.created_ms)

    @property
    def view_count(self) -> int:
        """How often it was viewed, as far as the host told."""
        return _clib.pxf_image_view_count(self._handle)

    @property
    def sha256(self) -> str:
        """SHA-256 of the original, lower-case hexadecimal."""
        return _clib.pxf_image_sha256(self._handle)

    @property
    def key(self) -> str:
        """The original's key in its pool."""
        return _clib.pxf_image_key(self._handle)

    @property
    def pool(self) -> str:
        """The name of the original's pool."""
        return _clib.pxf_image_pool(self._handle)

    @property
    def url(self) -> str:
        """The original's address, the pool's public URL with the key behind."""
        return _clib.pxf_image_url(self._handle)

    @property
    def path(self) -> Optional[str]:
        """The original's file, where the pool is a folder of this host; else None."""
        return _clib.pxf_image_path(self._handle)

    @property
    def share_key(self) -> str:
        """An unguessable key for links to it, 16 letters and digits."""
        return _clib.pxf_image_share_key(self._handle)

    @property
    def trace_id(self) -> Optional[str]:
        """The request that brought it, as the host named it."""
        return _clib.pxf_image_trace_id(self._handle)

    @property
    def cursor(self) -> str:
        """Its place, for ``store.list(cursor=…)``."""
        return _clib.pxf_image_cursor(self._handle)


class Images(Iterator[Image]):
    """A list of images, newest first, read page by page as it is walked."""

    def __init__(self, store: _clib.Handle, owner: Optional[str], state: Optional[ImageState],
                 since: Optional[Moment], until: Optional[Moment], text: Optional[str],
                 cursor: Optional[str]) -> None:
        self._turn = Turn()
        self._store = store
        self._query = query = _clib.pxf_query_new(store)
        if owner is not None:
            _clib.pxf_query_set_owner(query, owner)
        if state is not None:
            _clib.pxf_query_set_state(query, state)
        if since is not None or until is not None:
            _clib.pxf_query_set_range_ms(query, moment_ms(since), moment_ms(until))
        if text is not None:
            _clib.pxf_query_set_text(query, text)
        if cursor is not None:
            _clib.pxf_query_set_cursor(query, cursor)
        #: The place behind the last image that was given, for another list; None before the first.
        self.cursor = cursor

    def __next__(self) -> Image:
        with self._turn:
            handle = _clib.pxf_query_next(self._query)
            if handle is None:
                raise StopIteration
            image = Image(handle, self._store)
            self.cursor = image.cursor
            return image
