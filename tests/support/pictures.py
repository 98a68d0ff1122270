#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the pictures that tests read into a folder and names them: pictures.py FOLDER [NAME…].

Each picture is one function under its file's name. The bytes are the same on every run; libraries of
other versions give other bytes of the same pictures. Needs Pillow, cjpeg (libjpeg-turbo-progs),
heif-enc (libheif-examples, on Debian 13 with libheif-plugin-aomenc and -x265) and exiftool.
"""

import io
import os
import random
import struct
import subprocess
import sys
import tempfile
import zlib

from PIL import Image, ImageCms, ImageDraw, ImageSequence

RED, GREEN, BLUE, YELLOW = (220, 30, 40), (40, 180, 60), (30, 60, 200), (230, 210, 50)
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
ORIENTATION = 0x0112
SECRET = 'Chimaera'  # in every text that must not reach a variant

pictures = {}


def picture(name):
    def add(make):
        pictures[name] = make
        return make
    return add


# What is on the pictures.

def quadrants(width=600, height=400, mode='RGB'):
    """Red, green, blue and yellow: upper left, upper right, lower left, lower right."""
    image = Image.new('RGB', (width, height))
    draw = ImageDraw.Draw(image)
    x, y = width // 2, height // 2
    draw.rectangle((0, 0, x - 1, y - 1), RED)
    draw.rectangle((x, 0, width, y - 1), GREEN)
    draw.rectangle((0, y, x - 1, height), BLUE)
    draw.rectangle((x, y, width, height), YELLOW)
    return image.convert(mode)


def noise(width, height, seed):
    return Image.frombytes('L', (width, height), random.Random(seed).randbytes(width * height))


def photograph(width=720, height=480):
    """Soft shapes under fine grain, which no encoder takes for a drawing."""
    soft = [noise(9, 6, seed).resize((width, height), Image.BICUBIC) for seed in (1, 2, 3)]
    grain = noise(width, height, 4)
    return Image.merge('RGB', [Image.blend(channel, grain, 0.08) for channel in soft])


def steps(width, height):
    """Black to white in eight steps, left to right."""
    image = Image.new('L', (width, height))
    draw = ImageDraw.Draw(image)
    for i in range(8):
        draw.rectangle((i * width // 8, 0, width, height), i * 255 // 7)
    return image


def disc(width, height, background):
    image = Image.new('RGBA', (width, height), background)
    box = (width // 4, height // 4, width * 3 // 4, height * 3 // 4)
    ImageDraw.Draw(image).ellipse(box, (255, 255, 255, 255))
    return image


def frames(count, width, height):
    """A bar that moves to the right, each frame's colour its own."""
    made = []
    for i in range(count):
        image = Image.new('RGB', (width, height), WHITE)
        x = i * width // count
        colour = (RED, GREEN, BLUE, YELLOW)[i % 4]
        ImageDraw.Draw(image).rectangle((x, 0, x + width // 4, height), colour)
        made.append(image)
    return made


# How they are written.

def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(image, **options):
    return saved(image, 'JPEG', **{'quality': 92, **options})


def png(image, **options):
    return saved(image, 'PNG', **options)


def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def png_of_rows(width, height, depth, colour_type, rows):
    header = struct.pack('>IIBBBBB', width, height, depth, colour_type, 0, 0, 0)
    data = zlib.compress(b''.join(b'\0' + row for row in rows), 6)
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + chunk(b'IDAT', data) +
            chunk(b'IEND', b''))


def exif(orientation):
    tags = Image.Exif()
    tags[ORIENTATION] = orientation
    return tags.tobytes()


def stored_for(image, orientation):
    """The pixels that a viewer who obeys the orientation shows as `image`."""
    undo = {1: None, 2: Image.FLIP_LEFT_RIGHT, 3: Image.ROTATE_180, 4: Image.FLIP_TOP_BOTTOM,
            5: Image.TRANSPOSE, 6: Image.ROTATE_90, 7: Image.TRANSVERSE, 8: Image.ROTATE_270}
    step = undo[orientation]
    return image if step is None else image.transpose(step)


def run(*command, data=None):
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          check=True).stdout


