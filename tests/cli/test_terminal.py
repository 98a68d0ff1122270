# SPDX-License-Identifier: Apache-2.0
"""What is shown on a terminal, and nowhere else."""
import os
import pty
import re
import select
import signal
import time

import pytest

from conftest import noise


class Terminal:
    """A terminal for one run's standard error, or its standard output."""

    def __init__(self):
        self.mine, self.theirs = pty.openpty()
        self.text = ""

    def read(self, seconds):
        """What comes within that time."""
        until = time.monotonic() + seconds
        while select.select([self.mine], [], [], max(0, until - time.monotonic()))[0]:
            try:
                data = os.read(self.mine, 65536)
            except OSError:
                break
            if not data:
                break
            self.text += data.decode()
        return self.text

    def close(self):
        os.close(self.theirs)
        self.read(0.2)
        os.close(self.mine)
        return self.text


def shown(cli, *words, env=None):
    """Standard error of a run on a terminal."""
    terminal = Terminal()
    running = cli.start(*words, env={"TERM": "xterm", **(env or {})}, stderr=terminal.theirs)
    while running.poll() is None:
        terminal.read(0.05)
    running.communicate()
    assert running.returncode == 0
    return terminal.close()


@pytest.fixture
def busy(cli, pictures):
    cli.put(*[pictures / f"photo{i}.jpg" for i in range(6)])
    return cli


def test_a_bar_with_rate_is_shown_on_a_terminal_and_removed(cli, tmp_path):
    for seed in range(3):  # each takes longer than the bar needs to be drawn anew
        noise(1600, 1200, seed).save(tmp_path / f"{seed}.png")
        cli.put(f"{seed}.png")
    text = shown(cli, "work", "--until-idle", "--threads", "1")
    assert re.search(r"jobs \[[#.]{30}\] \d+/\d+  \d+\.\d/s", text)
    assert re.search(r"\d s left", text)
    assert text.endswith("\r\x1b[K")


def test_put_shows_a_bar_too(cli, many):
    assert re.search(r"put \[[#.]{30}\] \d+/200", shown(cli, "put", "-j1", many))


def test_results_on_the_same_terminal_begin_their_own_lines(cli, many):
    terminal = Terminal()
    running = cli.start("put", "-j1", many, env={"TERM": "xterm"}, stderr=terminal.theirs,
                        stdout=terminal.theirs)
    while running.poll() is None:
        terminal.read(0.05)
    text = terminal.close()
    lines = re.findall(r"(?:\A|\n|\r\x1b\[K)([0-9a-f-]{36})  ", text)
    assert len(set(lines)) == 200
    assert "put [" in text


@pytest.mark.parametrize("words, env", [
    (["--no-progress"], {}), (["--quiet"], {}), ([], {"TERM": "dumb"}),
])
def test_a_bar_can_be_left_out(busy, words, env):
    assert "[" not in shown(busy, *words, "work", "--until-idle", env=env)


def test_nothing_has_a_colour(busy):
    text = shown(busy, "work", "--until-idle", env={"NO_COLOR": "1"})
    assert "\x1b[K" in text
    assert not re.search(r"\x1b\[[0-9;]*m", text)


def test_no_bar_is_shown_where_no_terminal_is(busy):
    assert busy("work", "--until-idle").err == ""


def test_top_shows_again_and_again_until_a_signal(busy):
    terminal = Terminal()
    running = busy.start("jobs", "top", env={"TERM": "xterm"}, stdout=terminal.theirs)
    until = time.monotonic() + 20
    while terminal.read(0.1).count("image_processing") < 2 and time.monotonic() < until:
        pass
    running.send_signal(signal.SIGINT)
    assert running.wait(20) == 130
    running.communicate()
    assert terminal.close().count("\x1b[H\x1b[J") >= 2
