# SPDX-License-Identifier: Apache-2.0
"""What a file carries beside its picture, read from its own structure."""
import json
import struct
import subprocess


def jpeg_segments(data):
    """The marker and the beginning of each segment before the picture."""
    at = 2
    while data[at] == 0xff and data[at + 1] != 0xda:
        size = struct.unpack('>H', data[at + 2:at + 4])[0]
        yield data[at + 1], data[at + 4:at + 16]
        at += 2 + size


def png_chunks(data):
    at = 8
    while at < len(data):
        size, kind = struct.unpack('>I4s', data[at:at + 8])
        yield kind
        at += 12 + size
    assert at == len(data)


def webp_chunks(data):
    at = 12
    while at < len(data):
        kind, size = struct.unpack('<4sI', data[at:at + 8])
        yield kind
        at += 8 + size + size % 2


def beside_jpeg(data):
    for marker, head in jpeg_segments(data):
        if marker == 0xe0 and head.startswith(b'JFIF'):
            continue
        if marker == 0xe2 and head.startswith(b'ICC_PROFILE'):
            yield 'profile'
        elif marker == 0xfe or 0xe0 <= marker <= 0xef and not (marker == 0xee and head.startswith(b'Adobe')):
            yield f'marker {marker:x}'


def beside_png(data):
    for kind in png_chunks(data):
        if kind == b'iCCP':
            yield 'profile'
        elif kind in (b'eXIf', b'tEXt', b'zTXt', b'iTXt', b'tIME'):
            yield kind.decode()


def beside_webp(data):
    for kind in webp_chunks(data):
        if kind == b'ICCP':
            yield 'profile'
        elif kind not in (b'VP8 ', b'VP8L', b'VP8X', b'ALPH', b'ANIM', b'ANMF'):
            yield kind.decode('latin-1')


def beside_avif(data):
    head = data[:data.index(b'mdat')]
    if b'colrprof' in head or b'colrrICC' in head:
        yield 'profile'
    for kind in (b'Exif', b'mime', b'uri ', b'XMP'):
        if kind in head:
            yield kind.decode()


BESIDE = {'.jpg': beside_jpeg, '.png': beside_png, '.webp': beside_webp, '.avif': beside_avif}


def beside(path):
    """In words; a colour profile is 'profile'."""
    return sorted(set(BESIDE[path.suffix](path.read_bytes())))


def tags(paths):
    """All that exiftool finds, by path."""
    out = subprocess.run(['exiftool', '-j', '-a', '-G1', '-u', '-charset', 'filename=utf8', '-@', '-'],
                         input='\n'.join(map(str, paths)).encode(), check=True, stdout=subprocess.PIPE).stdout
    return {one['SourceFile']: one for one in json.loads(out)}