def through_files(data, suffix, result, command):
    """Runs a program that reads one file and writes another."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, 'in' + suffix), os.path.join(folder, 'out' + result)
        with open(source, 'wb') as file:
            file.write(data)
        run(*command(source, target))
        with open(target, 'rb') as file:
            return file.read()


def heif(data, suffix, *options):
    result = '.avif' if '-A' in options else '.heic'
    return through_files(data, suffix, result,
                         lambda source, target: ['heif-enc', *options, '-o', target, source])


def tagged(data, suffix, *options):
    return through_files(data, suffix, suffix,
                         lambda source, target: ['exiftool', '-q', '-m', *options, '-o', target,
                                                 source])


def private(data, suffix, *more):
    """With all that a variant must not carry."""
    return tagged(data, suffix, '-EXIF:Make=' + SECRET, '-EXIF:Model=' + SECRET + ' 1',
                  '-EXIF:Copyright=' + SECRET, '-GPSLatitude=52.516275', '-GPSLatitudeRef=N',
                  '-GPSLongitude=13.37769', '-GPSLongitudeRef=E',
                  '-XMP-dc:Description=' + SECRET, '-XMP-dc:Creator=' + SECRET, *more)


# Profiles.

def icc_tag(kind, data):
    return kind + b'\0\0\0\0' + data


def fixed(number):
    return struct.pack('>i', round(number * 65536))


def icc(primaries, gamma):
    """A matrix profile (ICC.1:2001-04) of three XYZ columns, adapted to D50."""
    name = b'Test\0'
    text = struct.pack('>I', len(name)) + name + bytes(4 + 4 + 2 + 1 + 67)
    curve = icc_tag(b'curv', struct.pack('>IH', 1, round(gamma * 256)))
    tags = [(b'desc', icc_tag(b'desc', text)), (b'cprt', icc_tag(b'text', b'none\0')),
            (b'wtpt', icc_tag(b'XYZ ', fixed(0.9642) + fixed(1) + fixed(0.8249)))]
    for letter, xyz in zip(b'rgb', primaries):
        tags.append((bytes([letter]) + b'XYZ', icc_tag(b'XYZ ', b''.join(map(fixed, xyz)))))
        tags.append((bytes([letter]) + b'TRC', curve))
    table, body, offset = struct.pack('>I', len(tags)), b'', 128 + 4 + 12 * len(tags)
    for key, data in tags:
        table += key + struct.pack('>II', offset + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    size = offset + len(body)
    header = (struct.pack('>I4sI4s4s4s', size, b'\0\0\0\0', 0x02400000, b'mntr', b'RGB ', b'XYZ ') +
              struct.pack('>6H', 2020, 1, 1, 0, 0, 0) + b'acsp' + bytes(28) +
              fixed(0.9642) + fixed(1) + fixed(0.8249) + bytes(48))
    return header + table + body


SRGB_XYZ = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
ADOBE_XYZ = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
P3_XYZ = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))


def gray_icc(gamma):
    curve = icc_tag(b'curv', struct.pack('>IH', 1, round(gamma * 256)))
    white = icc_tag(b'XYZ ', fixed(0.9642) + fixed(1) + fixed(0.8249))
    curve += bytes(-len(curve) % 4)
    offset = 128 + 4 + 24
    table = struct.pack('>I4sII4sII', 2, b'wtpt', offset, len(white), b'kTRC', offset + len(white),
                        len(curve))
    size = offset + len(white) + len(curve)
    header = (struct.pack('>I4sI4s4s4s', size, b'\0\0\0\0', 0x02400000, b'mntr', b'GRAY', b'XYZ ') +
              struct.pack('>6H', 2020, 1, 1, 0, 0, 0) + b'acsp' + bytes(28) +
              fixed(0.9642) + fixed(1) + fixed(0.8249) + bytes(48))
    return header + table + white + curve


# JPEG.

picture('photo.jpg')(lambda: jpeg(photograph()))
picture('photo_444.jpg')(lambda: jpeg(photograph(), subsampling='4:4:4'))
picture('photo_422.jpg')(lambda: jpeg(photograph(), subsampling='4:2:2'))
picture('photo_progressive.jpg')(lambda: jpeg(photograph(), progressive=True))
picture('photo_small.jpg')(lambda: jpeg(photograph(320, 213)))
picture('photo_odd.jpg')(lambda: jpeg(photograph(723, 479)))
picture('photo_large.jpg')(lambda: jpeg(photograph(1800, 1200)))
picture('quadrants.jpg')(lambda: jpeg(quadrants()))
picture('quadrants_odd.jpg')(lambda: jpeg(quadrants(601, 401)))
picture('gray.jpg')(lambda: jpeg(steps(640, 480)))
picture('gray_rgb_profile.jpg')(lambda: jpeg(steps(640, 480), icc_profile=icc(SRGB_XYZ, 2.2)))
picture('gray_profile.jpg')(lambda: jpeg(steps(640, 480), icc_profile=gray_icc(1.0)))
picture('cmyk.jpg')(lambda: jpeg(quadrants(mode='CMYK')))


@picture('photo_440.jpg')
def photo_440():
    return run('cjpeg', '-quality', '92', '-sample', '1x2', data=saved(photograph(), 'PPM'))


@picture('photo_411.jpg')
def photo_411():
    return run('cjpeg', '-quality', '92', '-sample', '4x1', data=saved(photograph(), 'PPM'))


@picture('rgb_transform_0.jpg')
def rgb_transform_0():
    return run('cjpeg', '-rgb', '-quality', '95', data=saved(quadrants(), 'PPM'))


def oriented(number):
    return lambda: jpeg(stored_for(quadrants(), number), exif=exif(number))


def oriented_odd(number):
    return lambda: jpeg(stored_for(quadrants(301, 201), number), exif=exif(number))


for one in range(1, 9):
    picture('orientation_%d.jpg' % one)(oriented(one))
    picture('orientation_%d_odd.jpg' % one)(oriented_odd(one))


@picture('orientation_5_422.jpg')
def orientation_5_422():
    return jpeg(stored_for(quadrants(), 5), exif=exif(5), subsampling='4:2:2')


def disoriented(number):
    return lambda: jpeg(quadrants(), exif=exif(number))


for one in (0, 9, 49, 65535):
    picture('orientation_%d.jpg' % one)(disoriented(one))


# Small enough to be made some hundred times in a test.
picture('small.jpg')(lambda: jpeg(stored_for(quadrants(31, 21), 6), exif=exif(6)))
picture('small_gray.jpg')(lambda: jpeg(steps(40, 30), icc_profile=gray_icc(1.0)))
picture('small_p3.png')(lambda: png(disc(48, 32, (220, 30, 40, 100)), icc_profile=icc(P3_XYZ, 2.2)))
picture('small.webp')(lambda: saved(disc(48, 32, (0, 0, 0, 0)), 'WEBP', lossless=True))


@picture('cut.jpg')
def cut_jpeg():
    data = pictures['photo.jpg']()
    return data[:len(data) * 6 // 10]


@picture('cut_progressive.jpg')
def cut_progressive():
    data = pictures['photo_progressive.jpg']()
    return data[:len(data) * 6 // 10]


@picture('scans_missing.jpg')
def scans_missing():
    """Ends cleanly between two scans."""
    data = pictures['photo_progressive.jpg']()
    starts = [i for i in range(len(data) - 1) if data[i:i + 2] == b'\xff\xda']
    tables = data.rfind(b'\xff\xc4', 0, starts[4])
    return data[:tables]


@picture('many_scans.jpg')
def many_scans():
    """The same scan of a coefficient's last bit a thousand times: little to read, much to do."""
    data = jpeg(Image.new('L', (512, 512), 90), progressive=True)
    last = data.rfind(b'\xff\xda')
    return data[:last] + data[last:-2] * 1000 + data[-2:]


