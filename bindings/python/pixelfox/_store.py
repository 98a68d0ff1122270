# SPDX-License-Identifier: Apache-2.0
"""A store: a catalog, a queue and the pools that hold the pictures."""

from __future__ import annotations

import atexit
import os
import weakref
from types import TracebackType
from typing import (TYPE_CHECKING, IO, Any, Dict, Iterator, List, Mapping, NamedTuple, Optional, Type,
                    Union)

from pixelfox import _clib
from pixelfox._enums import ImageState, Verify, Visibility
from pixelfox._events import Bells, Events
from pixelfox._handle import (Cancel, Moment, Turn, describe, interruptible, milliseconds,
                              text_of, token)
from pixelfox._images import Image, Images
from pixelfox._jobs import Jobs, Worker
from pixelfox._pools import Pools
from pixelfox._render import Recipe
from pixelfox._settings import Log, Settings, Value, keep_log, make_config
from pixelfox._uploads import Upload, open_regular, send

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

#: What can be put: a path, bytes of any kind, a binary file object, or a descriptor.
Source = Union[str, "os.PathLike[str]", "ReadableBuffer", IO[bytes], int]

_TOTALS = ("images", "files", "bytes", "missing", "orphans", "corrupt", "usage_wrong", "foreign",
           "unavailable", "stale_holds", "repaired", "set_aside", "removed_bytes")


class Finding(NamedTuple):
    """What a verification found."""

    kind: str
    pool: Optional[str]
    key: Optional[str]
    image_id: Optional[str]
    message: str
    repaired: bool


describe(Finding, kind='"missing", "orphan", "corrupt", "usage", "stale_hold", "temporary", "foreign" or "unavailable".',
         pool="The pool's name; None without one.", key="The key it is about; None without one.",
         image_id="The image it is about; None without one.", message="What is wrong, and what was done.",
         repaired="Whether it was mended.")


class Verification(Iterator[Finding]):
    """The findings of a verification, made as they are asked for."""

    def __init__(self, handle: _clib.Handle, cancel: Cancel) -> None:
        self._handle = handle
        self._cancel = cancel
        self._turn = Turn()

    def __next__(self) -> Finding:
        with self._turn:
            return self._step()

    def _step(self) -> Finding:
        at = self._handle
        if not interruptible(lambda _: _clib.pxf_finding_next(at), self._cancel):
            raise StopIteration
        return Finding(_clib.pxf_finding_kind(at), _clib.pxf_finding_pool(at),
                       _clib.pxf_finding_key(at), _clib.pxf_finding_image_id(at),
                       _clib.pxf_finding_message(at), _clib.pxf_finding_is_repaired(at))

    @property
    def totals(self) -> Dict[str, int]:
        """Figures of the whole, final after the last finding."""
        return {name: _clib.pxf_finding_total(self._handle, name) for name in _TOTALS}


