# SPDX-License-Identifier: Apache-2.0
"""The library's words as enumerations. Their numbers are fixed for good."""

from __future__ import annotations

import enum

from pixelfox import _clib


class Status(enum.IntEnum):
    """What happened, as far as a program can act on it."""

    OK = _clib.PXF_OK
    INVALID = _clib.PXF_INVALID
    NOT_FOUND = _clib.PXF_NOT_FOUND
    EXISTS = _clib.PXF_EXISTS
    CONFLICT = _clib.PXF_CONFLICT
    LIMIT = _clib.PXF_LIMIT
    FULL = _clib.PXF_FULL
    UNSUPPORTED = _clib.PXF_UNSUPPORTED
    CORRUPT = _clib.PXF_CORRUPT
    DENIED = _clib.PXF_DENIED
    BUSY = _clib.PXF_BUSY
    TIMEOUT = _clib.PXF_TIMEOUT
    UNAVAILABLE = _clib.PXF_UNAVAILABLE
    CANCELLED = _clib.PXF_CANCELLED
    CLOSED = _clib.PXF_CLOSED
    FORKED = _clib.PXF_FORKED
    LOST = _clib.PXF_LOST
    IO = _clib.PXF_IO
    NO_MEMORY = _clib.PXF_NO_MEMORY
    INTERNAL = _clib.PXF_INTERNAL


class Origin(enum.IntEnum):
    """Where an error's code comes from."""

    NONE = _clib.PXF_ORIGIN_NONE
    STORE = _clib.PXF_ORIGIN_STORE
    POOL = _clib.PXF_ORIGIN_POOL
    CATALOG = _clib.PXF_ORIGIN_CATALOG
    QUEUE = _clib.PXF_ORIGIN_QUEUE
    HELPER = _clib.PXF_ORIGIN_HELPER
    IMAGE = _clib.PXF_ORIGIN_IMAGE
    HTTP = _clib.PXF_ORIGIN_HTTP


class Level(enum.IntEnum):
    """How grave a log line is."""

    DEBUG = _clib.PXF_LEVEL_DEBUG
    INFO = _clib.PXF_LEVEL_INFO
    WARN = _clib.PXF_LEVEL_WARN
    ERROR = _clib.PXF_LEVEL_ERROR


class ImageState(enum.IntEnum):
    """Where an image is in its life."""

    PENDING = _clib.PXF_IMAGE_PENDING
    PROCESSING = _clib.PXF_IMAGE_PROCESSING
    READY = _clib.PXF_IMAGE_READY
    FAILED = _clib.PXF_IMAGE_FAILED
    DELETED = _clib.PXF_IMAGE_DELETED


class Visibility(enum.IntEnum):
    """Who may see an image. The library keeps it; the host obeys it."""

    PRIVATE = _clib.PXF_VISIBILITY_PRIVATE
    UNLISTED = _clib.PXF_VISIBILITY_UNLISTED
    PUBLIC = _clib.PXF_VISIBILITY_PUBLIC


class Reader(enum.IntEnum):
    """For whom an original's bytes are read."""

    OWNER = _clib.PXF_FOR_OWNER
    PUBLIC = _clib.PXF_FOR_PUBLIC


class JobState(enum.IntEnum):
    """Where a job is in its life."""

    SCHEDULED = _clib.PXF_JOB_SCHEDULED
    READY = _clib.PXF_JOB_READY
    RUNNING = _clib.PXF_JOB_RUNNING
    DONE = _clib.PXF_JOB_DONE
    DEAD = _clib.PXF_JOB_DEAD
    CANCELLED = _clib.PXF_JOB_CANCELLED
    PAUSED = _clib.PXF_JOB_PAUSED
    STRANDED = _clib.PXF_JOB_STRANDED


class PickPolicy(enum.IntEnum):
    """How one pool is chosen among several of the same tier and priority."""

    TWO_CHOICES = _clib.PXF_PICK_TWO_CHOICES
    FILL = _clib.PXF_PICK_FILL
    ROUND_ROBIN = _clib.PXF_PICK_ROUND_ROBIN
    WEIGHTED = _clib.PXF_PICK_WEIGHTED
    LEAST_USED = _clib.PXF_PICK_LEAST_USED


class Verify(enum.IntFlag):
    """How far a verification goes."""

    QUICK = _clib.PXF_VERIFY_QUICK
    DEEP = _clib.PXF_VERIFY_DEEP
    REPAIR = _clib.PXF_VERIFY_REPAIR
