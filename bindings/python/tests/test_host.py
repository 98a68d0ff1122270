# SPDX-License-Identifier: Apache-2.0
"""What a host process must not notice: blocked threads, forks, leaks, signals, an untidy end."""
import gc
import io
import os
import random
import signal
import subprocess
import sys
import threading
import time
import weakref

import pixelfox
import pytest
from conftest import make_picture
from PIL import Image


def large_picture():
    grey = Image.effect_noise((4000, 3000), 40)
    out = io.BytesIO()
    Image.merge("RGB", (grey, grey.transpose(Image.FLIP_LEFT_RIGHT), grey)).save(out, "JPEG", quality=92)
    return out.getvalue()


class Ticker:
    """A thread that wants the interpreter each millisecond; its largest gap shows who kept it."""

    def __enter__(self):
        self.gap, self.ticks, self._stop = 0.0, 0, False
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def _run(self):
        last = time.monotonic()
        while not self._stop:
            time.sleep(0.001)
            now = time.monotonic()
            self.gap, self.ticks, last = max(self.gap, now - last), self.ticks + 1, now

    def __exit__(self, *error):
        self._stop = True
        self._thread.join()


def test_other_threads_run_while_a_large_picture_is_put_and_processed(tmp_path):
    data = large_picture()
    with pixelfox.open(tmp_path / "gallery", render_avif_enabled=False) as store:
        with Ticker() as ticker:
            began = time.monotonic()
            image = store.put(data, owner="ada").wait()
            image.read()
            list(store.verify(pixelfox.Verify.DEEP))
            took = time.monotonic() - began
    assert image.state is pixelfox.ImageState.READY
    # A machine that is busy delays a thread too: what must not be is a gap as long as a call.
    assert ticker.gap < took / 4 and ticker.ticks > took * 50


def test_threads_share_a_store(store):
    failures = []

    def work(number):
        try:
            for seed in range(4):
                image = store.put(make_picture(64, 48, number * 10 + seed), owner=f"owner {number}")
                assert image.wait().state is pixelfox.ImageState.READY
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(list(store)) == 24


def in_child(function):
    """Runs a function in a forked child; what it returns is the child's exit code."""
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            signal.alarm(20)
            code = function() or 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_a_handle_from_before_a_fork_answers_and_does_not_hang(store, picture):
    store.start()
    image = store.put(picture, owner="ada").wait()
    upload, listing = store.upload("ada"), store.list()

    def child():
        calls = [lambda: store.put(picture, owner="bob"), lambda: store.find(image.id), image.wait,
                 image.read, lambda: upload.append(b"x"), lambda: next(listing), store.start,
                 lambda: next(store.events()), store.metrics, store.worker]
        for number, call in enumerate(calls):
            try:
                call()
                return number + 1
            except pixelfox.ForkedError:
                pass
        store.close()
        return 0

    assert in_child(child) == 0
    assert store.find(image.id).id == image.id


def test_a_forked_child_opens_a_store_of_its_own(tmp_path, store, picture):
    store.start()
    store.put(picture, owner="ada").wait()

    def child():
        with pixelfox.open(store.path, render_avif_enabled=False) as own:
            image = own.put(make_picture(seed=2), owner="child").wait()
            return 0 if image.state is pixelfox.ImageState.READY else 1

    assert in_child(child) == 0
    assert len(list(store)) == 2


def test_letting_go_in_a_child_leaves_the_parent_s_store_alone(tmp_path, picture):
    store = pixelfox.open(tmp_path / "gallery", render_avif_enabled=False)
    store.start()
    kept = [store.put(picture, owner="ada"), store.upload("ada"), store.list(), store.worker()]

    def child():
        nonlocal store
        kept.clear()
        del store
        gc.collect()
        return 0

    assert in_child(child) == 0
    assert kept[0].wait().state is pixelfox.ImageState.READY
    store.close()


def test_prefork_workers_put_into_one_store(tmp_path):
    path = tmp_path / "gallery"
    pixelfox.open(path).close()
    parent = pixelfox.open(path)  # as an application that is loaded before its workers

    def worker(number):
        def run():
            with pixelfox.open(path, render_avif_enabled=False) as store:
                for seed in range(3):
                    image = store.put(make_picture(64, 48, number * 10 + seed), owner="ada")
                    image.wait()
            return 0
        return run

    pids = []
    for number in range(4):
        pid = os.fork()
        if pid == 0:
            code = 99
            try:
                signal.alarm(60)
                code = worker(number)()
            finally:
                os._exit(code)
        pids.append(pid)
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids] == [0] * 4
    assert len(list(parent.list(state=pixelfox.ImageState.READY))) == 12
    parent.close()


