/* SPDX-License-Identifier: Apache-2.0 */
#include "kit.h"

#include <stdlib.h>
#include <string.h>

#include "image/bmp.h"

static const struct kit_colour red = {220, 30, 40, 255}, blue = {30, 60, 200, 255},
                               black = {0, 0, 0, 255};

static void every_depth_shows_its_picture(void **state)
{
    static const struct {
        const char *name;
        uint32_t width_px, height_px;
    } cases[] = {
        {"quadrants.bmp", 600, 400}, {"palette_8.bmp", 600, 400}, {"top_down.bmp", 320, 240},
        {"rgb_565.bmp", 321, 240},   {"rgb_555.bmp", 321, 240},   {"core.bmp", 160, 120},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        AUTO(fox_picture) pixels = kit_rendered(cases[i].name, "webp");

        kit_assert_size(&pixels, cases[i].width_px, cases[i].height_px);
        kit_assert_quadrants(&pixels, 14);
    }
}

static void palettes_of_one_and_four_bits_are_read(void **state)
{
    AUTO(fox_picture) one = kit_rendered("palette_1.bmp", "webp");
    AUTO(fox_picture) four = kit_rendered("palette_4.bmp", "webp");

    (void)state;
    kit_assert_size(&one, 321, 201);
    kit_assert_colour(&one, 40, 100, black, 8);
    kit_assert_colour(&one, 300, 100, (struct kit_colour){255, 255, 255, 255}, 8);
    kit_assert_colour(&four, 20, 50, red, 10);
    kit_assert_colour(&four, 140, 50, (struct kit_colour){40, 180, 60, 255}, 10);
}

static void alpha_counts_only_where_it_shows_anything(void **state)
{
    AUTO(fox_picture) alpha = kit_rendered("alpha_32.bmp", "webp");
    AUTO(fox_picture) unused = kit_rendered("unused_32.bmp", "webp");

    (void)state;
    assert_true(fox_picture_has_alpha(&alpha));
    assert_in_range(kit_pixel(&alpha, 32, 8).a, 0, 2);
    assert_in_range(kit_pixel(&alpha, 32, 40).a, 253, 255);
    kit_assert_colour(&alpha, 32, 40, blue, 10);
    assert_false(fox_picture_has_alpha(&unused));
    kit_assert_colour(&unused, 32, 24, blue, 10);
}

static void runs_copies_and_jumps_are_unpacked(void **state)
{
    AUTO(fox_picture) eight = kit_rendered("rle_8.bmp", "webp");
    AUTO(fox_picture) four = kit_rendered("rle_4.bmp", "webp");

    (void)state;
    kit_assert_colour(&eight, 40, 90, red, 12);
    kit_assert_colour(&eight, 130, 90, blue, 12);
    kit_assert_colour(&eight, 40, 44, black, 12); /* jumped over */
    kit_assert_colour(&eight, 120, 20, blue, 12);
    kit_assert_colour(&four, 40, 30, red, 12);
    kit_assert_colour(&four, 120, 30, blue, 12);
}

static void a_height_without_its_opposite_is_refused(void **state)
{
    AUTO(fox_file) file = kit_file("huge_height.bmp");
    struct fox_bmp bmp;
    pxf_error err = {0};

    (void)state;
    assert_fails(fox_bmp_read(file.data, file.size, &bmp, &err), PXF_CORRUPT);
}

static void colours_outside_the_palette_are_black(void **state)
{
    AUTO(fox_picture) pixels = kit_rendered("palette_outside.bmp", "webp");

    (void)state;
    kit_assert_colour(&pixels, 8, 8, black, 4);
}

static void missing_rows_are_refused_or_left_black(void **state)
{
    struct fox_image_options options = fox_image_default_options;
    pxf_error err = {0};

    (void)state;
    assert_int_equal(kit_try("cut.bmp", &options, &err), PXF_CORRUPT);
    assert_memory_equal(err.message, "truncated", 9);
    options.keep_truncated = true;
    {
        AUTO(fox_shot) shot = kit_open_with("cut.bmp", &options);
        AUTO(fox_image_variant) variant = kit_render(&shot, kit_recipe("webp"));
        AUTO(fox_picture) pixels = kit_pixels(&variant);

        assert_true(fox_image_is_truncated(shot.image));
        kit_assert_colour(&pixels, 150, 100, black, 8);
        kit_assert_colour(&pixels, 150, 300, blue, 8);
    }
}

/* Cut anywhere and with any byte changed, a file is read or refused; the sanitizers watch. */
static void no_damage_reaches_past_the_file(void **state)
{
    static const char *const names[] = {"rle_8.bmp", "rle_4.bmp", "alpha_32.bmp", "palette_4.bmp"};

    (void)state;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        AUTO(fox_file) file = kit_file(names[k]);

        for (size_t i = 0; i < 200 && i < file.size; i++) {
            uint8_t *copy = malloc(file.size - i);
            struct fox_bmp bmp;

            memcpy(copy, file.data, file.size - i);
            copy[i % (file.size - i)] ^= 0xff;
            if (fox_bmp_read(copy, file.size - i, &bmp, NULL) == PXF_OK &&
                (uint64_t)bmp.picture.width_px * bmp.picture.height_px < 1 << 20) {
                AUTO(fox_picture) picture = {0};
                pxf_error err = {0};

                assert_ok(
                    fox_picture_new(&picture, FOX_LAYOUT_RGB, bmp.picture, fox_chroma_444, &err));
                (void)fox_bmp_unpack(&bmp, &picture);
            }
            free(copy);
        }
    }
}

SUITE(bmp, cmocka_unit_test(every_depth_shows_its_picture),
      cmocka_unit_test(palettes_of_one_and_four_bits_are_read),
      cmocka_unit_test(alpha_counts_only_where_it_shows_anything),
      cmocka_unit_test(runs_copies_and_jumps_are_unpacked),
      cmocka_unit_test(a_height_without_its_opposite_is_refused),
      cmocka_unit_test(colours_outside_the_palette_are_black),
      cmocka_unit_test(missing_rows_are_refused_or_left_black),
      cmocka_unit_test(no_damage_reaches_past_the_file))
