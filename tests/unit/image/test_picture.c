/* SPDX-License-Identifier: Apache-2.0 */
#include "kit.h"

#include <stdlib.h>
#include <string.h>

#include "image/colour.h"
#include "image/graphic.h"
#include "image/handle.h"
#include "image/orient.h"
#include "image/shrink.h"

static struct fox_picture made(enum fox_layout layout, uint32_t width_px, uint32_t height_px,
                               struct fox_chroma chroma)
{
    struct fox_picture picture;
    pxf_error err = {0};

    assert_ok(
        fox_picture_new(&picture, layout, (struct fox_size){width_px, height_px}, chroma, &err));
    return picture;
}

static void fill(struct fox_picture *picture, struct kit_colour colour)
{
    const int values[] = {colour.r, colour.g, colour.b, colour.a};
    const uint32_t bytes = fox_picture_sample_bytes(picture);

    for (uint32_t y = 0; y < picture->height_px; y++) {
        uint8_t *row = fox_plane_row(&picture->planes[0], y);

        for (size_t i = 0; i < (size_t)picture->width_px * bytes; i++) {
            row[i] = (uint8_t)values[i % bytes];
        }
    }
}

static void chroma_covers_odd_sides(void **state)
{
    AUTO(fox_picture) picture = made(FOX_LAYOUT_YCBCR, 5, 3, fox_chroma_420);
    AUTO(fox_picture) gray = made(FOX_LAYOUT_GRAY, 5, 3, fox_chroma_420);

    (void)state;
    assert_int_equal(picture.planes[1].width_px, 3);
    assert_int_equal(picture.planes[2].height_px, 2);
    assert_int_equal(fox_picture_bytes(&picture), 64 * 3 + 2 * 64 * 2);
    assert_int_equal(gray.chroma_x, 1);
    assert_int_equal(fox_picture_plane_count(&gray), 1);
}

static void a_part_begins_where_a_chroma_sample_does(void **state)
{
    AUTO(fox_picture) picture = made(FOX_LAYOUT_YCBCR, 20, 10, fox_chroma_420);
    const struct fox_picture part = fox_picture_part(&picture, 7, 3, (struct fox_size){5, 4});

    (void)state;
    assert_ptr_equal(part.planes[0].data, fox_plane_row(&picture.planes[0], 2) + 6);
    assert_ptr_equal(part.planes[1].data, fox_plane_row(&picture.planes[1], 1) + 3);
    kit_assert_size(&part, 5, 4);
    assert_int_equal(part.planes[1].width_px, 3);
    assert_int_equal(part.planes[1].height_px, 2);
}

/* There and back through the planes of video, within rounding. */
static void colours_survive_the_way_to_planes_and_back(void **state)
{
    static const struct kit_colour colours[] = {
        {0, 0, 0, 255},   {255, 255, 255, 255}, {255, 0, 0, 255},  {0, 255, 0, 255},
        {0, 0, 255, 255}, {128, 128, 128, 255}, {13, 200, 77, 255}};

    (void)state;
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++) {
        AUTO(fox_picture) rgb = made(FOX_LAYOUT_RGB, 5, 3, fox_chroma_444), planes = {0},
                          back = {0};
        pxf_error err = {0};

        fill(&rgb, colours[i]);
        assert_ok(fox_colour_to_420(&rgb, &planes, &err));
        assert_ok(fox_colour_to_rgb(&planes, &back, &err));
        for (uint32_t y = 0; y < 3; y++) {
            for (uint32_t x = 0; x < 5; x++) {
                kit_assert_colour(&back, x, y, colours[i], 2);
            }
        }
    }
}

