# SPDX-License-Identifier: Apache-2.0
"""The README's application under gunicorn, with workers that are forked from one that loaded it."""
import http.client
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pixelfox
import pytest
from conftest import make_picture

SOURCE = pathlib.Path(__file__).resolve().parents[1]
README = (SOURCE / "README.md").read_text()
APP, = [code for code in re.findall(r"```python\n(.*?)```", README, re.S) if code.startswith("# app.py")]


class Connection(http.client.HTTPConnection):
    """HTTP over a socket of the file system, which needs no free port."""

    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self._path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


@pytest.fixture
def server(tmp_path):
    with pixelfox.open(tmp_path / "gallery") as store:
        store.settings["render.avif_enabled"] = False
    (tmp_path / "app.py").write_text(APP)
    log = open(tmp_path / "log", "wb")
    process = subprocess.Popen([sys.executable, "-m", "gunicorn", "--preload", "--workers", "3", "--bind", "unix:s",
                                "--graceful-timeout", "60", "--timeout", "60", "app:app"], cwd=tmp_path,
                               stdout=log, stderr=subprocess.STDOUT)
    until = time.monotonic() + 60
    while not (tmp_path / "s").exists() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    yield process, tmp_path
    process.terminate()
    try:
        process.wait(60)
    finally:
        process.kill()
        log.close()


def ask(folder, method, path, body=None):
    connection = Connection(folder / "s")
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def children(pid):
    return set(pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def test_what_prefork_workers_acknowledge_is_there_also_over_a_graceful_reload(server):
    process, folder = server
    first = children(process.pid)
    pictures = [make_picture(64, 48, seed) for seed in range(50)]

    def put(number):
        if number == 20:
            process.send_signal(signal.SIGHUP)
        return ask(folder, "POST", "/", pictures[number])

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(put, range(50)))
    log = (folder / "log").read_text()
    assert [status for status, _ in answers] == [201] * 50, log
    ids = [body.decode() for _, body in answers]
    assert len(set(ids)) == 50
    with ThreadPoolExecutor(10) as pool:
        got = list(pool.map(lambda id: ask(folder, "GET", "/" + id), ids))
    assert got == [(200, picture) for picture in pictures]
    assert ask(folder, "GET", "/none")[0] == 400
    assert ask(folder, "POST", "/", b"hello")[0] == 415
    until = time.monotonic() + 60
    while first & children(process.pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not first & children(process.pid), "the reload did not change the workers"

    with pixelfox.open(folder / "gallery") as store:
        until = time.monotonic() + 120
        while len(list(store.list(state=pixelfox.ImageState.READY))) < 50 and time.monotonic() < until:
            time.sleep(0.1)
        assert {image.id for image in store.list(state=pixelfox.ImageState.READY)} == set(ids)
    process.terminate()
    assert process.wait(60) == 0
    assert "Traceback" not in (folder / "log").read_text()
    with pixelfox.open(folder / "gallery") as store:
        assert list(store.verify(pixelfox.Verify.DEEP)) == []
