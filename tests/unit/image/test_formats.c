/* SPDX-License-Identifier: Apache-2.0 */
#include "kit.h"

#include <string.h>

#include "image/decode.h"

static void what_ends_early_is_refused_as_truncated(void **state)
{
    static const char *const names[] = {"cut.jpg",    "cut.png", "cut_12.png",
                                        "cut_16.png", "cut.gif", "cut.heic",
                                        "cut.tiff",   "cut.bmp", "cut_animation.webp"};
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const pxf_status status = kit_try(names[i], &fox_image_default_options, &err);

        if (status != PXF_CORRUPT || strncmp(err.message, "truncated", 9) != 0) {
            fail_msg("%s: %s: %s", names[i], fox_status_name(status), err.message);
        }
        fox_fail_clear(&err);
    }
}

static void what_is_there_of_a_truncated_file_is_shown_where_asked(void **state)
{
    static const char *const names[] = {"cut_12.png", "cut_16.png", "cut.png", "cut_still.webp",
                                        "cut_lossless.webp"};
    AUTO(fox_picture) whole = kit_rendered("photo.png", "webp");
    struct fox_image_options options = fox_image_default_options;

    (void)state;
    options.keep_truncated = true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        AUTO(fox_shot) shot = kit_open_with(names[i], &options);
        AUTO(fox_image_variant) variant = kit_render(&shot, kit_recipe("webp"));
        AUTO(fox_picture) kept = kit_pixels(&variant);

        assert_true(fox_image_is_truncated(shot.image));
        kit_assert_size(&kept, 700, 500);
        kit_assert_colour(&kept, 350, 30, kit_pixel(&whole, 350, 30), 45);
    }
}

static void a_wrong_checksum_is_corrupt(void **state)
{
    pxf_error err = {0};

    (void)state;
    assert_fails(kit_try("bad_crc.png", &fox_image_default_options, &err), PXF_CORRUPT);
}

/* A whole picture, claimed to be of another format: no decoder crashes, and each says no. */
static void bytes_of_another_format_are_refused(void **state)
{
    static const pxf_format formats[] = {PXF_FORMAT_JPEG, PXF_FORMAT_PNG,  PXF_FORMAT_GIF,
                                         PXF_FORMAT_WEBP, PXF_FORMAT_AVIF, PXF_FORMAT_HEIC,
                                         PXF_FORMAT_TIFF, PXF_FORMAT_BMP};
    static const char *const names[] = {"quadrants.jpg", "quadrants.png"};

    (void)state;
    for (size_t n = 0; n < 2; n++) {
        AUTO(fox_file) file = kit_file(names[n]);

        for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
            struct fox_image *image = NULL;
            pxf_error err = {0};

            if (file.sniff.format == formats[i]) {
                continue;
            }
            file.sniff.format = formats[i];
            assert_int_not_equal(fox_image_open(&image, file.data, file.size, &file.sniff,
                                                &fox_image_default_options, &err),
                                 PXF_OK);
            assert_null(image);
            file.sniff.format = n == 0 ? PXF_FORMAT_JPEG : PXF_FORMAT_PNG;
        }
    }
}

/* Cut short at many places, without the check of the end that stands before the decoders. */
static void every_decoder_survives_every_cut(void **state)
{
    static const struct {
        const char *name;
        pxf_status (*decode)(const struct fox_source *source, struct fox_decoded *ret_decoded,
                             pxf_error *err);
    } cases[] = {
        {"orientation_1_odd.jpg", fox_decode_jpeg},
        {"photo_progressive.jpg", fox_decode_jpeg},
        {"cmyk.jpg", fox_decode_jpeg},
        {"palette_alpha.png", fox_decode_vips},
        {"moving_hole.gif", fox_decode_vips},
        {"bilevel_g4.tiff", fox_decode_vips},
        {"animation.webp", fox_decode_webp},
        {"lossless.webp", fox_decode_webp},
        {"odd.heic", fox_decode_heif},
        {"disc.avif", fox_decode_heif},
        {"rle_8.bmp", fox_decode_bmp},
        {"alpha_32.bmp", fox_decode_bmp},
    };
    enum { CUTS = 12 };
    struct fox_image_options options = fox_image_default_options;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        AUTO(fox_file) file = kit_file(cases[i].name);

        for (size_t cut = 0; cut < CUTS; cut++) {
            const struct fox_source source = {
                .data = file.data,
                .size = file.size * cut / CUTS,
                .sniff = &file.sniff,
                .options = &options,
            };
            AUTO(fox_decoded) decoded = {0};
            pxf_error err = {0};

            options.keep_truncated = cut % 2 == 0;
            if (cases[i].decode(&source, &decoded, &err) != PXF_OK) {
                assert_true(err.status == PXF_CORRUPT || err.status == PXF_UNSUPPORTED);
            }
        }
    }
}

static void tiff_is_read_however_it_is_packed(void **state)
{
    static const char *const names[] = {"quadrants.tiff", "deflate.tiff", "jpeg.tiff", "tiled.tiff",
                                        "big_endian.tiff"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        AUTO(fox_picture) pixels = kit_rendered(names[i], "webp");

        kit_assert_size(&pixels, 600, 400);
        kit_assert_quadrants(&pixels, 12);
    }
}

/* Older libheifs cannot read it; that is theirs to say, not the picture's fault. */
static void a_gain_map_is_read_or_called_unsupported(void **state)
{
    pxf_error err = {0};
    const pxf_status status = kit_try("two_references.avif", &fox_image_default_options, &err);

    (void)state;
    if (status != PXF_OK) {
        assert_int_equal(status, PXF_UNSUPPORTED);
        assert_non_null(strstr(err.message, "gain map"));
    }
}

SUITE(formats, cmocka_unit_test(a_gain_map_is_read_or_called_unsupported),
      cmocka_unit_test(what_ends_early_is_refused_as_truncated),
      cmocka_unit_test(what_is_there_of_a_truncated_file_is_shown_where_asked),
      cmocka_unit_test(a_wrong_checksum_is_corrupt),
      cmocka_unit_test(bytes_of_another_format_are_refused),
      cmocka_unit_test(every_decoder_survives_every_cut),
      cmocka_unit_test(tiff_is_read_however_it_is_packed))
