# SPDX-License-Identifier: Apache-2.0
"""What is true of every picture, whatever it is."""
import pytest
from PIL import Image

import carried
import conftest
import gallery as stores

KINDS = {'webp', 'avif'} | {f'thumbnail_{size}_{output}' for size in ('small', 'medium')
                            for output in ('webp', 'avif', 'original')}
REASONS = {'same_format', 'too_large'}
TYPES = {'.webp': 'image/webp', '.avif': 'image/avif', '.jpg': 'image/jpeg', '.png': 'image/png'}
WIDTHS = {'small': 200, 'medium': 500}
SECRETS = (b'Chimaera', b'<script>')

# Refused by put.
REFUSED = {
    'cut.bmp': ('CORRUPT', 'truncated'), 'cut.gif': ('CORRUPT', 'truncated'), 'cut.heic': ('CORRUPT', 'truncated'),
    'cut.png': ('CORRUPT', 'truncated'), 'cut.tiff': ('CORRUPT', 'truncated'),
    'cut_12.png': ('CORRUPT', 'truncated'), 'cut_16.png': ('CORRUPT', 'truncated'),
    'cut_animation.webp': ('CORRUPT', 'truncated'), 'cut_lossless.webp': ('CORRUPT', 'truncated'),
    'cut_still.webp': ('CORRUPT', 'truncated'), 'mark_only.gif': ('CORRUPT', 'truncated'),
    'mark_only.jpg': ('CORRUPT', 'truncated'), 'huge_height.bmp': ('LIMIT', 'too_large'),
    'lottapixel.jpg': ('LIMIT', 'too_many_pixels'), 'claims_225000.png': ('LIMIT', 'too_large'),
    'claims_787402.png': ('LIMIT', 'too_large'), 'subsampled.tiff': ('UNSUPPORTED', 'TIFF with subsampled YCbCr'),
    'old_jpeg.tiff': ('UNSUPPORTED', 'TIFF with old-style JPEG'), 'vector.svg': ('UNSUPPORTED', 'SVG'),
    'vector.png': ('UNSUPPORTED', 'SVG'), 'page.jpg': ('UNSUPPORTED', 'HTML'),
    'script.gif': ('UNSUPPORTED', 'ImageMagick'), 'paper.png': ('UNSUPPORTED', 'PDF'),
    'postscript.jpg': ('UNSUPPORTED', 'PostScript'), 'one_byte.jpg': ('UNSUPPORTED', 'unknown kind'),
}
# Only a decoder finds these.
FAILED = {
    'cut.jpg': ('CORRUPT', 'truncated'), 'cut_progressive.jpg': ('CORRUPT', 'truncated'),
    'scans_missing.jpg': ('CORRUPT', 'truncated'), 'many_scans.jpg': ('CORRUPT', 'corrupt'),
    'bad_crc.png': ('CORRUPT', 'corrupt'),
}
if stores.version_of('libheif') < (1, 16):
    FAILED['two_references.avif'] = ('UNSUPPORTED', 'unsupported')

EVERY = conftest.every_name()
ACCEPTED = [name for name in EVERY if name not in REFUSED and name not in FAILED]


def shown(gallery, name):
    assert 'error' not in gallery.put[name], gallery.put[name]
    found = gallery.show(name)
    assert found['state'] == 'ready', found
    return found


def test_no_picture_is_anothers_duplicate(gallery):
    assert set(gallery.put) == set(EVERY)
    assert [name for name, line in gallery.put.items() if line.get('duplicate')] == []


@pytest.mark.parametrize('name', REFUSED)
def test_a_refused_picture_is_told_why(gallery, name):
    error = gallery.put[name]['error']
    status, words = REFUSED[name]
    assert error['status'] == status
    assert words in error['message']


@pytest.mark.parametrize('name', FAILED)
def test_a_failed_picture_is_told_why_and_has_no_variant(gallery, name):
    found = gallery.show(name)
    assert found['state'] == 'failed'
    assert (found['failure']['status'], found['failure']['rule']) == FAILED[name]
    assert gallery.variants(name) == {}