static void squeezing_maps_the_ends_to_those_of_video(void **state)
{
    AUTO(fox_picture) planes = made(FOX_LAYOUT_YCBCR, 4, 2, fox_chroma_420);

    (void)state;
    memcpy(planes.planes[0].data, (uint8_t[]){0, 255, 128, 1}, 4);
    planes.planes[1].data[0] = 0;
    planes.planes[1].data[1] = 255;
    planes.planes[2].data[0] = 128;
    fox_colour_squeeze(&planes);
    assert_memory_equal(planes.planes[0].data, ((uint8_t[]){16, 235, 126, 17}), 4);
    assert_int_equal(planes.planes[1].data[0], 16);
    assert_int_equal(planes.planes[1].data[1], 240);
    assert_int_equal(planes.planes[2].data[0], 128);
}

static void interpolated_chroma_lies_between_its_neighbours(void **state)
{
    AUTO(fox_picture) coarse = made(FOX_LAYOUT_YCBCR, 4, 1, (struct fox_chroma){2, 1}), fine = {0};
    pxf_error err = {0};

    (void)state;
    coarse.planes[1].data[0] = 40;
    coarse.planes[1].data[1] = 80;
    assert_ok(fox_colour_to_444(&coarse, &fine, &err));
    assert_memory_equal(fine.planes[1].data, ((uint8_t[]){40, 50, 70, 80}), 4);
}

static void halving_takes_means_and_keeps_the_last_column(void **state)
{
    AUTO(fox_picture) gray = made(FOX_LAYOUT_GRAY, 3, 3, fox_chroma_444), half = {0};
    static const uint8_t rows[3][3] = {{10, 20, 100}, {30, 40, 110}, {200, 220, 250}};
    pxf_error err = {0};

    (void)state;
    for (uint32_t y = 0; y < 3; y++) {
        memcpy(fox_plane_row(&gray.planes[0], y), rows[y], 3);
    }
    assert_ok(fox_shrink(&gray, &half, &err));
    kit_assert_size(&half, 2, 2);
    assert_memory_equal(fox_plane_row(&half.planes[0], 0), ((uint8_t[]){25, 105}), 2);
    assert_memory_equal(fox_plane_row(&half.planes[0], 1), ((uint8_t[]){210, 250}), 2);
}

static void scaling_one_colour_gives_that_colour(void **state)
{
    static const enum fox_layout layouts[] = {FOX_LAYOUT_RGB, FOX_LAYOUT_RGBA};
    static const struct fox_size sizes[] = {{37, 11}, {36, 10}, {18, 5}, {20, 11}, {10, 4}};

    (void)state;
    kit_start();
    for (size_t i = 0; i < 2; i++) {
        AUTO(fox_picture) picture = made(layouts[i], 37, 11, fox_chroma_444);

        fill(&picture, (struct kit_colour){200, 100, 50, 77});
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            AUTO(fox_picture) scaled = {0};
            pxf_error err = {0};

            assert_ok(fox_scale(&picture, sizes[k], &scaled, &err));
            kit_assert_size(&scaled, sizes[k].width_px, sizes[k].height_px);
            kit_assert_colour(&scaled, sizes[k].width_px - 1, sizes[k].height_px - 1,
                              (struct kit_colour){200, 100, 50, 0}, 1);
            assert_int_equal(kit_pixel(&scaled, 0, 0).a, i == 0 ? 255 : 77);
        }
    }
}

/* One pixel of a 3 by 2 picture, and where each orientation shows it. */
static void every_turn_moves_the_first_pixel_to_its_corner(void **state)
{
    static const struct {
        uint32_t width_px, height_px, x, y;
    } cases[] = {{3, 2, 0, 0}, {3, 2, 0, 0}, {3, 2, 2, 0}, {3, 2, 2, 1}, {3, 2, 0, 1},
                 {2, 3, 0, 0}, {2, 3, 1, 0}, {2, 3, 1, 2}, {2, 3, 0, 2}, {3, 2, 0, 0}};

    (void)state;
    for (uint32_t orientation = 0; orientation < sizeof cases / sizeof *cases; orientation++) {
        AUTO(fox_picture) picture = made(FOX_LAYOUT_RGB, 3, 2, fox_chroma_444);
        pxf_error err = {0};

        picture.planes[0].data[1] = 200;
        assert_ok(fox_orient(&picture, orientation, &err));
        kit_assert_size(&picture, cases[orientation].width_px, cases[orientation].height_px);
        kit_assert_colour(&picture, cases[orientation].x, cases[orientation].y,
                          (struct kit_colour){0, 200, 0, 255}, 0);
    }
}