@picture('no_eoi.jpg')
def no_eoi():
    return pictures['photo.jpg']()[:-2]


@picture('lottapixel.jpg')
def lottapixel():
    """A kilobyte that claims 20000 by 20000 pixels, and an end."""
    data = bytearray(jpeg(Image.new('RGB', (16, 16), RED)))
    frame = data.find(b'\xff\xc0')
    data[frame + 5:frame + 9] = struct.pack('>HH', 20000, 20000)
    return bytes(data)


@picture('mpo.jpg')
def mpo():
    out = io.BytesIO()
    quadrants(640, 480).save(out, 'MPO', save_all=True, quality=92,
                             append_images=[Image.new('RGB', (640, 480), BLACK)])
    return out.getvalue()


@picture('private.jpg')
def private_jpeg():
    data = jpeg(quadrants(240, 160), comment=SECRET.encode())
    return private(data, '.jpg', '-IPTC:By-line=' + SECRET, '-Comment=' + SECRET)


@picture('script_comment.jpg')
def script_comment():
    return tagged(jpeg(quadrants()), '.jpg', '-Comment=<script>alert("%s")</script>' % SECRET)


# Colour.

picture('adobe_rgb.jpg')(lambda: jpeg(quadrants(), icc_profile=icc(ADOBE_XYZ, 563 / 256)))
picture('display_p3.png')(lambda: png(quadrants(), icc_profile=icc(P3_XYZ, 2.2)))
picture('display_p3.jpg')(lambda: jpeg(quadrants(), icc_profile=icc(P3_XYZ, 2.2)))
picture('gamma_1.jpg')(lambda: jpeg(quadrants(), icc_profile=icc(SRGB_XYZ, 1.0)))
picture('broken_profile.jpg')(lambda: jpeg(quadrants(), icc_profile=b'no profile at all' * 20))


