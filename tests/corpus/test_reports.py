# SPDX-License-Identifier: Apache-2.0
"""The right answer to each report of doc/field-reports.md about images, named by its row."""
import json
import time

import pytest

import carried
import gallery as stores

RED, GREEN, BLUE, YELLOW = (220, 30, 40), (40, 180, 60), (30, 60, 200), (230, 210, 50)
CORNERS = {(0.25, 0.25): RED, (0.75, 0.25): GREEN, (0.25, 0.75): BLUE, (0.75, 0.75): YELLOW}
MEDIUM = ('thumbnail_medium_webp', 'thumbnail_medium_avif', 'thumbnail_medium_original')
ALL_KINDS = ('webp', 'avif', *MEDIUM, *(kind.replace('medium', 'small') for kind in MEDIUM))


@pytest.fixture
def see(gallery, ready):
    """see(name, kind): the pixels of a variant."""
    return lambda name, kind: stores.decoded(gallery.path(name, kind))


@pytest.fixture
def assert_corners(gallery, see):
    def check(name, tolerance, kinds=MEDIUM):
        for kind in kinds:
            if kind not in gallery.variants(name):
                continue
            for place, expected in CORNERS.items():
                got = stores.colour(see(name, kind), *place)
                assert stores.is_near(got, expected, tolerance), (kind, place, got)
    return check


def size(gallery, name, kind=None):
    one = gallery.variants(name)[kind] if kind else gallery.show(name)
    return one['width_px'], one['height_px']


# Colour.

def test_fi04_thumbnails_of_an_adobe_rgb_photograph_are_in_srgb(gallery, see):
    """What littleCMS makes of the four colours."""
    import io

    from PIL import Image, ImageCms
    source = Image.open(stores.PICTURES / 'adobe_rgb.jpg')
    profile = ImageCms.ImageCmsProfile(io.BytesIO(source.info['icc_profile']))
    right = ImageCms.profileToProfile(source, profile, ImageCms.createProfile('sRGB')).convert('RGBA')
    for kind in MEDIUM:
        for place in CORNERS:
            got, expected = (stores.colour(image, *place) for image in (see('adobe_rgb.jpg', kind), right))
            assert stores.is_near(got, expected, 10), (kind, place, got, expected)
        assert carried.beside(gallery.path('adobe_rgb.jpg', kind)) == []
    assert carried.beside(gallery.path('adobe_rgb.jpg', 'webp')) == ['profile']
    assert carried.beside(gallery.path('adobe_rgb.jpg', 'avif')) == ['profile']


@pytest.mark.parametrize('name', ['gray.jpg', 'gray_rgb_profile.jpg'])
def test_fi08_a_gray_picture_stays_gray_whatever_its_profile(see, name):
    for kind in MEDIUM:
        for step in range(8):
            value = step * 255 // 7
            got = stores.colour(see(name, kind), (step + 0.5) / 8, 0.5)
            assert stores.is_near(got[:3], (value, value, value), 12), (kind, step, got)


def test_fi11_sixteen_bits_with_a_hole(see):
    for kind in ('webp', 'avif', *MEDIUM):
        image = see('hole_16.png', kind)
        assert stores.is_near(stores.colour(image, 0.1, 0.5), (255, 0, 0, 255), 12), kind
        assert stores.colour(image, 0.5, 0.5)[3] == 0, kind


def test_fi13_a_jpeg_whose_components_are_rgb(assert_corners):
    assert_corners('rgb_transform_0.jpg', 10)


@pytest.mark.parametrize('name', ['cmyk.tiff', 'cmyk.jpg'])
def test_fi14_cmyk_is_not_inverted(see, name):
    """A press prints duller, but red stays red."""
    for kind in MEDIUM:
        corners = {place: stores.colour(see(name, kind), *place) for place in CORNERS}
        red, green, blue, yellow = corners.values()
        assert red[0] > 150 and red[0] > red[1] + 70 and red[0] > red[2] + 70, (kind, red)
        assert green[1] > 100 and green[1] > green[0] + 30 and green[1] > green[2] + 30, (kind, green)
        assert blue[2] > 100 and blue[2] > blue[0] + 40 and blue[2] > blue[1] + 20, (kind, blue)
        assert yellow[0] > 180 and yellow[1] > 160 and yellow[2] < 140, (kind, yellow)