def test_what_was_refused_left_no_row_no_file_and_no_process(gallery, ready):
    rows = gallery.run('list', '--limit', 1000)
    assert len(rows) == len(EVERY) - len(REFUSED)
    wanted = [gallery.path(name) for name in gallery.put if name not in REFUSED]
    wanted += [gallery.path(name, kind) for name in ready for kind in gallery.variants(name)]
    assert gallery.files() == sorted(wanted)
    assert stores.children() == []
    assert gallery.run('verify', '--deep')[-1]['summary']['images'] == len(rows)


@pytest.mark.parametrize('name', ACCEPTED)
def test_there_are_eight_variants_or_a_reason_each(gallery, name):
    shown(gallery, name)
    made, skipped = gallery.variants(name), gallery.skipped(name)
    assert set(made) | set(skipped) == KINDS
    assert not set(made) & set(skipped)
    assert set(skipped.values()) <= REASONS


@pytest.mark.parametrize('name', ACCEPTED)
def test_what_is_recorded_is_what_the_files_are(gallery, name):
    found = shown(gallery, name)
    path = gallery.path(name)
    assert (found['bytes'], found['sha256']) == (path.stat().st_size, stores.sha256(path))
    for kind, one in gallery.variants(name).items():
        path = gallery.path(name, kind)
        assert (one['bytes'], one['sha256']) == (path.stat().st_size, stores.sha256(path)), kind
        assert one['type'] == TYPES[path.suffix], kind
        assert (one['width_px'], one['height_px']) == stores.decoded(path).size, kind


def scaled(size, width):
    """The width that is asked for, never more than there is, and at most four times as high."""
    factor = min(1, width / size[0], 4 * width / size[1])
    return tuple(max(1, round(side * factor)) for side in size)


@pytest.mark.parametrize('name', ACCEPTED)
def test_the_sizes_are_those_of_the_picture_as_it_is_shown(gallery, name):
    found = shown(gallery, name)
    size = found['width_px'], found['height_px']
    for kind, one in gallery.variants(name).items():
        got = one['width_px'], one['height_px']
        part = kind.split('_')[1] if '_' in kind else None
        expected = scaled(size, WIDTHS[part]) if part else size
        assert stores.is_near(got, expected, 1 if part else 0), (kind, got, expected)


@pytest.mark.parametrize('name', ACCEPTED)
def test_no_variant_carries_more_than_its_picture(gallery, name):
    shown(gallery, name)
    for kind in gallery.variants(name):
        path = gallery.path(name, kind)
        beside = carried.beside(path)
        assert beside == [] or beside == ['profile'] and '_' not in kind, (kind, beside)
        assert not [secret for secret in SECRETS if secret in path.read_bytes()], kind


def test_another_program_finds_no_tag_in_any_variant(gallery, ready):
    paths = [gallery.path(name, kind) for name in ready for kind in gallery.variants(name)]
    found = carried.tags(paths)
    assert len(found) == len(paths)
    for path, tags in found.items():
        groups = {tag.split(':')[0] for tag in tags if ':' in tag}
        strange = [group for group in groups if group.startswith(('IFD', 'ExifIFD', 'GPS', 'XMP', 'IPTC', 'Photoshop',
                                                                  'Make'))]
        assert strange == [], path
        assert not [tag for tag in tags if 'Comment' in tag or tag.endswith(':Orientation')], path


@pytest.mark.parametrize('name', ACCEPTED)
def test_all_variants_show_the_same_picture(gallery, name):
    """Each beside the medium WebP, over white, in an eighth of its size; of an animation the first frame."""
    shown(gallery, name)
    made = {kind: stores.decoded(gallery.path(name, kind)) for kind in gallery.variants(name)}
    model = made['thumbnail_medium_webp']
    size = tuple(max(1, side // 8) for side in model.size)
    model = stores.over_white(model).resize(size, Image.BOX)
    for kind, image in made.items():
        small = stores.over_white(image).resize(size, Image.BOX)
        off = sum(abs(a - b) for a, b in zip(model.tobytes(), small.tobytes())) / len(model.tobytes())
        assert off < (40 if has_wide_profile(gallery, name) else 8), (kind, off)


def has_wide_profile(gallery, name):
    """A full variant keeps its profile, which this comparison does not apply."""
    return 'webp' in gallery.variants(name) and carried.beside(gallery.path(name, 'webp')) == ['profile']