@picture('srgb_profile.jpg')
def srgb_profile():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile('sRGB')).tobytes()
    # littleCMS writes the time of the day into the header.
    return jpeg(quadrants(), icc_profile=profile[:24] + bytes(12) + profile[36:84] + bytes(16) +
                profile[100:])


# PNG.

picture('photo.png')(lambda: png(photograph(700, 500)))
picture('quadrants.png')(lambda: png(quadrants()))
picture('palette.png')(lambda: png(quadrants().quantize(8)))
picture('bilevel.png')(lambda: png(steps(320, 200).point(lambda v: 255 * (v > 127), mode='1')))
picture('gray_alpha.png')(lambda: png(Image.merge('LA', (steps(320, 200), Image.new(
    'L', (320, 200), 128)))))
picture('disc.png')(lambda: png(disc(400, 400, (0, 0, 0, 0))))
picture('transparent.png')(lambda: png(Image.new('RGBA', (64, 48), (0, 0, 0, 0))))
picture('opaque_rgba.png')(lambda: png(quadrants(601, 401, mode='RGBA')))
picture('half_red.png')(lambda: png(Image.new('RGBA', (320, 200), (255, 0, 0, 128))))

for size in ((1, 1), (2, 38), (10, 10), (15, 17)):
    picture('%dx%d.png' % size)(lambda size=size: png(Image.new('RGB', size, RED)))

picture('tall.png')(lambda: png(Image.new('RGB', (120, 17000), GREEN)))
picture('wide.png')(lambda: png(Image.new('RGB', (16500, 64), BLUE)))


@picture('palette_alpha.png')
def palette_alpha():
    image = Image.new('P', (320, 200), 0)
    image.putpalette([0, 0, 0, 220, 30, 40])
    ImageDraw.Draw(image).rectangle((80, 50, 239, 149), 1)
    return png(image, transparency=0)


