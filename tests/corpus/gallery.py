# SPDX-License-Identifier: Apache-2.0
"""A store that the command line fills, and its files as other programs see them."""
import ctypes
import functools
import hashlib
import json
import os
import pathlib
import subprocess
import tempfile

from PIL import Image

PROGRAM = os.environ['PIXELFOX']
PICTURES = pathlib.Path(os.environ['PICTURES'])
TIMEOUT_S = 400
PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans():
    """What a program leaves running becomes a child of these tests."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children():
    found = []
    for task in os.listdir('/proc/self/task'):
        found += pathlib.Path('/proc/self/task', task, 'children').read_text().split()
    return found


def pixelfox(*words, code=0):
    """The objects that it prints."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith('PIXELFOX')}
    done = subprocess.run([PROGRAM, '--json', *map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=TIMEOUT_S, env={**kept, 'LC_ALL': 'C.UTF-8'})
    assert code is None or done.returncode == code, f'{words}: {done.returncode}\n{done.stderr.decode()}'
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


@functools.lru_cache(maxsize=None)
def version_of(library):
    """The release that the helper decodes with: (1, 15, 1)."""
    words = subprocess.run([PROGRAM, '--version'], stdout=subprocess.PIPE, timeout=TIMEOUT_S,
                           check=True).stdout.decode().split()
    return tuple(int(part) for part in words[words.index(library) + 1].split('.'))


class Gallery:
    """Pictures by the names of their files, put and worked."""

    def __init__(self, folder, paths, *settings):
        self.store = folder / 'store'
        self.settings = [word for setting in settings for word in ('--set', setting)]
        pixelfox('init', self.store)
        self.put = {pathlib.Path(line['path']).name: line
                    for line in self.run('put', '--owner', 'corpus', *paths, code=None)}
        self.summary = self.run('work', '--until-idle', code=None)[-1]['summary']
        self.pool = self.store / 'pool'

    def run(self, *words, code=0):
        return pixelfox('--store', self.store, *self.settings, *words, code=code)

    @functools.lru_cache(maxsize=None)
    def show(self, name):
        return self.run('show', self.put[name]['id'])[0]

    def variants(self, name):
        """By kind, those that were made."""
        return {one['kind']: one for one in self.show(name)['variants'] if one.get('key')}

    def skipped(self, name):
        return {one['kind']: one['skip_reason'] for one in self.show(name)['variants'] if not one.get('key')}

    def path(self, name, kind=None):
        return self.pool / (self.variants(name)[kind]['key'] if kind else self.show(name)['key'])

    def files(self):
        return sorted(path for path in self.pool.rglob('*')
                      if path.is_file() and path.name != '.pixelfox-pool')


@functools.lru_cache(maxsize=None)
def decoded(path):
    """A file's first frame by a decoder that the library does not use to write it."""
    if path.suffix == '.avif':
        with tempfile.TemporaryDirectory() as folder:
            target = pathlib.Path(folder, 'decoded.png')
            subprocess.run(['avifdec', '--jobs', '1', path, target], check=True, stdout=subprocess.DEVNULL,
                           timeout=TIMEOUT_S)
            return as_pixels(Image.open(target))
    return as_pixels(Image.open(path))


def as_pixels(image):
    image.load()
    if image.mode == 'I':
        image = image.point(lambda value: value / 256)
    return image.convert('RGBA')


def over_white(image):
    below = Image.new('RGBA', image.size, (255, 255, 255, 255))
    return Image.alpha_composite(below, image).convert('RGB')


def colour(image, x, y):
    """At a place from 0 to 1."""
    return image.getpixel((int(x * image.width), int(y * image.height)))


def is_near(one, other, tolerance):
    return all(abs(a - b) <= tolerance for a, b in zip(one, other))


def frames(path):
    """Of an animation: milliseconds of each frame, and how often all are played (0: for ever)."""
    image = Image.open(path)
    durations = []
    for number in range(getattr(image, 'n_frames', 1)):
        image.seek(number)
        image.load()
        durations.append(image.info.get('duration', 0))
    return durations, image.info.get('loop')


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()
