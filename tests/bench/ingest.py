#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""put against copy and fsync, by eight threads, on the disk of the cache: ingest.py BENCH-INGEST.

Beside them the floor: copy and fsync, SHA-256, a sync of the folder, and one bare row with its sync."""
import json
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time

import measure
from measure import CACHE, say

THREADS = 8
MODES = ('put', 'floor', 'copy')
FEW = 100
SETTLE_S = 8
OUT = CACHE / 'ingest' / 'out'
SETS = {'1,000 × 200 KB': (1000, 200_000), '20 × 50 MB': (20, 50_000_000)}


def jpeg(size):
    """A JPEG of noise, about that many bytes."""
    side = int((size / 2.6) ** 0.5)
    noise = b'P6 %d %d 255\n' % (side, side) + random.Random(size).randbytes(side * side * 3)
    return subprocess.run(['cjpeg', '-quality', '97', '-sample', '1x1'], input=noise, check=True,
                          stdout=subprocess.PIPE).stdout


def pictures(name, count, size):
    """Pictures that differ in a comment, so that none is another's duplicate."""
    folder = CACHE / 'ingest' / str(size)
    if not folder.exists():
        say(f'making {name} …')
        data = jpeg(size)
        made = folder.with_suffix('.part')
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        for number in range(count):
            comment = b'number %d' % number
            mark = b'\xff\xfe' + struct.pack('>H', len(comment) + 2) + comment
            (made / f'{number:04}.jpg').write_bytes(data[:2] + mark + data[2:])
        made.rename(folder)
    return sorted(folder.iterdir())


def run(program, mode, paths):
    """Into a new folder each time, from files that are in memory and a disk that is quiet. Many small
    files stay until the end: ext4 makes new ones slowly where others were just removed. Large ones are
    removed, and then some time passes: a virtual machine may give freed memory back to its host within
    seconds, and whoever runs before that finds pages for a third of the price."""
    target = pathlib.Path(tempfile.mkdtemp(dir=OUT)) / mode
    if mode != 'put':
        target.mkdir()
    os.sync()
    answer = json.loads(subprocess.run([program, mode, target, str(THREADS), *paths], check=True,
                                       stdout=subprocess.PIPE).stdout)
    if len(paths) < FEW:
        shutil.rmtree(target.parent)
        time.sleep(SETTLE_S)
    return answer


def main():
    program = sys.argv[1]
    rows = []
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    for name, (count, size) in SETS.items():
        paths = pictures(name, count, size)
        total = sum(path.stat().st_size for path in paths)
        for path in paths:
            path.read_bytes()
        say(name)
        answers = measure.interleaved({mode: lambda mode=mode: run(program, mode, paths)
                                       for mode in MODES})
        put, floor, copy = ([answer['wall_s'] for answer in answers[mode]] for mode in MODES)
        cpu = [measure.median(answer['cpu_s'] for answer in answers[mode]) for mode in MODES]
        rows.append([name, *(measure.spread(walls, '{:.2f}'.format) for walls in (put, floor, copy)),
                     f'{count / measure.median(put):.0f}', f'{total / measure.median(put) / 1e6:.0f}',
                     ' / '.join(f'{seconds:.2f}' for seconds in cpu),
                     *(measure.spread([theirs / ours for ours, theirs in zip(walls, copy)], '{:.2f}'.format)
                       for walls in (put, floor))])
    shutil.rmtree(OUT)
    print(f'put against copy + fsync of the same files, {THREADS} threads ({measure.machine()})\n')
    measure.table(['files', 'put, s', 'floor, s', 'copy + fsync, s', 'puts/s', 'MB/s',
                   'CPU s put / floor / copy', 'throughput of put against copy', 'of the floor'], rows)


main()
