/* SPDX-License-Identifier: Apache-2.0 */
#include "kit.h"

#include <stdlib.h>
#include <string.h>

#include <libheif/heif.h>

#include "image/colour.h"
#include "image/handle.h"

/* libheif takes unknown options in silence before 1.23, so each of ours is shown to matter: a file
 * that is encoded here without it has other bytes, and one with all of them has the same. */
struct option {
    const char *name, *value;
};

enum { OPTION_LIMIT = 4 };

struct settings {
    int quality, speed;
    struct option options[OPTION_LIMIT];
};

/* cq 25 is quality 61, cq 33 is 48: ((100 - quality) × 63 + 50) ÷ 100. */
static const struct settings photograph = {
    61,
    9,
    {{"aom:tune", "ssim"}, {"aom:enable-qm", "1"}, {"aom:qm-min", "4"}, {"aom:qm-max", "4"}}};
static const struct settings drawing = {
    48, 6, {{"aom:tune", "ssim"}, {"aom:enable-palette", "0"}, {"aom:enable-intrabc", "0"}}};
static const struct settings screen = {
    48, 6, {{"aom:tune", "ssim"}, {"aom:enable-palette", "1"}, {"aom:enable-intrabc", "0"}}};

static struct heif_error keep(struct heif_context *context, const void *data, size_t size,
                              void *str)
{
    (void)context;
    fox_str_put(str, data, size);
    return (struct heif_error){heif_error_Ok, heif_suberror_Unspecified, "Success"};
}

static void assert_heif(struct heif_error error)
{
    assert_int_equal(error.code, heif_error_Ok);
}

static struct heif_image *image_of(const struct fox_picture *picture)
{
    static const enum heif_channel channels[] = {heif_channel_Y, heif_channel_Cb, heif_channel_Cr};
    AUTO(fox_picture) planes = {0};
    struct heif_image *image = NULL;
    pxf_error err = {0};

    assert_ok(fox_colour_to_420(picture, &planes, &err));
    assert_heif(heif_image_create((int)picture->width_px, (int)picture->height_px,
                                  heif_colorspace_YCbCr, heif_chroma_420, &image));
    for (size_t i = 0; i < 3; i++) {
        const struct fox_plane *from = &planes.planes[i];
        int stride = 0;
        uint8_t *to;

        assert_heif(
            heif_image_add_plane(image, channels[i], (int)from->width_px, (int)from->height_px, 8));
        to = heif_image_get_plane(image, channels[i], &stride);
        for (uint32_t y = 0; y < from->height_px; y++) {
            memcpy(to + (size_t)stride * y, fox_plane_row(from, y), from->width_px);
        }
    }
    return image;
}

static void encode(const struct fox_picture *picture, const struct settings *settings,
                   struct fox_str *str)
{
    const struct heif_encoder_descriptor *descriptor = NULL;
    struct heif_encoding_options *options = heif_encoding_options_alloc();
    struct heif_color_profile_nclx *nclx = heif_nclx_color_profile_alloc();
    struct heif_writer writer = {.writer_api_version = 1, .write = keep};
    struct heif_context *context = heif_context_alloc();
    struct heif_image *image = image_of(picture);
    struct heif_encoder *encoder = NULL;

    nclx->color_primaries = heif_color_primaries_ITU_R_BT_709_5;
    nclx->transfer_characteristics = heif_transfer_characteristic_IEC_61966_2_1;
    nclx->matrix_coefficients = heif_matrix_coefficients_ITU_R_BT_601_6;
    nclx->full_range_flag = 1;
    options->output_nclx_profile = nclx;
    options->macOS_compatibility_workaround_no_nclx_profile = 0;
    assert_int_equal(heif_get_encoder_descriptors(heif_compression_AV1, "aom", &descriptor, 1), 1);
    assert_heif(heif_context_get_encoder(context, descriptor, &encoder));
    assert_heif(heif_encoder_set_lossy_quality(encoder, settings->quality));
    assert_heif(heif_encoder_set_parameter_integer(encoder, "speed", settings->speed));
    assert_heif(heif_encoder_set_parameter_integer(encoder, "threads", 1));
    for (size_t i = 0; i < OPTION_LIMIT && settings->options[i].name; i++) {
        assert_heif(heif_encoder_set_parameter_string(encoder, settings->options[i].name,
                                                      settings->options[i].value));
    }
    assert_heif(heif_image_set_nclx_color_profile(image, nclx));
    assert_heif(heif_context_encode_image(context, image, encoder, options, NULL));
    assert_heif(heif_context_write(context, &writer, str));
    heif_image_release(image);
    heif_encoder_release(encoder);
    heif_context_free(context);
    heif_nclx_color_profile_free(nclx);
    heif_encoding_options_free(options);
}