def test_fi131_red_lines_stay_red_in_webp(see):
    for kind in ('webp', 'avif'):
        image = see('red_lines.png', kind)
        for y in range(24, 290, 40):
            red, green, blue, _ = image.getpixel((200, y))
            assert red >= 215 and green <= 60 and blue <= 60, (kind, y, (red, green, blue))


# Transparency.

def test_fi16_no_dark_halo_round_a_white_shape(see):
    for kind in ALL_KINDS:
        over = stores.over_white(see('disc.png', kind))
        assert min(low for low, _ in over.getextrema()) >= 245, kind


def test_fi17_a_transparent_gif_has_no_black_background(see):
    for kind in ALL_KINDS:
        image = see('transparent.gif', kind)
        assert stores.colour(image, 0.05, 0.05)[3] == 0, kind
        assert stores.is_near(stores.colour(image, 0.5, 0.5), (*RED, 255), 16), kind


def test_fi17_what_cannot_be_transparent_lies_on_the_set_colour(folder):
    home = folder / 'flat'
    home.mkdir()
    flat = stores.Gallery(home, [stores.PICTURES / 'transparent.gif'], 'render.flatten=#0000ff',
                          'render.recipes=flat=jpeg,full,0x0,90')
    image = stores.decoded(flat.path('transparent.gif', 'flat'))
    assert stores.is_near(stores.colour(image, 0.05, 0.05), (0, 0, 255), 16)
    assert stores.is_near(stores.colour(image, 0.5, 0.5), RED, 24)


def test_fi17_a_moving_shape_has_no_black_background(gallery, see):
    """Nor where a decoder goes by what the file says of its transparency."""
    for kind in ALL_KINDS:
        image = see('moving_hole.gif', kind)
        assert stores.colour(image, 0.6, 0.5)[3] == 0, kind
        assert stores.is_near(stores.colour(image, 0.1, 0.5), (*RED, 255), 16), kind


# Orientation and size.

@pytest.mark.parametrize('number', range(1, 9))
def test_fi20_each_orientation_is_upright(gallery, assert_corners, number):
    name = f'orientation_{number}.jpg'
    assert size(gallery, name) == size(gallery, name, 'webp') == size(gallery, name, 'avif') == (600, 400)
    assert_corners(name, 12, ('webp', 'avif', *MEDIUM))


@pytest.mark.parametrize('number', (0, 9, 49, 65535))
def test_fi26_an_orientation_that_is_none_turns_nothing(gallery, assert_corners, number):
    name = f'orientation_{number}.jpg'
    assert size(gallery, name) == (600, 400)
    assert_corners(name, 12)


@pytest.mark.parametrize('name', ['orientation_6.tiff', 'orientation_6.png', 'orientation_6.webp'])
def test_fi28_every_format_is_turned(gallery, assert_corners, name):
    assert size(gallery, name) == (600, 400)
    assert_corners(name, 12, ('webp', 'avif', *MEDIUM))


@pytest.mark.parametrize('width, height', [(1, 1), (2, 38), (10, 10), (15, 17)])
def test_fi31_tiny_pictures_keep_their_size(gallery, see, width, height):
    name = f'{width}x{height}.png'
    for kind in ALL_KINDS:
        image = see(name, kind)
        assert image.size == (width, height), kind
        assert stores.is_near(stores.colour(image, 0, 0), RED, 16), kind


def test_fi33_a_picture_too_tall_for_webp_has_its_thumbnails(gallery):
    name = 'tall.png'
    assert gallery.skipped(name).get('webp') == 'too_large' or size(gallery, name, 'webp')[1] <= 16383
    assert len([kind for kind in gallery.variants(name) if kind.startswith('thumbnail')]) == 6
    for kind in MEDIUM:
        assert size(gallery, name, kind) == (14, 2000), kind