def rss_kb():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def test_memory_and_descriptors_stay_flat_over_thousands_of_calls(store, picture):
    image = store.put(picture, owner="ada").wait()

    def round():
        for _ in range(100):
            found = store.find(image.id)
            for variant in found.variants:
                if not variant.skip_reason:
                    variant.read()
            found.read()
            for wrong in (lambda: store.find("no id"), lambda: store.put(b"text", owner="ada"),
                          lambda: store.put(memoryview(picture)[::2], owner="ada")):
                with pytest.raises((pixelfox.Error, BufferError)):
                    wrong()
            list(store)
            list(store.events(timeout=0))
            with store.upload("ada") as upload:
                upload.append(picture)
            pixelfox.Cancel()

    round()
    gc.collect()
    before = rss_kb(), len(os.listdir("/proc/self/fd"))
    for _ in range(10):
        round()
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) == before[1]
    assert rss_kb() - before[0] < 8 << 10


def test_opening_and_closing_leaks_no_descriptor_and_no_thread(tmp_path):
    def round():
        with pixelfox.open(tmp_path / "gallery", log=print) as store:
            store.start()
            store.metrics()

    round()
    gc.collect()
    before = len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task"))
    for _ in range(20):
        round()
    gc.collect()
    assert (len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task"))) == before


def run_python(code, *args, **more):
    return subprocess.run([sys.executable, "-c", code, *map(str, args)], capture_output=True, text=True,
                          timeout=60, **more)


def test_an_interpreter_ends_with_jobs_and_loops_under_way(tmp_path):
    picture = tmp_path / "photo.jpg"
    picture.write_bytes(make_picture(1200, 900))
    code = """
import sys, threading, pixelfox
store = pixelfox.open(sys.argv[1], log=lambda level, text: None)
store.start()
worker = store.worker(kinds=["slow"])
worker.add_kind("slow", lambda job: __import__("time").sleep(0.2))
worker.start()
for _ in range(5):
    store.jobs.put("slow")
for number in range(4):
    store.put(sys.argv[2], owner=str(number))
threading.Thread(target=lambda: list(store.events()), daemon=True).start()
print("end")
"""
    ended = run_python(code, tmp_path / "gallery", picture)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "end\n", "")


def test_ctrl_c_ends_a_wait(tmp_path):
    code = """
import os, sys, signal, threading, time, pixelfox
store = pixelfox.open(sys.argv[1])
image = store.put(sys.argv[2], owner="ada")
store.jobs.pause("image_processing")
threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
began = time.monotonic()
try:
    image.wait()
except KeyboardInterrupt:
    print("interrupted", time.monotonic() - began < 5)
"""
    picture = tmp_path / "photo.jpg"
    picture.write_bytes(make_picture())
    ended = run_python(code, tmp_path / "gallery", picture)
    assert ended.stdout == "interrupted True\n", ended.stderr


@pytest.mark.parametrize("call", ["store.wait()", "list(store.verify())", "list(store.events())"])
def test_ctrl_c_ends_every_call_that_waits_or_lasts(tmp_path, call):
    code = f"""
import os, signal, sys, threading, pixelfox
store = pixelfox.open(sys.argv[1])
def interrupt():
    os.kill(os.getpid(), signal.SIGINT)
threading.Timer(0.3, interrupt).start()
try:
    while True:
        {call}
except KeyboardInterrupt:
    print("interrupted")
"""
    ended = run_python(code, tmp_path / "gallery")
    assert ended.stdout == "interrupted\n", ended.stderr


def test_objects_can_be_held_weakly_and_in_circles(store, picture):
    image = store.put(picture, owner="ada").wait()
    variant = image.variants[0]
    image_ref, variant_ref = weakref.ref(image), weakref.ref(variant)
    circle = [image, variant]
    circle.append(circle)
    del image, variant, circle
    gc.collect()
    assert image_ref() is None and variant_ref() is None


def test_nothing_is_printed_and_no_signal_handler_changes(tmp_path, picture, capfd):
    handlers = {number: signal.getsignal(number) for number in signal.valid_signals()}
    with pixelfox.open(tmp_path / "gallery") as store:
        store.put(picture, owner="ada").wait()
        with pytest.raises(pixelfox.Error):
            store.put(b"GIF89a", owner="ada")
    assert {number: signal.getsignal(number) for number in handlers} == handlers
    assert capfd.readouterr() == ("", "")


def test_random_bytes_give_one_of_our_errors(store):
    rng = random.Random(7)
    for _ in range(200):
        data = bytearray(make_picture(64, 48, rng.randrange(99))[:rng.randrange(4, 900)])
        for _ in range(rng.randrange(1, 20)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        try:
            store.put(data, owner="ada")
        except pixelfox.Error:
            pass
