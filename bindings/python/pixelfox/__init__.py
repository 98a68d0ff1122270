# SPDX-License-Identifier: Apache-2.0
"""libpixelfox: stores pictures and makes their variants.

>>> import pixelfox
>>> with pixelfox.open("gallery") as store:
...     image = store.put("photo.jpg", owner="ada").wait()
...     for variant in image.variants:
...         print(variant.kind, variant.width_px, variant.height_px, variant.path)

A :class:`Store` keeps pictures in pools and knows them in its catalog. Handles are safe in any thread;
every call that may block lets other threads run, and takes a :class:`Cancel` where it may last. A
handle that was made before a fork answers :class:`ForkedError`; open a store in the child.
"""

from pixelfox import _clib, layout
from pixelfox._enums import (ImageState, JobState, Level, Origin, PickPolicy, Reader, Status, Verify,
                             Visibility)
from pixelfox._errors import (BusyError, CancelledError, ClosedError, ConflictError, CorruptError,
                              DeniedError, Error, ExistsError, ForkedError, FullError, InternalError,
                              InvalidError, IoError, LimitError, LostError, NoMemoryError,
                              NotFoundError, TimedOutError, UnavailableError, UnsupportedError)
from pixelfox._events import Event, Events
from pixelfox._handle import Cancel
from pixelfox._images import Image, Images, Variant
from pixelfox._jobs import Job, Jobs, Worker, job_kinds
from pixelfox._pools import Check, Pool, Pools, pick
from pixelfox._render import Recipe, Renderer, helper_version, render
from pixelfox._settings import Setting, Settings, settings
from pixelfox._store import Finding, Store, Verification
from pixelfox._store import open_store as open
from pixelfox._uploads import Upload

#: The library's version, such as "0.1.0".
__version__ = _clib.pxf_version()
#: The version of SQLite that is in use, such as "3.40.1".
sqlite_version = _clib.pxf_sqlite_version()

__all__ = [
    "BusyError", "Cancel", "CancelledError", "Check", "ClosedError", "ConflictError", "CorruptError",
    "DeniedError", "Error", "Event", "Events", "ExistsError", "Finding", "ForkedError", "FullError",
    "Image", "ImageState", "Images", "InternalError", "InvalidError", "IoError", "Job", "JobState",
    "Jobs", "Level", "LimitError", "LostError", "NoMemoryError", "NotFoundError", "Origin",
    "PickPolicy", "Pool", "Pools", "Reader", "Recipe", "Renderer", "Setting", "Settings", "Status",
    "Store", "TimedOutError", "UnavailableError", "UnsupportedError", "Upload", "Variant",
    "Verification", "Verify", "Visibility", "Worker", "helper_version", "job_kinds", "layout", "open",
    "pick", "render", "settings", "sqlite_version",
]

# People meet the classes under the name that they import.
for _name in __all__:
    if isinstance(globals()[_name], type):
        globals()[_name].__module__ = "pixelfox"
del _name
