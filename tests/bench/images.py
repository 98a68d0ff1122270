#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The eight variants of photographs by this library and by others: images.py BENCH-IMAGES.

PICTURES: how many of the photographs (all). What takes ten times as long as the others is measured in
the first round only, and sharp's defaults not at all above 5 megapixels.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys

import measure
from measure import CACHE, Run, say

MATE = 'mate-backgrounds/usr/share/backgrounds/mate/nature/%s.jpg'
PLASMA = 'plasma-workspace-wallpapers/usr/share/wallpapers/%s/contents/images/2560x1600.jpg'
PHOTOGRAPHS = [MATE % name for name in ('FreshFlower', 'Dune', 'RainDrops', 'Storm', 'TwoWings', 'Garden', 'LadyBird',
                                        'Wood')] + [PLASMA % name for name in ('FallenLeaf', 'ColorfulCups')]
# No package has a photograph of a camera's full size: several are put together.
MOSAICS = {'mosaic-12mp': [MATE % 'Garden', PLASMA % 'FallenLeaf', MATE % 'TwoWings'],
           'mosaic-24mp': [MATE % 'Garden', PLASMA % 'FallenLeaf', MATE % 'TwoWings', PLASMA % 'OneStandsOut',
                           MATE % 'LadyBird', PLASMA % 'ColorfulCups']}
SLOW_MP = 5
CROP_PX = 1200
OURS = 'pixelfox'


def tool(*words, **options):
    return subprocess.run([str(word) for word in words], check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, **options).stdout


def size_of(path):
    out = tool('ffprobe', '-v', 'error', '-select_streams', 'v', '-show_entries', 'stream=width,height',
               '-of', 'csv=p=0', path).decode().strip().rstrip(',')
    return tuple(map(int, out.split('\n')[0].split(',')[:2]))


def mosaic(name, parts):
    path = CACHE / f'{name}.jpg'
    if not path.exists():
        say(f'making {name} …')
        columns = len(parts) // 3
        places = [f'{"0" if i % columns == 0 else "w0"}_{"+".join(["h0"] * (i // columns)) or "0"}'
                  for i in range(len(parts))]
        inputs = [word for part in parts for word in ('-i', CACHE / 'debs' / part)]
        tool('ffmpeg', '-y', *inputs, '-filter_complex', f'xstack=inputs={len(parts)}:layout={"|".join(places)}',
             '-pix_fmt', 'yuvj420p', '-q:v', '2', path)
    return path


def photographs():
    found = [CACHE / 'debs' / name for name in PHOTOGRAPHS] + [mosaic(*item) for item in MOSAICS.items()]
    return found[:int(os.environ.get('PICTURES', len(found)))]


def title(path):
    return path.parts[-4] if path.stem == '2560x1600' else path.stem


class Contender:
    def __init__(self, command, slow=False):
        self.command, self.slow = command, slow

    def run(self, name, picture):
        folder = CACHE / 'out' / title(picture) / name.replace(' ', '-')
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        done = Run([*self.command, picture, folder])
        done.inner_s = json.loads(done.output)['wall_s']
        done.folder = folder
        return done


def contenders(program):
    node = ['node', pathlib.Path(__file__).with_name('sharp.js')]
    return {OURS: Contender([program, 'render', 'balanced']),
            'pixelfox fast': Contender([program, 'render', 'fast']),
            'pixelfox store': Contender([program, 'store', 'balanced']),
            'sharp fastest': Contender([*node, 'fastest']),
            'sharp default': Contender([*node, 'default'], slow=True),
            'original': Contender([CACHE / 'bin' / 'original'])}


# Quality: the central part, against the same part of the original.

