# SPDX-License-Identifier: Apache-2.0
"""Runs programs and measures their process trees; medians, ratios, tables; the cache of what was fetched."""
import os
import pathlib
import platform
import statistics
import subprocess
import threading
import time

CACHE = pathlib.Path(os.environ.get('XDG_CACHE_HOME') or pathlib.Path.home() / '.cache') / 'libpixelfox-bench'
ROUNDS = int(os.environ.get('ROUNDS', '3'))
TICKS = os.sysconf('SC_CLK_TCK')
PAGE_BYTES = os.sysconf('SC_PAGE_SIZE')


def say(*words):
    import sys
    print(*words, file=sys.stderr, flush=True)


def children_of(pid):
    found = []
    try:
        for task in os.listdir(f'/proc/{pid}/task'):
            with open(f'/proc/{pid}/task/{task}/children') as file:
                found += [int(word) for word in file.read().split()]
    except OSError:
        pass
    return found


def tree_of(pid):
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        todo += children_of(found[-1])
    return found


def resident_bytes(pid):
    try:
        with open(f'/proc/{pid}/statm') as file:
            return int(file.read().split()[1]) * PAGE_BYTES
    except (OSError, IndexError):
        return 0


class Peak(threading.Thread):
    """Looks every 10 ms at the resident memory of a process and of all below it."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.bytes, self.over = pid, 0, threading.Event()

    def run(self):
        while not self.over.wait(0.01):
            self.bytes = max(self.bytes, sum(map(resident_bytes, tree_of(self.pid))))


class Run:
    """What a command took: wall_s, cpu_s (with all that it waited for), peak_bytes, output."""

    def __init__(self, command, **options):
        began = time.monotonic()
        process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, **options)
        peak = Peak(process.pid)
        peak.start()
        self.output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        self.wall_s = time.monotonic() - began
        peak.over.set()
        process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu_s = usage.ru_utime + usage.ru_stime
        self.peak_bytes = max(peak.bytes, usage.ru_maxrss * 1024)
        if process.returncode != 0:
            raise SystemExit(f'{command[0]} ended with {process.returncode}')


def interleaved(runs, seldom=()):
    """Calls each function of a dict once a round, every other round backwards; lists of answers by name.
    Those that are seldom called have their turn in the first round."""
    answers = {name: [] for name in runs}
    for number in range(ROUNDS):
        order = list(runs) if number % 2 == 0 else list(reversed(runs))
        for name in order:
            if number == 0 or name not in seldom:
                answers[name].append(runs[name]())
        say(f'  round {number + 1} of {ROUNDS}')
    return answers


def median(numbers):
    return statistics.median(numbers)


def spread(numbers, form):
    """Median and range."""
    return f'{form(median(numbers))} [{form(min(numbers))}–{form(max(numbers))}]'


def table(heads, rows):
    print('| ' + ' | '.join(heads) + ' |')
    print('|' + '---|' * len(heads))
    for row in rows:
        print('| ' + ' | '.join(map(str, row)) + ' |')
    print(flush=True)


def machine():
    with open('/proc/cpuinfo') as file:
        model = next((line.split(':')[1].strip() for line in file if line.startswith('model name')), '?')
    release = platform.freedesktop_os_release().get('PRETTY_NAME', '?')
    return f'{time.strftime("%Y-%m-%d")}, {release}, {os.cpu_count()} × {model}, {ROUNDS} rounds'
