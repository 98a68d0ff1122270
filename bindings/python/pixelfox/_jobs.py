# SPDX-License-Identifier: Apache-2.0
"""Work that is done at least once, whatever dies meanwhile, and who does it."""

from __future__ import annotations

import json
from functools import partial
from types import TracebackType
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple, Type, TypeVar

from pixelfox import _clib
from pixelfox._enums import JobState, Status
from pixelfox._errors import Error
from pixelfox._handle import Cancel, Turn, milliseconds, text_of, token


class Job:
    """A job as it stood when it was read, or one that runs for you."""

    def __init__(self, handle: _clib.Handle) -> None:
        self._turn = Turn()
        self._handle = handle

    def __repr__(self) -> str:
        return f"<pixelfox.Job {self.id}: {self.kind}, {self.state.name.lower()}>"

    @property
    def id(self) -> str:
        """Its UUID."""
        return _clib.pxf_job_id(self._handle)

    @property
    def kind(self) -> str:
        """Its kind."""
        return _clib.pxf_job_kind(self._handle)

    @property
    def state(self) -> JobState:
        """Where it is in its life."""
        return JobState(_clib.pxf_job_get_state(self._handle))

    @property
    def payload(self) -> Any:
        """What it was put with."""
        return json.loads(_clib.pxf_job_payload(self._handle))

    @property
    def result(self) -> Any:
        """What it left behind; None for nothing."""
        result = _clib.pxf_job_result(self._handle)
        return None if result is None else json.loads(result)

    @property
    def error(self) -> Optional[str]:
        """The last attempt's failure; None if none failed."""
        return _clib.pxf_job_error(self._handle)

    @property
    def image_id(self) -> Optional[str]:
        """The image it is about."""
        return _clib.pxf_job_image_id(self._handle)

    @property
    def node(self) -> Optional[str]:
        """The node that runs it or ran it last."""
        return _clib.pxf_job_node(self._handle)

    @property
    def attempts(self) -> int:
        """Attempts so far that ended in an error."""
        return _clib.pxf_job_attempts(self._handle)

    @property
    def crashes(self) -> int:
        """Attempts so far that ended in a crash."""
        return _clib.pxf_job_crashes(self._handle)

    @property
    def priority(self) -> int:
        """Lower is sooner."""
        return _clib.pxf_job_priority(self._handle)

    @property
    def progress(self) -> int:
        """Thousandths that are done, as far as it told. One that runs for you sets it."""
        return _clib.pxf_job_progress(self._handle)

    @progress.setter
    def progress(self, permille: int) -> None:
        with self._turn:
            _clib.pxf_job_set_progress(self._handle, permille)

    @property
    def created_ms(self) -> int:
        """When it was put, UTC milliseconds since 1970."""
        return _clib.pxf_job_created_ms(self._handle)

    @property
    def due_ms(self) -> int:
        """When it may run, UTC milliseconds since 1970."""
        return _clib.pxf_job_due_ms(self._handle)

    @property
    def cursor(self) -> Optional[str]:
        """Its place in a list, for ``store.jobs.list(cursor=…)``."""
        return _clib.pxf_job_cursor(self._handle)

    @property
    def is_cancelled(self) -> bool:
        """For one that runs for you: whether somebody asked it to stop, or it was lost."""
        with self._turn:
            return _clib.pxf_job_is_cancelled(self._handle)

    def extend(self, lease: float) -> None:
        """Prolongs the lease of a reserved job, in seconds. :class:`LostError`: stop, it is
        another's."""
        with self._turn:
            _clib.pxf_job_extend(self._handle, milliseconds(lease))

    def finish(self, result: Any = None) -> None:
        """Ends it well, with a result to keep, which JSON can hold."""
        with self._turn:
            _clib.pxf_job_finish(self._handle, None if result is None else json.dumps(result))

    def fail(self, status: Status, message: str, retry_after: float = 0) -> None:
        """Ends this attempt with a failure; the status decides whether there is another."""
        with self._turn:
            _clib.pxf_job_fail(self._handle, status, message, round(retry_after))


class Jobs:
    """The jobs of a store."""

    def __init__(self, store: _clib.Handle) -> None:
        self._store = store

    def put(self, kind: str, payload: Any = None, *, priority: int = 100, delay: float = 0,
            unique: Optional[str] = None) -> Job:
        """Puts a job; durable when it returns.

        `payload` is what JSON can hold, at most 1 MiB; `delay` is in seconds; only one living job
        may have a `unique` key, another is an :class:`ExistsError`.
        """
        job = _clib.pxf_job_new(_named(kind), None if payload is None else json.dumps(payload))
        _clib.pxf_job_set_priority(job, priority)
        _clib.pxf_job_set_delay_ms(job, round(delay * 1000))
        if unique is not None:
            _clib.pxf_job_set_unique(job, unique)
        return Job(_clib.pxf_job_put(self._store, job))

    def find(self, id: str) -> Job:
        """Reads a job."""
        return Job(_clib.pxf_job_find(self._store, id))

    def list(self, *, state: Optional[JobState] = None, kind: Optional[str] = None,
             cursor: Optional[str] = None) -> Iterator[Job]:
        """Jobs, newest first; behind the job with that cursor."""
        while True:
            handle = _clib.pxf_job_next(self._store, state or 0, kind, cursor)
            if handle is None:
                return
            job = Job(handle)
            cursor = job.cursor
            yield job

    def __iter__(self) -> Iterator[Job]:
        return self.list()

    def count(self, *, state: Optional[JobState] = None, kind: Optional[str] = None) -> int:
        """How many jobs there are."""
        return _clib.pxf_job_count(self._store, kind, state or 0)

    def cancel(self, id: str) -> None:
        """Cancels a waiting job, asks a running one to stop."""
        _clib.pxf_job_cancel(self._store, id)

    def retry(self, id: str) -> None:
        """Makes a dead or cancelled job ready again, its counts at zero."""
        _clib.pxf_job_retry(self._store, id)

    def pause(self, kind: str) -> None:
        """Lets jobs of a kind wait."""
        _clib.pxf_job_pause(self._store, _named(kind))

    def resume(self, kind: str) -> None:
        """Lets them go on."""
        _clib.pxf_job_resume(self._store, _named(kind))

    def history(self, id: str) -> List[Dict[str, Any]]:
        """A job's attempts: ``started_ms``, ``ended_ms``, ``node``, ``error``."""
        return list(json.loads(text_of(_clib.pxf_job_history(self._store, id))))