def cropped(path, target, size):
    """The same place whatever a contender padded."""
    sides = [min(side, CROP_PX) for side in size]
    corner = [(side - part) // 2 for side, part in zip(size, sides)]
    tool('ffmpeg', '-y', '-i', path, '-vf', f'crop={sides[0]}:{sides[1]}:{corner[0]}:{corner[1]}:exact=1',
         '-pix_fmt', 'rgb24', target)
    return target


def decoded(path):
    target = path.with_suffix('.png')
    if path.suffix == '.avif':
        tool('heif-convert', path, target)
    else:
        tool('dwebp', path, '-o', target)
    return target


def distance(picture, variant):
    """Butteraugli's 3-norm; less is better."""
    folder = variant.parent
    size = size_of(picture)
    one = cropped(picture, folder / 'original.png', size)
    other = cropped(decoded(variant), folder / 'variant.png', size)
    out = tool('butteraugli_main', one, other, '--pnorm', '3').decode()
    return float(next(line.split(':')[1] for line in out.splitlines() if '-norm' in line))


def bytes_of(folder):
    return sum(path.stat().st_size for path in folder.iterdir() if path.suffix in ('.webp', '.avif', '.jpeg', '.jpg'))


def measured(path, all_contenders):
    width, height = size_of(path)
    megapixels = width * height / 1e6
    chosen = {name: one for name, one in all_contenders.items() if not one.slow or megapixels <= SLOW_MP}
    seldom = {name for name, one in chosen.items() if one.slow or (name == 'original' and megapixels > SLOW_MP)}
    say(f'{title(path)} {width}×{height}')
    answers = measure.interleaved({name: lambda name=name, one=one: one.run(name, path)
                                   for name, one in chosen.items()}, seldom)
    rows = {}
    for name, runs in answers.items():
        row = {'wall': [run.inner_s for run in runs], 'cpu': measure.median(run.cpu_s for run in runs),
               'peak': measure.median(run.peak_bytes for run in runs)}
        if name != 'pixelfox store':
            folder = runs[-1].folder
            row |= {'avif': (folder / 'avif.avif').stat().st_size, 'webp': (folder / 'webp.webp').stat().st_size,
                    'all': bytes_of(folder), 'avif_ba': distance(path, folder / 'avif.avif'),
                    'webp_ba': distance(path, folder / 'webp.webp')}
        rows[name] = row
    return megapixels, rows


def print_picture(path, megapixels, rows):
    print(f'**{title(path)}**, {megapixels:.1f} MP\n')
    lines = []
    for name, row in rows.items():
        ratio = measure.median(theirs / ours for theirs, ours in zip(row['wall'], rows[OURS]['wall']))
        lines.append([name, measure.spread(row['wall'], '{:.2f}'.format), f'{ratio:.2f}', f'{row["cpu"]:.2f}',
                      f'{row["peak"] / 1e6:.0f}'] +
                     ([f'{row["all"] / 1e3:.0f}', f'{row["avif"] / 1e3:.1f} / {row["avif_ba"]:.2f}',
                       f'{row["webp"] / 1e3:.1f} / {row["webp_ba"]:.2f}'] if 'all' in row else ['', '', '']))
    measure.table(['who', 'wall, s', 'wall ÷ ours', 'CPU, s', 'peak, MB', 'all eight, KB', 'AVIF KB / distance',
                   'WebP KB / distance'], lines)


def print_summary(results):
    names = list(dict.fromkeys(name for _, rows in results for name in rows))
    lines = []
    for name in names:
        both = [(rows[name], rows[OURS]) for _, rows in results if name in rows]

        def ratios(field, both=both):
            return [theirs[field] / ours[field] for theirs, ours in both if field in theirs]
        wall = [measure.median(a / b for a, b in zip(theirs['wall'], ours['wall'])) for theirs, ours in both]
        pretty = [measure.spread(numbers, '{:.2f}'.format) if numbers else ''
                  for numbers in (wall, ratios('cpu'), ratios('peak'), ratios('avif'), ratios('avif_ba'))]
        lines.append([name, len(both), *pretty])
    print('## All pictures: how many times ours, median [range]\n')
    measure.table(['who', 'pictures', 'wall', 'CPU', 'peak memory', 'AVIF bytes', 'AVIF distance (more is worse)'], lines)


def main():
    print(f'# Eight variants of one photograph ({measure.machine()})\n')
    results = []
    for path in photographs():
        result = measured(path, contenders(sys.argv[1]))
        results.append(result)
        print_picture(path, *result)
    print_summary(results)


main()