static bool are_same(const struct fox_image_variant *variant, const struct fox_str *str)
{
    return variant->size == str->size && memcmp(variant->data, str->data, str->size) == 0;
}

static bool makes_the_same(const struct fox_picture *picture, const struct settings *settings,
                           const struct fox_image_variant *variant)
{
    AUTO(fox_str) str = {0};

    encode(picture, settings, &str);
    return are_same(variant, &str);
}

static void a_photograph_is_encoded_fast_with_matrices(void **state)
{
    AUTO(fox_shot) shot = kit_open("photo.jpg");
    AUTO(fox_image_variant) variant = kit_render(&shot, kit_recipe("avif"));
    const struct fox_picture *picture = &shot.image->decoded.picture;
    struct settings other = photograph;

    (void)state;
    assert_false(fox_image_is_graphic(shot.image));
    assert_true(makes_the_same(picture, &photograph, &variant));
    other.options[1].value = "0";
    assert_false(makes_the_same(picture, &other, &variant));
    other = photograph;
    other.options[3].value = "12";
    other.options[2].value = "12";
    assert_false(makes_the_same(picture, &other, &variant));
    other = photograph;
    other.speed = 7;
    assert_false(makes_the_same(picture, &other, &variant));
    other = photograph;
    other.options[0].value = "psnr";
    assert_false(makes_the_same(picture, &other, &variant));
}

static void a_drawing_is_encoded_slower_without_palettes(void **state)
{
    AUTO(fox_shot) shot = kit_open("quadrants_odd.jpg");
    AUTO(fox_image_variant) variant = kit_render(&shot, kit_recipe("avif"));

    (void)state;
    assert_true(makes_the_same(&shot.image->decoded.picture, &drawing, &variant));
}

/* Copies inside the picture (intrabc) help some releases only; where they do, they are off. */
static void a_screen_is_encoded_with_palettes(void **state)
{
    AUTO(fox_shot) shot = kit_open("text.png");
    AUTO(fox_image_variant) variant = kit_render(&shot, kit_recipe("avif"));
    AUTO(fox_str) plain = {0}, copying = {0};
    struct settings other = screen;

    (void)state;
    assert_true(makes_the_same(&shot.image->decoded.picture, &screen, &variant));
    encode(&shot.image->decoded.picture, &drawing, &plain);
    assert_true(variant.size < plain.size * 2 / 3);
    other.options[2].value = "1";
    encode(&shot.image->decoded.picture, &other, &copying);
    assert_true(are_same(&variant, &copying) || copying.size < variant.size);
}

static void quality_is_a_crf_where_less_is_better(void **state)
{
    static const int crfs[] = {0, 20, 35, 50, 63};
    struct fox_recipe recipe = *kit_recipe("avif");
    AUTO(fox_shot) shot = kit_open("photo_odd.jpg");
    size_t before = SIZE_MAX;

    (void)state;
    for (size_t i = 0; i < sizeof crfs / sizeof *crfs; i++) {
        recipe.quality = crfs[i];
        {
            AUTO(fox_image_variant) variant = kit_render(&shot, &recipe);

            assert_true(variant.size < before);
            before = variant.size;
        }
    }
}

/* The file says how its numbers become colours: BT.709 primaries, sRGB's curve, BT.601's matrix,
 * the full range. */
static void colours_are_named_in_the_file(void **state)
{
    static const uint8_t box[] = {'c', 'o', 'l', 'r', 'n', 'c', 'l', 'x', 0, 1, 0, 13, 0, 6, 0x80};
    AUTO(fox_shot) shot = kit_open("quadrants.jpg");
    AUTO(fox_image_variant) variant = kit_render(&shot, kit_recipe("thumbnail_small_avif"));

    (void)state;
    assert_non_null(memmem(variant.data, variant.size, box, sizeof box));
}

SUITE(avif, cmocka_unit_test(a_photograph_is_encoded_fast_with_matrices),
      cmocka_unit_test(a_drawing_is_encoded_slower_without_palettes),
      cmocka_unit_test(a_screen_is_encoded_with_palettes),
      cmocka_unit_test(quality_is_a_crf_where_less_is_better),
      cmocka_unit_test(colours_are_named_in_the_file))