@picture('gray_16.png')
def gray_16():
    row = b''.join(struct.pack('>H', i * 65535 // 7) * 40 for i in range(8))
    return png_of_rows(320, 200, 16, 0, [row] * 200)


@picture('quadrants_16.png')
def quadrants_16():
    def half(left, right):
        return b''.join(struct.pack('>3H', *(257 * value for value in colour)) * 300
                        for colour in (left, right))
    return png_of_rows(600, 400, 16, 2, [half(RED, GREEN)] * 200 + [half(BLUE, YELLOW)] * 200)


@picture('hole_16.png')
def hole_16():
    """Red of 16 bits with a hole in the middle."""
    red, gone = struct.pack('>4H', 65535, 0, 0, 65535), struct.pack('>4H', 0, 65535, 0, 0)
    full, holed = red * 601, red * 200 + gone * 201 + red * 200
    return png_of_rows(601, 401, 16, 6, [full] * 130 + [holed] * 141 + [full] * 130)


@picture('apng.png')
def apng():
    made = frames(3, 240, 160)
    return png(made[0], save_all=True, append_images=made[1:], duration=100)


@picture('text.png')
def text():
    """Lines of made-up letters over flat panels, as on a screen; fonts differ between systems."""
    chance = random.Random(5)
    letters = [noise(5, 7, 100 + i).point(lambda v: 255 * (v > 140), mode='1') for i in range(26)]
    image = quadrants(480, 320)
    draw = ImageDraw.Draw(image)
    for y in range(12, 300, 12):
        for x in range(12, 460, 7):
            if chance.random() > 0.15:
                draw.bitmap((x, y), letters[chance.randrange(26)], WHITE if y % 24 else BLACK)
    return png(image)


@picture('red_lines.png')
def red_lines():
    image = Image.new('RGB', (400, 300), WHITE)
    draw = ImageDraw.Draw(image)
    for y in range(20, 290, 40):
        draw.rectangle((20, y, 379, y + 7), (255, 0, 0))
    return png(image)


@picture('cut_12.png')
def cut_12():
    return pictures['photo.png']()[:-12]


@picture('cut_16.png')
def cut_16():
    return pictures['photo.png']()[:-16]


@picture('cut.png')
def cut_png():
    data = pictures['photo.png']()
    return data[:len(data) // 2]


@picture('bad_crc.png')
def bad_crc():
    data = bytearray(pictures['photo.png']())
    data[data.find(b'IDAT') - 4 + struct.unpack('>I', data[data.find(b'IDAT') - 4:data.find(
        b'IDAT')])[0] + 8] ^= 0xff
    return bytes(data)


@picture('orientation_6.png')
def orientation_6_png():
    return png(stored_for(quadrants(), 6), exif=exif(6))


@picture('private.png')
def private_png():
    return private(png(quadrants(240, 160)), '.png', '-PNG:Comment=' + SECRET)


@picture('script_trailer.png')
def script_trailer():
    return png(quadrants()) + b'<script>alert("%s")</script>' % SECRET.encode()


# GIF and WebP.

def gif(images, **options):
    return saved(images[0], 'GIF', save_all=True, append_images=images[1:], **options)


picture('animation_60.gif')(lambda: gif(frames(60, 320, 300), duration=50, loop=0))
picture('delay_1.gif')(lambda: gif(frames(5, 120, 80), duration=10, loop=0))
picture('loop_2.gif')(lambda: gif(frames(4, 120, 80), duration=[80, 200, 40, 500], loop=2))
picture('one_frame.gif')(lambda: gif(frames(1, 240, 160), duration=100, loop=0))
picture('still.webp')(lambda: saved(quadrants(240, 160), 'WEBP', quality=90))
picture('lossless.webp')(lambda: saved(disc(240, 160, (0, 0, 0, 0)), 'WEBP', lossless=True))


@picture('transparent.gif')
def transparent_gif():
    image = Image.new('P', (120, 80), 1)
    image.putpalette([220, 30, 40, 0, 0, 0])
    ImageDraw.Draw(image).rectangle((30, 20, 89, 59), 0)
    return saved(image, 'GIF', transparency=1)


@picture('moving_hole.gif')
def moving_hole():
    """Transparent frames that each clear the one before."""
    made = []
    for i in range(4):
        image = Image.new('P', (120, 80), 1)
        image.putpalette([220, 30, 40, 0, 0, 0])
        ImageDraw.Draw(image).rectangle((i * 30, 20, i * 30 + 29, 59), 0)
        made.append(image)
    return saved(made[0], 'GIF', save_all=True, append_images=made[1:], duration=100, loop=0,
                 transparency=1, disposal=2)


@picture('cut.gif')
def cut_gif():
    data = gif([image.quantize(64) for image in
                (photograph(200, 150).rotate(10 * i) for i in range(5))], duration=100, loop=0)
    return data[:len(data) * 3 // 4]


@picture('script_comment.gif')
def script_comment_gif():
    return gif(frames(1, 240, 160), comment=b'<script>alert("%s")</script>' % SECRET.encode())


@picture('private.gif')
def private_gif():
    return tagged(gif(frames(3, 240, 160), duration=100, loop=0), '.gif', '-Comment=' + SECRET,
                  '-XMP-dc:Description=' + SECRET)


@picture('animation.webp')
def animation_webp():
    made = frames(4, 320, 200)
    return saved(made[0], 'WEBP', save_all=True, append_images=made[1:],
                 duration=[80, 200, 40, 500], loop=3, quality=90)


@picture('cut_animation.webp')
def cut_animation():
    made = [photograph(200, 150).rotate(10 * i) for i in range(5)]
    data = saved(made[0], 'WEBP', save_all=True, append_images=made[1:], duration=100, quality=90)
    return data[:len(data) * 3 // 4]


@picture('cut_still.webp')
def cut_still():
    data = saved(photograph(700, 500), 'WEBP', quality=90)
    return data[:len(data) // 2]


@picture('cut_lossless.webp')
def cut_lossless():
    data = saved(photograph(700, 500), 'WEBP', lossless=True)
    return data[:len(data) // 2]


@picture('orientation_6.webp')
def orientation_6_webp():
    return saved(stored_for(quadrants(), 6), 'WEBP', quality=92, exif=exif(6))


@picture('private.webp')
def private_webp():
    tags = Image.open(io.BytesIO(pictures['private.jpg']())).info['exif']
    xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/">%s</x:xmpmeta>' % SECRET
    return saved(quadrants(240, 160), 'WEBP', quality=92, exif=tags, xmp=xmp.encode())


# HEIF and AVIF.

picture('quadrants.heic')(lambda: heif(png(quadrants()), '.png', '-q', '90'))
picture('quadrants.avif')(lambda: heif(png(quadrants()), '.png', '-A', '-q', '90'))
picture('odd.heic')(lambda: heif(png(quadrants(127, 127)), '.png', '-q', '90'))
picture('ten_bit.heic')(lambda: heif(pictures['quadrants_16.png'](), '.png', '-b', '10', '-q', '90'))
picture('turned.heic')(lambda: with_transform(stored_for(quadrants(), 6), b'irot', 3))
picture('mirrored.heic')(lambda: with_transform(stored_for(quadrants(), 2), b'imir', 1))
picture('disc.avif')(lambda: heif(png(disc(160, 120, (0, 0, 0, 0))), '.png', '-A', '-q', '90'))
picture('display_p3.heic')(lambda: heif(pictures['display_p3.png'](), '.png', '-q', '90'))
picture('private.heic')(lambda: private(heif(png(quadrants(240, 160)), '.png', '-q', '90'), '.heic'))


def with_transform(image, kind, value):
    """The box of bit depths, which a viewer can do without, becomes one that turns the picture."""
    data = heif(png(image), '.png', '-q', '90')
    depths = data.index(b'pixi')
    return data[:depths] + kind + bytes([value]) + bytes(7) + data[depths + 12:]


def moved(iloc, by):
    """An item location box (ISO 14496-12, 8.11.3; version 0 or 1) for data that moved."""
    version, sizes, count = iloc[8], struct.unpack('>H', iloc[12:14])[0], iloc[14:16]
    offset_size, length_size, base_size, at = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, 16
    out = bytearray(iloc)
    for _ in range(struct.unpack('>H', count)[0]):
        at += 4 if version == 0 else 6
        base = int.from_bytes(out[at:at + base_size], 'big')
        if base:
            out[at:at + base_size] = (base + by).to_bytes(base_size, 'big')
        at += base_size
        extents = struct.unpack('>H', out[at:at + 2])[0]
        at += 2
        for _ in range(extents):
            offset = int.from_bytes(out[at:at + offset_size], 'big')
            if not base:
                out[at:at + offset_size] = (offset + by).to_bytes(offset_size, 'big')
            at += offset_size + length_size
    return bytes(out)


@picture('two_references.avif')
def two_references():
    """An auxiliary picture of two others, as a phone's gain map is."""
    data = bytearray(pictures['disc.avif']())
    box = data.index(b'auxl') - 4
    source, count, target = struct.unpack('>HHH', data[box + 8:box + 14])
    assert count == 1
    for kind in (b'auxl', b'iref', b'meta'):
        size = data.index(kind) - 4
        data[size:size + 4] = struct.pack('>I', struct.unpack('>I', data[size:size + 4])[0] + 2)
    data[box + 8:box + 14] = struct.pack('>HHHH', source, 2, target, target)
    places = data.index(b'iloc') - 4
    end = places + struct.unpack('>I', data[places:places + 4])[0]
    data[places:end] = moved(bytes(data[places:end]), 2)
    return bytes(data)


@picture('mif1.heic')
def mif1():
    data = bytearray(pictures['quadrants.heic']())
    data[8:12] = b'mif1'
    return bytes(data)


@picture('cut.heic')
def cut_heic():
    data = heif(png(photograph(320, 200)), '.png', '-q', '90')
    return data[:len(data) * 6 // 10]


# TIFF.

picture('quadrants.tiff')(lambda: saved(quadrants(), 'TIFF', compression='tiff_lzw'))
picture('deflate.tiff')(lambda: saved(quadrants(), 'TIFF', compression='tiff_adobe_deflate'))
picture('jpeg.tiff')(lambda: saved(quadrants(), 'TIFF', compression='jpeg', quality=92))
picture('cmyk.tiff')(lambda: saved(quadrants(mode='CMYK'), 'TIFF'))
picture('lab.tiff')(lambda: saved(lab(), 'TIFF'))
picture('empty_profile.tiff')(lambda: saved(quadrants(), 'TIFF', icc_profile=b'\0'))
picture('bilevel_g4.tiff')(lambda: saved(steps(320, 200).point(
    lambda v: 255 * (v > 127), mode='1'), 'TIFF', compression='group4'))
picture('orientation_6.tiff')(lambda: saved(stored_for(quadrants(), 6), 'TIFF',
                                            tiffinfo={ORIENTATION: 6}))
picture('rgba.tiff')(lambda: saved(disc(160, 120, (0, 0, 0, 0)), 'TIFF'))
picture('private.tiff')(lambda: private(saved(quadrants(240, 160), 'TIFF'), '.tiff'))


def lab():
    """Red and green of medium lightness."""
    image = Image.new('LAB', (160, 120), (128, 128 + 60, 128 + 40))
    ImageDraw.Draw(image).rectangle((80, 0, 159, 119), (128, 128 - 50, 128 + 50))
    return image


@picture('pages.tiff')
def pages():
    return saved(quadrants(), 'TIFF', save_all=True,
                 append_images=[Image.new('RGB', (600, 400), BLACK)])


def tiff_of_rows(order, tags, blocks):
    """Blocks first, then a directory whose entries of one number are (tag, type, count, value)."""
    body, offsets = b'', []
    for block in blocks:
        offsets.append(8 + len(body))
        body += block
    lists, entries, at = b'', b'', 8 + len(body)
    for tag, values in sorted({**tags, TIFF_OFFSETS[322 in tags]: offsets,
                               TIFF_COUNTS[322 in tags]: [len(block) for block in blocks]}.items()):
        values = values if isinstance(values, list) else [values]
        entries += struct.pack(order + 'HHI', tag, 4, len(values))
        if len(values) == 1:
            entries += struct.pack(order + 'I', values[0])
        else:
            entries += struct.pack(order + 'I', at + len(lists))
            lists += b''.join(struct.pack(order + 'I', value) for value in values)
    mark = b'II*\0' if order == '<' else b'MM\0*'
    count = len(entries) // 12
    return (mark + struct.pack(order + 'I', at + len(lists)) + body + lists +
            struct.pack(order + 'H', count) + entries + bytes(4))


TIFF_OFFSETS, TIFF_COUNTS = (273, 324), (279, 325)


def tiff_tags(width, height):
    return {256: width, 257: height, 258: [8, 8, 8], 259: 1, 262: 2, 277: 3}


@picture('big_endian.tiff')
def big_endian():
    return tiff_of_rows('>', {**tiff_tags(600, 400), 278: 400}, [quadrants().tobytes()])


@picture('tiled.tiff')
def tiled():
    """Tiles of 256 by 256, the last ones reaching past the edges."""
    image = Image.new('RGB', (768, 512))
    image.paste(quadrants(), (0, 0))
    tiles = [image.crop((x, y, x + 256, y + 256)).tobytes()
             for y in (0, 256) for x in (0, 256, 512)]
    return tiff_of_rows('<', {**tiff_tags(600, 400), 322: 256, 323: 256}, tiles)


@picture('cut.tiff')
def cut_tiff():
    data = saved(quadrants(), 'TIFF')
    return data[:len(data) // 2]


# BMP.

def bmp(width, height, depth, compression, pixels, palette=b'', masks=b''):
    offset = 14 + 40 + len(masks) + len(palette)
    file = struct.pack('<2sIHHI', b'BM', offset + len(pixels), 0, 0, offset)
    info = struct.pack('<IiiHHIIiiII', 40, width, height, 1, depth, compression, len(pixels), 2835,
                       2835, len(palette) // 4, 0)
    return file + info + masks + palette + pixels


def bmp_rows(image, pack):
    """Rows from the top, each filled to four bytes."""
    made = []
    for y in range(image.height):
        row = b''.join(pack(image.getpixel((x, y))) for x in range(image.width))
        made.append(row + bytes(-len(row) % 4))
    return made


def bgr(colour):
    return bytes(reversed(colour))


def rgb_565(colour):
    red, green, blue = colour
    return struct.pack('<H', red >> 3 << 11 | green >> 2 << 5 | blue >> 3)


def rgb_555(colour):
    red, green, blue = colour
    return struct.pack('<H', red >> 3 << 10 | green >> 3 << 5 | blue >> 3)


picture('quadrants.bmp')(lambda: saved(quadrants(), 'BMP'))
picture('palette_8.bmp')(lambda: saved(quadrants().quantize(8), 'BMP'))
picture('palette_1.bmp')(lambda: saved(steps(321, 201).point(
    lambda v: 255 * (v > 127), mode='1'), 'BMP'))
picture('gray.bmp')(lambda: saved(steps(320, 200), 'BMP'))


@picture('top_down.bmp')
def top_down():
    return bmp(320, -240, 24, 0, b''.join(bmp_rows(quadrants(320, 240), bgr)))


@picture('rgb_565.bmp')
def bmp_565():
    rows = bmp_rows(quadrants(321, 240), rgb_565)
    return bmp(321, 240, 16, 3, b''.join(reversed(rows)),
               masks=struct.pack('<3I', 0xf800, 0x07e0, 0x001f))


@picture('rgb_555.bmp')
def bmp_555():
    return bmp(321, 240, 16, 0, b''.join(reversed(bmp_rows(quadrants(321, 240), rgb_555))))


@picture('alpha_32.bmp')
def alpha_32():
    """A header of version 4 with four masks; the upper half is transparent."""
    pixels = struct.pack('<4B', 200, 60, 30, 255) * 64 * 24 + struct.pack('<4B', 0, 0, 0, 0) * 64 * 24
    info = struct.pack('<IiiHHIIiiII', 108, 64, 48, 1, 32, 3, len(pixels), 2835, 2835, 0, 0)
    info += struct.pack('<4I', 0xff0000, 0xff00, 0xff, 0xff000000) + b'BGRs' + bytes(48)
    offset = 14 + len(info)
    return struct.pack('<2sIHHI', b'BM', offset + len(pixels), 0, 0, offset) + info + pixels


@picture('unused_32.bmp')
def unused_32():
    return bmp(64, 48, 32, 0, struct.pack('<4B', 200, 60, 30, 0) * 64 * 48)


@picture('palette_4.bmp')
def palette_4():
    row = bytes([0x00] * 40 + [0x11] * 40)
    palette = bgr(RED) + b'\0' + bgr(GREEN) + b'\0'
    return bmp(160, 100, 4, 0, row * 100, palette=palette)


@picture('core.bmp')
def core():
    """The header of OS/2 1.x."""
    rows = b''.join(reversed(bmp_rows(quadrants(160, 120), bgr)))
    file = struct.pack('<2sIHHI', b'BM', 26 + len(rows), 0, 0, 26)
    return file + struct.pack('<IHHHH', 12, 160, 120, 1, 24) + rows


@picture('rle_8.bmp')
def rle_8():
    """Runs, absolute bytes and a jump over what stays black."""
    palette = b'\0\0\0\0' + bgr(RED) + b'\0' + bgr(BLUE) + b'\0'
    row = bytes([100, 1, 0, 5, 2, 2, 2, 2, 2, 0, 55, 2, 0, 0])
    jump = bytes([0, 2, 80, 10]) + bytes([80, 1, 0, 0])
    pixels = row * 50 + jump + bytes([160, 2, 0, 0]) * 39 + bytes([0, 1])
    return bmp(160, 100, 8, 1, pixels, palette=palette)


@picture('rle_4.bmp')
def rle_4():
    palette = b'\0\0\0\0' + bgr(RED) + b'\0' + bgr(BLUE) + b'\0'
    row = bytes([80, 0x11, 0, 6, 0x22, 0x22, 0x22, 0, 74, 0x22, 0, 0])
    return bmp(160, 60, 4, 2, row * 60 + bytes([0, 1]), palette=palette)


@picture('huge_height.bmp')
def huge_height():
    return bmp(320, -2**31, 24, 0, bytes(320 * 3))


@picture('cut.bmp')
def cut_bmp():
    data = saved(quadrants(), 'BMP')
    return data[:len(data) // 2]


@picture('palette_outside.bmp')
def palette_outside():
    """Pixels that name colours which the palette has not."""
    return bmp(16, 16, 8, 0, bytes([250] * 256), palette=bgr(RED) + b'\0')


def write(folder, names):
    os.makedirs(folder, exist_ok=True)
    for name in names or pictures:
        data = pictures[name]()
        with open(os.path.join(folder, name), 'wb') as file:
            file.write(data)
        print(name)


if __name__ == '__main__':
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    write(sys.argv[1], sys.argv[2:])