class Store:
    """An open store. Any thread may use it; a process forked later opens its own.

    As a context manager it is closed at the end of the block. Iterating gives its images.
    """

    def __init__(self, path: Union[str, bytes, "os.PathLike[Any]"], *, log: Optional[Log] = None,
                 **settings: Value) -> None:
        config = make_config(log, settings)
        self._handle = keep_log(_clib.pxf_store_open(path, config), config)
        self._bells = Bells()
        #: Its folder.
        self.path = os.fsdecode(path)
        #: Its settings, by name or keyword.
        self.settings = Settings(self._handle)
        #: Its pools.
        self.pools = Pools(self._handle)
        #: Its jobs.
        self.jobs = Jobs(self._handle)
        _open_stores.add(self)

    def __repr__(self) -> str:
        return f"<pixelfox.Store {self.path!r}>"

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def __iter__(self) -> Iterator[Image]:
        return self.list()

    def close(self) -> None:
        """Ends what waits in other threads with :class:`ClosedError`, drains workers, lets go of files.
        Again is no error."""
        _clib.pxf_store_stop(self._handle)

    def start(self) -> None:
        """Starts worker threads that make variants, delete and clean up until the store is closed
        (setting ``worker.threads``). Again is no error."""
        _clib.pxf_store_start(self._handle)

    def put(self, source: Source, *, owner: str, title: Optional[str] = None,
            visibility: Optional[Visibility] = None, address: Optional[str] = None,
            trace_id: Optional[str] = None, size: Optional[int] = None,
            sha256: Optional[str] = None, outputs: Optional[Mapping[str, bool]] = None,
            cancel: Optional[Cancel] = None) -> Image:
        """Stores a picture. When it returns, the picture and its job are on disk.

        `source` is a path, bytes, a binary file object or a descriptor. Of a file object or a
        descriptor `size` bytes are read, such as a request's Content-Length says, and fewer are an
        :class:`InvalidError`; without `size` it is read to its end. The type comes from the content;
        a path's name becomes the title. The owner's first image is the answer if these bytes are
        there already (:attr:`Image.is_duplicate`). `outputs` switches "webp", "avif" or "original"
        off or on for this picture.
        """
        more = {"title": title, "visibility": visibility, "address": address, "trace_id": trace_id,
                "sha256": sha256, "outputs": outputs}
        given: Dict[str, Any] = {
            name: value for name, value in more.items() if value is not None}
        if size is not None and not (isinstance(source, int) or hasattr(source, "read")):
            raise TypeError("size is for file objects and descriptors; others say their own")
        if isinstance(source, (str, os.PathLike)):
            return self._put_path(source, owner, given, cancel)
        if isinstance(source, int):
            source = open(source, "rb", buffering=0, closefd=False)
        if hasattr(source, "read"):
            return send(self.upload(owner, size=size, **given), source, size, cancel)
        if not given:
            return self._image(
                _clib.pxf_image_put_bytes(self._handle, source, owner, token(cancel)))
        with self.upload(owner, size=memoryview(source).nbytes, **given) as upload:
            upload.append(source, cancel=cancel)
            return upload.finish(cancel=cancel)

    def _put_path(self, path: Union[str, "os.PathLike[str]"], owner: str, given: Dict[str, Any],
                  cancel: Optional[Cancel]) -> Image:
        if not given:
            return self._image(_clib.pxf_image_put_file(self._handle, path, owner, token(cancel)))
        given.setdefault("title", os.path.basename(os.fspath(path)))
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            return send(self.upload(owner, size=size, **given), file, None, cancel)

    def _image(self, handle: _clib.Handle) -> Image:
        return Image(handle, self._handle)

    def upload(self, owner: str, *, title: Optional[str] = None,
               visibility: Optional[Visibility] = None, address: Optional[str] = None,
               trace_id: Optional[str] = None, size: Optional[int] = None,
               sha256: Optional[str] = None, outputs: Optional[Mapping[str, bool]] = None) -> Upload:
        """Begins an upload that comes in pieces. With `size` the room is taken at once; bytes with
        another `sha256` are a :class:`CorruptError`."""
        return Upload(self._handle, owner, title=title, visibility=visibility, address=address,
                      trace_id=trace_id, size=size, sha256=sha256, outputs=outputs)

    def find(self, id: str) -> Image:
        """Reads an image, deleted ones too while their files are being removed."""
        return self._image(_clib.pxf_image_find(self._handle, id))

    def list(self, *, owner: Optional[str] = None, state: Optional[ImageState] = None,
             since: Optional[Moment] = None, until: Optional[Moment] = None,
             text: Optional[str] = None, cursor: Optional[str] = None) -> Images:
        """Images, newest first, that are not deleted unless `state` says so.

        `since` and `until` are datetimes with their zone, or UTC milliseconds since 1970; `text` is
        in the title or description; `cursor` is that of the image before the first.
        """
        return Images(self._handle, owner, state, since, until, text, cursor)

    def remove(self, id: str) -> None:
        """Hides an image at once; a job removes its files and rows. Again is no error."""
        _clib.pxf_image_remove(self._handle, id)

    def remove_owner(self, owner: str) -> None:
        """Hides and removes all images of an owner by a job."""
        _clib.pxf_image_remove_owner(self._handle, owner)

    def add_view(self, id: str) -> None:
        """Counts a view and notes the access."""
        _clib.pxf_image_add_view(self._handle, id)

    def add_recipe(self, recipe: Recipe) -> None:
        """Makes a recipe part of every picture that is rendered from now on, in all processes."""
        _clib.pxf_recipe_add(self._handle, recipe._make())

    def remove_recipe(self, name: str) -> None:
        """Renders it no more; variants that exist stay."""
        _clib.pxf_recipe_remove(self._handle, name)

    def worker(self, threads: Optional[int] = None, kinds: Optional[List[str]] = None) -> Worker:
        """A worker of your own, which may run kinds of your own; of `kinds` only, if given."""
        return Worker(self._handle, threads, kinds)

    def events(self, cursor: Optional[str] = None, *, timeout: Optional[float] = None,
               cancel: Optional[Cancel] = None) -> Events:
        """Events behind a cursor, from the oldest without one, for ``for`` or ``async for``.

        Ends when none came for `timeout` seconds; 0 gives what there is, None waits on.
        """
        return Events(self._handle, self._bells, cursor, timeout, cancel)

    def newest_cursor(self) -> str:
        """The cursor of the newest event: ``events(store.newest_cursor())`` gives what happens from now on."""
        return text_of(_clib.pxf_event_newest_cursor(self._handle))

    def fileno(self) -> int:
        """A descriptor for poll(), readable when there may be new events. Never read it yourself."""
        return _clib.pxf_store_fd(self._handle)

    def wait(self, timeout: Optional[float] = None, *, cancel: Optional[Cancel] = None) -> None:
        """Waits until :meth:`fileno` is readable and makes it quiet again; TimedOutError."""
        def call(handle: Optional[_clib.Handle]) -> None:
            _clib.pxf_store_wait(self._handle, milliseconds(timeout), handle)

        interruptible(call, cancel)

    def metrics(self) -> str:
        """The store's figures in Prometheus' text format."""
        return text_of(_clib.pxf_metrics_text(self._handle))

    def verify(self, how: Verify = Verify.QUICK, *, cancel: Optional[Cancel] = None) -> Verification:
        """Compares catalog and storage both ways; iterate over the findings."""
        cancel = cancel or Cancel()
        return Verification(_clib.pxf_store_verify(self._handle, how, token(cancel)), cancel)


def open_store(path: Union[str, bytes, "os.PathLike[Any]"], *, log: Optional[Log] = None,
               **settings: Value) -> Store:
    """Opens the store in a folder, or makes one where the folder is absent or empty.

    Settings are keywords: ``open("gallery", render_webp_quality=80)`` is ``render.webp_quality``;
    numbers may be text as a person writes it ("100 MiB"). `log` gets log lines: a function of level
    and text, or a :class:`logging.Logger`.
    """
    return Store(path, log=log, **settings)


_open_stores: "weakref.WeakSet[Store]" = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    """Nothing of ours runs when the interpreter ends."""
    for store in list(_open_stores):
        store.close()