def job_kinds() -> Dict[str, str]:
    """The library's own kinds of jobs, each with a sentence that says what such jobs do."""
    kinds: Dict[str, str] = {}
    while True:
        name = _clib.pxf_job_kind_name(len(kinds))
        if name is None:
            return kinds
        kinds[name] = _clib.pxf_job_kind_help(len(kinds)) or ""


def _named(kind: str) -> str:
    if not isinstance(kind, str):
        raise TypeError("a job's kind is a str")
    return kind


#: Runs a job: what it returns becomes the job's result, what it raises ends the attempt.
Run = Callable[[Job], Any]
RunT = TypeVar("RunT", bound=Run)


def _status_of(error: BaseException) -> Status:
    """What an exception means for the next attempt: only one of ours says that there is no use."""
    if isinstance(error, Error):
        return error.status
    if isinstance(error, MemoryError):
        return Status.NO_MEMORY
    return Status.UNAVAILABLE


def _run(function: Run, handle: _clib.Handle) -> Optional[Tuple[int, str, int]]:
    """What the raw layer calls on a worker's thread. The job is over when it returns."""
    job = Job(handle)
    try:
        result = function(job)
        if result is not None:
            job.finish(result)
        return None
    except BaseException as error:
        retry_after_s = error.retry_after_s if isinstance(error, Error) else 0
        words = str(error) if isinstance(error, Error) else f"{type(error).__name__}: {error}"
        message = words.encode("utf-8", "backslashreplace").decode().replace("\0", "")
        return int(_status_of(error)), message, retry_after_s
    finally:
        with job._turn:  # nobody is inside when the handle ends
            _clib.end(handle)


class Worker:
    """Makes variants, deletes and cleans up, and runs the kinds you add. As a context manager it
    runs during the block."""

    def __init__(self, store: _clib.Handle, threads: Optional[int], kinds: Optional[List[str]]) -> None:
        self._handle = _clib.pxf_worker_new(store)
        self._kinds = kinds
        self._functions: List[Callable[[_clib.Handle], Any]] = []
        _clib.keep(self._handle, self._functions)
        if threads is not None:
            self.set_threads(threads)

    def add_kind(self, kind: str, run: Run) -> None:
        """Adds a kind of your own, before it starts: ``run(job)`` on threads of the worker.

        What it returns becomes the job's result. An exception ends the attempt and another one
        follows, later each time, up to the limit; an :class:`Error` goes by its status, so
        ``raise pixelfox.InvalidError(…)`` gives up at once.
        """
        function = partial(_run, run)
        self._functions.append(function)
        _clib.pxf_worker_add_kind(self._handle, kind, function)

    def kind(self, kind: str) -> Callable[[RunT], RunT]:
        """Adds a kind by a decorator: ``@worker.kind("greet")``."""
        def add(run: RunT) -> RunT:
            self.add_kind(kind, run)
            return run
        return add

    def set_threads(self, count: int) -> None:
        """How many threads: 1 to 256, also while it runs."""
        _clib.pxf_worker_set_threads(self._handle, count)

    def _restrict(self) -> None:
        """Kinds may be of one's own, which were added only now."""
        if self._kinds is not None:
            _clib.pxf_worker_set_kinds(self._handle, ",".join(self._kinds))
            self._kinds = None

    def start(self) -> None:
        """Starts its threads."""
        self._restrict()
        _clib.pxf_worker_start(self._handle)

    def stop(self, drain: float = 8) -> None:
        """Takes no more, gives running jobs `drain` seconds, hands the rest back to the queue."""
        _clib.pxf_worker_stop(self._handle, milliseconds(drain))

    def run_one(self, *, cancel: Optional[Cancel] = None) -> bool:
        """Works one job on this thread; False if none was ready."""
        self._restrict()
        return _clib.pxf_worker_run_one(self._handle, token(cancel))

    def reserve(self, lease: float) -> Optional[Job]:
        """Takes one job of the kinds you added for yourself, for `lease` seconds: extend it, finish
        or fail it. One that is dropped goes back to the queue. None if none is ready."""
        self._restrict()
        handle = _clib.pxf_worker_reserve(self._handle, milliseconds(lease))
        return None if handle is None else Job(handle)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is ready or running for its kinds; delayed jobs do not count."""
        return _clib.pxf_worker_is_idle(self._handle)

    def total(self, name: str) -> int:
        """A figure since it started: "done", "failed", "retrying", "delayed", "running"."""
        return _clib.pxf_worker_total(self._handle, name)

    def __enter__(self) -> Worker:
        self.start()
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.stop()