def test_fi70_odd_sizes_of_heic_stay_exact(gallery, see):
    assert size(gallery, 'odd.heic') == (127, 127)
    assert {see('odd.heic', kind).size for kind in ALL_KINDS} == {(127, 127)}


@pytest.mark.parametrize('width', (200, 240, 241, 324, 500))
def test_fi146_a_phones_heic_has_every_size_and_one_orientation(folder, reported, width):
    """A container's turn on 1536 × 2048; the file of the report may not be kept here."""
    path = next(path for path in reported if path.name == 'phone.heic')
    out = folder / f'phone-{width}'
    lines = stores.pixelfox('render', path, '-o', out, '--width', width)
    made = [line for line in lines if line.get('path')]
    assert made, lines
    for line in made:
        assert (line['width_px'], line['height_px']) == (width, round(width * 2048 / 1536)), line
    for target in out.iterdir():
        image = stores.decoded(target)
        for place, expected in CORNERS.items():
            assert stores.is_near(stores.colour(image, *place), expected, 16), (target.name, place)


# Animation.

def test_fi34_many_frames_are_no_tall_picture(gallery):
    assert gallery.show('animation_60.gif')['frame_count'] == 60
    durations, _ = stores.frames(gallery.path('animation_60.gif', 'webp'))
    assert len(durations) == 60 and sum(durations) == 3000


def test_fi41_a_delay_of_ten_milliseconds_is_a_hundred(gallery):
    durations, _ = stores.frames(gallery.path('delay_1.gif', 'webp'))
    assert durations == [100] * 5


@pytest.mark.parametrize('name', ['animation.webp', 'loop_2.gif'])
def test_fi45_delays_and_loops_stay(gallery, name):
    """A GIF counts repetitions, a WebP showings."""
    assert stores.frames(gallery.path(name, 'webp')) == ([80, 200, 40, 500], 3)


@pytest.mark.parametrize('name', ['one_frame.gif', 'still.webp'])
def test_fi47_one_frame_is_no_animation(gallery, name):
    assert gallery.show(name)['frame_count'] == 1
    assert size(gallery, name) == size(gallery, name, 'webp') == (240, 160)
    assert len(stores.frames(gallery.path(name, 'webp'))[0]) == 1


def test_fi48_an_animated_png_shows_its_default_image(gallery, see):
    assert size(gallery, 'apng.png') == (240, 160)
    for kind in MEDIUM:
        assert stores.is_near(stores.colour(see('apng.png', kind), 0.1, 0.5), RED, 16), kind


# Damage. Strict answers stand in test_every.py.

@pytest.mark.parametrize('name', ['cut.gif', 'cut.jpg', 'cut.png', 'cut_12.png', 'cut_16.png', 'cut_progressive.jpg'])
def test_fi51_fi55_fi64_where_it_is_allowed_a_cut_picture_is_shown(lenient, name):
    found = lenient.show(name)
    assert found['state'] == 'ready', found
    assert len(lenient.variants(name)) == 8
    for kind in lenient.variants(name):
        assert stores.decoded(lenient.path(name, kind)).size == size(lenient, name, kind)


def test_fi51_the_frames_of_a_cut_gif_that_are_there_are_kept(lenient):
    assert len(stores.frames(lenient.path('cut.gif', 'webp'))[0]) in (3, 4)


def test_fi35_gigapixels_are_refused_from_the_header(folder, reported):
    paths = [path for path in reported if path.name.startswith('claims_')]
    home = folder / 'quick'
    home.mkdir()
    stores.pixelfox('init', home / 'store')
    began = time.monotonic()
    lines = stores.pixelfox('--store', home / 'store', 'put', *paths, code=1)
    assert time.monotonic() - began < 5
    assert [line['error']['message'].split(':')[0] for line in lines] == ['too_large'] * 2


# Formats.

