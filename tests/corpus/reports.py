# SPDX-License-Identifier: Apache-2.0
"""Pictures that people reported trouble with and that no other test reads, as bytes by file name."""
import io
import pathlib
import struct
import sys
import zlib

from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / 'support'))
import pictures as support  # noqa: E402

made = {}


def report(name):
    def add(make):
        made[name] = make
        return make
    return add


def png_claiming(side):
    """A small file whose header names a picture of terabytes."""
    header = struct.pack('>IIBBBBB', side, side, 8, 2, 0, 0, 0)
    return (b'\x89PNG\r\n\x1a\n' + support.chunk(b'IHDR', header) +
            support.chunk(b'IDAT', zlib.compress(bytes(40000000), 9)[:40000]) + support.chunk(b'IEND', b''))


report('claims_225000.png')(lambda: png_claiming(225000))
report('claims_787402.png')(lambda: png_claiming(787402))


# Names that lie.


report('heic_named.jpg')(lambda: support.heif(support.png(support.quadrants(240, 160)), '.png', '-q', '91'))
report('jpeg_named.heic')(lambda: support.jpeg(support.quadrants(240, 160), quality=91))
report('webp_named.png')(lambda: support.saved(support.quadrants(240, 160), 'WEBP', quality=91))
report('png_named.webp')(lambda: support.png(support.quadrants(240, 161)))


# What a camera says.

def with_tags(*options, size=(120, 80)):
    return support.tagged(support.jpeg(support.quadrants(*size)), '.jpg', *options)


report('date_zero.jpg')(lambda: with_tags('-DateTimeOriginal=0000:00:00 00:00:00', '-n'))
report('date_blank.jpg')(lambda: with_tags('-DateTimeOriginal=    :  :     :  :  ', '-n', size=(120, 81)))
report('gps_1970.jpg')(lambda: with_tags('-GPSDateStamp=1970:01:01', '-GPSTimeStamp=00:00:00',
                                         '-DateTimeOriginal=2024:02:23 16:09:35', size=(120, 82)))
report('long_model.jpg')(lambda: with_tags('-Model=' + 'M' * 5000, size=(120, 83)))


@report('broken_text.jpg')
def broken_text():
    """Latin-1 in Make, the middle of a character in Model, nothing of any alphabet in Copyright."""
    tags = Image.Exif()
    tags[0x010f], tags[0x0110], tags[0x8298] = 'M_ller', 'Fox _', 'C____'
    data = support.jpeg(support.quadrants(120, 84), exif=tags.tobytes())
    for old, new in ((b'M_ller', b'M\xfcller'), (b'Fox _', b'Fox \xe2'), (b'C____', b'C\xff\xfe\x80\xc0')):
        assert data.count(old) == 1
        data = data.replace(old, new)
    return data


# What is no picture.

report('vector.svg')(lambda: b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" '
                             b'height="9"/></svg>')
report('vector.png')(lambda: b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
                             b'<image href="http://127.0.0.1:9/x.png"/></svg>')
report('page.jpg')(lambda: b'<!DOCTYPE html><html><script>alert(1)</script></html>')
report('script.gif')(lambda: b'push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 0,0 "http://127.0.0.1:9/x"\n'
                             b'pop graphic-context\n')
report('paper.png')(lambda: b'%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n')
report('postscript.jpg')(lambda: b'%!PS-Adobe-3.0 EPSF-3.0\nshowpage\n')
report('one_byte.jpg')(lambda: b'\xff')
report('mark_only.jpg')(lambda: b'\xff\xd8\xff')
report('mark_only.gif')(lambda: b'GIF89a')


# TIFF as scanners write it.

def ycbcr_tiff():
    """Chroma of half the width and height, uncompressed: four samples of light and two of colour a block."""
    image = support.quadrants(160, 120).convert('YCbCr')
    light, blue, red = image.split()
    blue, red = (plane.resize((80, 60), Image.BOX) for plane in (blue, red))
    body = bytearray()
    for y in range(60):
        for x in range(80):
            body += bytes(light.getpixel((2 * x + dx, 2 * y + dy)) for dy in (0, 1) for dx in (0, 1))
            body += bytes((blue.getpixel((x, y)), red.getpixel((x, y))))
    return support.tiff_of_rows('<', {**support.tiff_tags(160, 120), 262: 6, 530: [2, 2], 278: 120}, [bytes(body)])


report('subsampled.tiff')(ycbcr_tiff)


@report('old_jpeg.tiff')
def old_jpeg():
    """Compression 6 of TIFF 6.0: a whole JPEG that the directory points to."""
    data = support.jpeg(support.quadrants(160, 120))
    tags = {**support.tiff_tags(160, 120), 259: 6, 262: 6, 278: 120, 513: 8, 514: len(data), 530: [2, 2]}
    return support.tiff_of_rows('<', tags, [data])


@report('phone.heic')
def phone():
    """Stored on its side and turned by its container, with an orientation in its EXIF that must not turn it again."""
    upright = support.quadrants(1536, 2048)
    turned = support.with_transform(support.stored_for(upright, 6), b'irot', 3)
    return support.tagged(turned, '.heic', '-n', '-Orientation=6', '-Make=Phone')


def write(folder):
    """All of them; their paths."""
    paths = []
    for name, make in made.items():
        (folder / name).write_bytes(make())
        paths.append(folder / name)
    return paths
