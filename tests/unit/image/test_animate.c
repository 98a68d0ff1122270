/* SPDX-License-Identifier: Apache-2.0 */
#include "kit.h"

#include <stdlib.h>

#include <webp/demux.h>

enum { FRAME_LIMIT = 64 };

struct movie {
    uint32_t frame_count, loop_count;
    int durations_ms[FRAME_LIMIT];
    struct kit_colour colours[FRAME_LIMIT]; /* of the pixel that the test asks for */
};

static struct movie watch(const struct fox_image_variant *variant, uint32_t x, uint32_t y)
{
    const WebPData bytes = {variant->data, variant->size};
    WebPAnimDecoder *decoder = WebPAnimDecoderNew(&bytes, NULL);
    struct movie movie = {0};
    WebPAnimInfo info;
    int before_ms = 0;

    assert_non_null(decoder);
    assert_true(WebPAnimDecoderGetInfo(decoder, &info));
    movie.loop_count = info.loop_count;
    while (WebPAnimDecoderHasMoreFrames(decoder)) {
        uint8_t *px = NULL;
        int end_ms = 0;

        assert_true(WebPAnimDecoderGetNext(decoder, &px, &end_ms));
        assert_true(movie.frame_count < FRAME_LIMIT);
        px += 4 * ((size_t)info.canvas_width * y + x);
        movie.colours[movie.frame_count] = (struct kit_colour){px[0], px[1], px[2], px[3]};
        movie.durations_ms[movie.frame_count++] = end_ms - before_ms;
        before_ms = end_ms;
    }
    WebPAnimDecoderDelete(decoder);
    return movie;
}

static struct movie watch_file(const char *name, uint32_t x, uint32_t y)
{
    AUTO(fox_shot) shot = kit_open(name);
    AUTO(fox_image_variant) variant = kit_render(&shot, kit_recipe("webp"));

    assert_int_equal(variant.skip, FOX_SKIP_NONE);
    return watch(&variant, x, y);
}

static void sixty_frames_of_a_gif_last_three_seconds(void **state)
{
    const struct movie movie = watch_file("animation_60.gif", 4, 150);
    int sum_ms = 0;

    (void)state;
    assert_int_equal(movie.frame_count, 60);
    assert_int_equal(movie.loop_count, 0);
    for (uint32_t i = 0; i < 60; i++) {
        assert_int_equal(movie.durations_ms[i], 50);
        sum_ms += movie.durations_ms[i];
    }
    assert_int_equal(sum_ms, 3000);
    assert_in_range(movie.colours[0].r, 200, 255);
    assert_in_range(movie.colours[0].g, 0, 60);
    assert_in_range(movie.colours[40].g, 240, 255);
}

static void delays_that_browsers_stretch_are_stretched(void **state)
{
    const struct movie movie = watch_file("delay_1.gif", 4, 4);

    (void)state;
    assert_int_equal(movie.frame_count, 5);
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(movie.durations_ms[i], 100);
    }
}

static void durations_and_loops_are_kept(void **state)
{
    static const int durations_ms[] = {80, 200, 40, 500};
    /* A GIF counts repetitions, a WebP showings. */
    static const char *const names[] = {"animation.webp", "loop_2.gif"};

    (void)state;
    for (size_t k = 0; k < 2; k++) {
        const struct movie movie = watch_file(names[k], 4, 4);

        assert_int_equal(movie.frame_count, 4);
        assert_int_equal(movie.loop_count, 3);
        for (size_t i = 0; i < 4; i++) {
            assert_int_equal(movie.durations_ms[i], durations_ms[i]);
        }
    }
}

static void frames_that_clear_stay_transparent(void **state)
{
    const struct movie movie = watch_file("moving_hole.gif", 15, 40);

    (void)state;
    assert_int_equal(movie.frame_count, 4);
    assert_int_equal(movie.colours[0].a, 255);
    assert_in_range(movie.colours[0].r, 200, 240);
    for (uint32_t i = 1; i < 4; i++) {
        assert_int_equal(movie.colours[i].a, 0);
    }
}

static void a_file_says_whether_its_frames_are_transparent(void **state)
{
    static const char *const names[] = {"moving_hole.gif", "animation_60.gif"};

    (void)state;
    for (int i = 0; i < 2; i++) {
        AUTO(fox_shot) shot = kit_open(names[i]);
        AUTO(fox_image_variant) variant = kit_render(&shot, kit_recipe("webp"));
        WebPBitstreamFeatures features;

        assert_int_equal(WebPGetFeatures(variant.data, variant.size, &features), VP8_STATUS_OK);
        assert_true(features.has_animation);
        assert_int_equal(features.has_alpha, i == 0);
    }
}

static void thumbnails_and_avif_show_the_first_frame(void **state)
{
    static const char *const names[] = {"animation_60.gif", "animation.webp", "apng.png"};
    static const char *const kinds[] = {"avif", "thumbnail_medium_webp", "thumbnail_small_avif",
                                        "thumbnail_small_original"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        AUTO(fox_shot) shot = kit_open(names[i]);

        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            AUTO(fox_image_variant) variant = kit_render(&shot, kit_recipe(kinds[k]));
            AUTO(fox_picture) pixels = kit_pixels(&variant);

            assert_int_equal(variant.frame_count, 1);
            kit_assert_colour(&pixels, 4, pixels.height_px / 2,
                              (struct kit_colour){220, 30, 40, 255}, 16);
            kit_assert_colour(&pixels, pixels.width_px - 4, pixels.height_px / 2,
                              (struct kit_colour){255, 255, 255, 255}, 16);
        }
    }
}

static void one_frame_is_no_animation(void **state)
{
    static const char *const names[] = {"one_frame.gif", "still.webp", "apng.png"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        AUTO(fox_shot) shot = kit_open(names[i]);
        AUTO(fox_image_variant) variant = kit_render(&shot, kit_recipe("webp"));

        assert_int_equal(variant.frame_count, 1);
        assert_int_equal(variant.width_px, 240);
        assert_int_equal(variant.height_px, 160);
    }
}

static void a_cut_animation_is_refused_or_kept_as_far_as_it_goes(void **state)
{
    struct fox_image_options options = fox_image_default_options;
    pxf_error err = {0};

    (void)state;
    assert_int_equal(kit_try("cut.gif", &options, &err), PXF_CORRUPT);
    assert_memory_equal(err.message, "truncated", 9);
    options.keep_truncated = true;
    {
        AUTO(fox_shot) shot = kit_open_with("cut.gif", &options);
        AUTO(fox_image_variant) variant = kit_render(&shot, kit_recipe("webp"));
        AUTO(fox_image_variant) thumbnail = kit_render(&shot, kit_recipe("thumbnail_small_avif"));

        assert_true(fox_image_is_truncated(shot.image));
        assert_in_range(variant.frame_count, 3, 4);
        assert_int_equal(thumbnail.frame_count, 1);
    }
}

SUITE(animate, cmocka_unit_test(sixty_frames_of_a_gif_last_three_seconds),
      cmocka_unit_test(delays_that_browsers_stretch_are_stretched),
      cmocka_unit_test(durations_and_loops_are_kept),
      cmocka_unit_test(frames_that_clear_stay_transparent),
      cmocka_unit_test(a_file_says_whether_its_frames_are_transparent),
      cmocka_unit_test(thumbnails_and_avif_show_the_first_frame),
      cmocka_unit_test(one_frame_is_no_animation),
      cmocka_unit_test(a_cut_animation_is_refused_or_kept_as_far_as_it_goes))