def test_fi61_of_an_mpo_the_first_picture_is_shown(gallery, assert_corners):
    assert gallery.show('mpo.jpg')['type'] == 'image/jpeg'
    assert size(gallery, 'mpo.jpg') == (640, 480)
    assert_corners('mpo.jpg', 12, ('webp', 'avif', *MEDIUM))


@pytest.mark.parametrize('name, tolerance', [('ten_bit.heic', 16), ('mif1.heic', 16), ('empty_profile.tiff', 12)])
def test_fi68_fi72_fi78_unusual_containers_have_their_colours(assert_corners, name, tolerance):
    assert_corners(name, tolerance)


def test_fi79_a_fax_is_black_and_white(see):
    for kind in MEDIUM:
        image = see('bilevel_g4.tiff', kind)
        assert stores.is_near(stores.colour(image, 0.1, 0.5), (0, 0, 0), 16), kind
        assert stores.is_near(stores.colour(image, 0.9, 0.5), (255, 255, 255), 16), kind


@pytest.mark.parametrize('name, mime, ending', [
    ('heic_named.jpg', 'image/heic', '.heic'), ('jpeg_named.heic', 'image/jpeg', '.jpg'),
    ('webp_named.png', 'image/webp', '.webp'), ('png_named.webp', 'image/png', '.png')])
def test_fi71_the_type_comes_from_the_content(gallery, name, mime, ending):
    found = gallery.show(name)
    assert found['type'] == mime
    assert found['key'].endswith(ending)


@pytest.mark.parametrize('name', ['top_down.bmp', 'rgb_565.bmp', 'rgb_555.bmp'])
def test_fi124_bitmaps_are_upright(gallery, assert_corners, name):
    assert size(gallery, name)[1] == 240
    assert_corners(name, 16, ('webp', 'avif', *MEDIUM))


def test_fi148_a_heic_is_the_first_picture_of_a_new_helper(folder):
    out = folder / 'first'
    lines = stores.pixelfox('render', stores.PICTURES / 'odd.heic', '-o', out)
    assert len([line for line in lines if line.get('bytes')]) == 8


# What a camera says.

def metadata(gallery, name):
    return gallery.show(name).get('metadata', {})


@pytest.mark.parametrize('name', ['date_zero.jpg', 'date_blank.jpg'])
def test_fi86_a_date_that_is_none_is_absent(gallery, name):
    assert gallery.show(name)['state'] == 'ready'
    assert metadata(gallery, name).get('taken_at') is None


def test_fi89_the_capture_date_wins_over_that_of_gps(gallery):
    assert metadata(gallery, 'gps_1970.jpg')['taken_at'] == '2024-02-23 16:09:35'


def test_fi92_text_that_is_no_utf8_becomes_valid(gallery):
    found = metadata(gallery, 'broken_text.jpg')
    assert gallery.show('broken_text.jpg')['state'] == 'ready'
    text = json.dumps(found, ensure_ascii=False)
    assert text.encode('utf-8').decode('utf-8') == text
    assert 'Fox' in found['camera_model']


def test_fi93_long_text_is_clipped(gallery):
    found = metadata(gallery, 'long_model.jpg')
    assert found['camera_model'].startswith('MMM')
    assert len(found['camera_model'].encode()) <= 255


@pytest.mark.parametrize('ending', ['jpg', 'png', 'webp', 'tiff', 'heic'])
def test_fi94_the_catalog_knows_the_place_that_no_variant_tells(gallery, ending):
    """That no variant has a forbidden text is asked of every picture in test_every.py."""
    found = metadata(gallery, f'private.{ending}')
    assert abs(found['latitude'] - 52.516275) < 1e-4
    assert abs(found['longitude'] - 13.37769) < 1e-4


@pytest.mark.parametrize('name', ['script_trailer.png', 'script_comment.jpg', 'script_comment.gif'])
def test_fi110_a_script_stays_in_the_original(gallery, name):
    assert b'<script>' in gallery.path(name).read_bytes()
    for kind in gallery.variants(name):
        assert b'script' not in gallery.path(name, kind).read_bytes(), kind