static void flattening_mixes_by_alpha(void **state)
{
    AUTO(fox_picture) picture = made(FOX_LAYOUT_RGBA, 1, 1, fox_chroma_444), flat = {0};
    static const uint8_t behind[3] = {255, 0, 100};
    pxf_error err = {0};

    (void)state;
    fill(&picture, (struct kit_colour){0, 200, 100, 51});
    assert_ok(fox_colour_flatten(&picture, behind, &flat, &err));
    kit_assert_colour(&flat, 0, 0, (struct kit_colour){204, 40, 100, 255}, 0);
}

static void flat_blocks_make_a_drawing(void **state)
{
    AUTO(fox_picture) flat = made(FOX_LAYOUT_RGB, 200, 100, fox_chroma_444);
    AUTO(fox_picture) small = made(FOX_LAYOUT_GRAY, 7, 7, fox_chroma_444);

    (void)state;
    assert_int_equal(fox_graphic_guess(&flat), FOX_CONTENT_DRAWING);
    assert_int_equal(fox_graphic_guess(&small), FOX_CONTENT_PHOTOGRAPH);
    for (uint32_t y = 0; y < 100; y++) {
        for (uint32_t x = 0; x < 200; x++) {
            fox_plane_row(&flat.planes[0], y)[3 * x + 1] = (uint8_t)(x * 3 + y);
        }
    }
    assert_int_equal(fox_graphic_guess(&flat), FOX_CONTENT_PHOTOGRAPH);
}

static void hard_strokes_on_flat_ground_make_a_screen(void **state)
{
    AUTO(fox_picture) screen = made(FOX_LAYOUT_GRAY, 200, 100, fox_chroma_444);

    (void)state;
    for (uint32_t y = 0; y < 100; y += 30) {
        for (uint32_t x = 0; x < 200; x += 5) {
            fox_plane_row(&screen.planes[0], y)[x] = 200;
        }
    }
    assert_int_equal(fox_graphic_guess(&screen), FOX_CONTENT_SCREEN);
}

static void pictures_are_told_apart(void **state)
{
    static const struct {
        const char *name;
        enum fox_content content;
    } cases[] = {
        {"photo.jpg", FOX_CONTENT_PHOTOGRAPH},  {"photo.png", FOX_CONTENT_PHOTOGRAPH},
        {"quadrants.jpg", FOX_CONTENT_DRAWING}, {"opaque_rgba.png", FOX_CONTENT_DRAWING},
        {"text.png", FOX_CONTENT_SCREEN},       {"red_lines.png", FOX_CONTENT_SCREEN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        AUTO(fox_shot) shot = kit_open(cases[i].name);

        assert_int_equal(shot.image->content, cases[i].content);
        assert_int_equal(fox_image_is_graphic(shot.image),
                         cases[i].content != FOX_CONTENT_PHOTOGRAPH);
    }
}

SUITE(picture, cmocka_unit_test(chroma_covers_odd_sides),
      cmocka_unit_test(a_part_begins_where_a_chroma_sample_does),
      cmocka_unit_test(colours_survive_the_way_to_planes_and_back),
      cmocka_unit_test(squeezing_maps_the_ends_to_those_of_video),
      cmocka_unit_test(interpolated_chroma_lies_between_its_neighbours),
      cmocka_unit_test(halving_takes_means_and_keeps_the_last_column),
      cmocka_unit_test(scaling_one_colour_gives_that_colour),
      cmocka_unit_test(every_turn_moves_the_first_pixel_to_its_corner),
      cmocka_unit_test(flattening_mixes_by_alpha), cmocka_unit_test(flat_blocks_make_a_drawing),
      cmocka_unit_test(hard_strokes_on_flat_ground_make_a_screen),
      cmocka_unit_test(pictures_are_told_apart))
