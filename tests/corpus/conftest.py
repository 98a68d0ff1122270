# SPDX-License-Identifier: Apache-2.0
"""Every picture of tests/support/pictures.py and of reports.py goes once through the whole command line."""
import concurrent.futures
import os
import pathlib
import tempfile

import pytest

import gallery as stores
import reports

CUT = ('cut.gif', 'cut.jpg', 'cut.png', 'cut_12.png', 'cut_16.png', 'cut_progressive.jpg')


def every_name():
    return sorted(os.listdir(stores.PICTURES)) + sorted(reports.made)


@pytest.fixture(scope='session')
def folder():
    stores.adopt_orphans()
    with tempfile.TemporaryDirectory(prefix='pixelfox-corpus-') as path:
        yield pathlib.Path(path)


@pytest.fixture(scope='session')
def reported(folder):
    """The pictures of reports.py."""
    made = folder / 'reports'
    made.mkdir()
    return reports.write(made)


@pytest.fixture(scope='session')
def gallery(folder, reported):
    """All of them, put and worked."""
    home = folder / 'strict'
    home.mkdir()
    return stores.Gallery(home, [stores.PICTURES, *reported])


@pytest.fixture(scope='session')
def lenient(folder):
    """Pictures that end too early, where that is allowed."""
    home = folder / 'lenient'
    home.mkdir()
    return stores.Gallery(home, [stores.PICTURES / name for name in CUT], 'ingest.truncated=keep')


@pytest.fixture(scope='session')
def ready(gallery):
    """The names of all pictures that have variants, decoded by several threads ahead of the tests."""
    names = [name for name, line in gallery.put.items()
             if 'error' not in line and gallery.show(name)['state'] == 'ready']
    paths = [gallery.pool / one['key'] for name in names for one in gallery.variants(name).values()]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(stores.decoded, paths))
    return names
