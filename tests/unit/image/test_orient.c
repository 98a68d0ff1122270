/* SPDX-License-Identifier: Apache-2.0 */
#include "kit.h"

#include <stdio.h>

/* Shown upright, and no word of it left: kit_render looks at the orientation of what it made. */
static void all_eight_orientations_show_the_same_picture(void **state)
{
    static const char *const kinds[] = {"webp", "avif", "thumbnail_medium_original"};

    (void)state;
    for (int number = 1; number <= 8; number++) {
        char name[64];

        (void)snprintf(name, sizeof name, "orientation_%d.jpg", number);
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
            AUTO(fox_picture) pixels = kit_rendered(name, kinds[i]);

            kit_assert_size(&pixels, i < 2 ? 600 : 500, i < 2 ? 400 : 333);
            kit_assert_quadrants(&pixels, 10);
        }
    }
}

/* The edges between the colours stay where they are, in luma and in chroma. */
static void odd_sides_turn_without_a_shift(void **state)
{
    AUTO(fox_picture) first = kit_rendered("orientation_1_odd.jpg", "avif");

    (void)state;
    for (int number = 2; number <= 8; number++) {
        AUTO(fox_picture) pixels = {0};
        char name[64];

        (void)snprintf(name, sizeof name, "orientation_%d_odd.jpg", number);
        pixels = kit_rendered(name, "avif");
        kit_assert_size(&pixels, 301, 201);
        kit_assert_quadrants(&pixels, 10);
        kit_assert_alike(&pixels, &first, 2);
    }
}

static void a_swapped_picture_may_have_chroma_halved_upright(void **state)
{
    AUTO(fox_picture) full = kit_rendered("orientation_5_422.jpg", "webp");
    AUTO(fox_picture) thumbnail = kit_rendered("orientation_5_422.jpg", "thumbnail_small_avif");

    (void)state;
    kit_assert_size(&full, 600, 400);
    kit_assert_quadrants(&full, 8);
    kit_assert_quadrants(&thumbnail, 10);
}

static void nonsense_stands_for_upright(void **state)
{
    static const char *const names[] = {"orientation_0.jpg", "orientation_9.jpg",
                                        "orientation_49.jpg", "orientation_65535.jpg"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        AUTO(fox_picture) pixels = kit_rendered(names[i], "webp");

        kit_assert_size(&pixels, 600, 400);
        kit_assert_quadrants(&pixels, 8);
    }
}

static void every_other_format_is_turned_too(void **state)
{
    static const char *const names[] = {"orientation_6.tiff", "orientation_6.png",
                                        "orientation_6.webp", "turned.heic", "mirrored.heic"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        AUTO(fox_picture) pixels = kit_rendered(names[i], "webp");

        kit_assert_size(&pixels, 600, 400);
        kit_assert_quadrants(&pixels, 12);
    }
}

SUITE(orient, cmocka_unit_test(all_eight_orientations_show_the_same_picture),
      cmocka_unit_test(odd_sides_turn_without_a_shift),
      cmocka_unit_test(a_swapped_picture_may_have_chroma_halved_upright),
      cmocka_unit_test(nonsense_stands_for_upright),
      cmocka_unit_test(every_other_format_is_turned_too))
