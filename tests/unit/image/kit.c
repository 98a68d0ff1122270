/* SPDX-License-Identifier: Apache-2.0 */
#include "kit.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/colour.h"
#include "image/handle.h"

static const struct kit_colour red = {220, 30, 40, 255}, green = {40, 180, 60, 255},
                               blue = {30, 60, 200, 255}, yellow = {230, 210, 50, 255};

static void start(void)
{
    pxf_error err = {0};

    assert_ok(fox_image_start(&err));
}

void fox_file_let_go(struct fox_file *file)
{
    free(file->data);
    file->data = NULL;
}

void fox_shot_let_go(struct fox_shot *shot)
{
    fox_image_free(shot->image);
    fox_file_let_go(&shot->file);
}

static void sniff(struct fox_file *file)
{
    struct fox_memory memory = {file->data, file->size};
    const struct fox_reader reader = fox_reader_of_memory(&memory);

    (void)fox_sniff_read(&reader, &file->sniff, NULL);
}

void kit_start(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, start);
}

struct fox_file kit_file(const char *name)
{
    struct fox_file file = {0};
    char path[512];
    FILE *stream;

    kit_start();
    (void)snprintf(path, sizeof path, "%s/%s", FOX_PICTURES, name);
    stream = fopen(path, "rb");
    if (!stream) {
        fail_msg("no picture '%s'", path);
    }
    assert_int_equal(fseek(stream, 0, SEEK_END), 0);
    file.size = (size_t)ftell(stream);
    rewind(stream);
    file.data = malloc(file.size + 1);
    assert_int_equal(fread(file.data, 1, file.size, stream), file.size);
    assert_int_equal(fclose(stream), 0);
    sniff(&file);
    return file;
}

struct fox_shot kit_open_with(const char *name, const struct fox_image_options *options)
{
    struct fox_shot shot = {.file = kit_file(name)};
    pxf_error err = {0};

    assert_ok(fox_image_open(&shot.image, shot.file.data, shot.file.size, &shot.file.sniff, options,
                             &err));
    return shot;
}

struct fox_shot kit_open(const char *name)
{
    return kit_open_with(name, &fox_image_default_options);
}

pxf_status kit_try(const char *name, const struct fox_image_options *options, pxf_error *err)
{
    AUTO(fox_shot) shot = {.file = kit_file(name)};

    return fox_image_open(&shot.image, shot.file.data, shot.file.size, &shot.file.sniff, options,
                          err);
}

const struct fox_recipe *kit_recipe(const char *kind)
{
    for (size_t i = 0; i < FOX_BUILTIN_RECIPE_COUNT; i++) {
        if (strcmp(fox_builtin_recipes[i].kind, kind) == 0) {
            return &fox_builtin_recipes[i];
        }
    }
    fail_msg("no recipe '%s'", kind);
    return NULL;
}

struct fox_image_variant kit_render(const struct fox_shot *shot, const struct fox_recipe *recipe)
{
    struct fox_image_variant variant = {0};
    struct fox_file file = {0};
    pxf_error err = {0};

    assert_ok(fox_image_render(shot->image, recipe, &variant, &err));
    if (variant.skip == FOX_SKIP_NONE) {
        file = (struct fox_file){.data = variant.data, .size = variant.size};
        sniff(&file);
        assert_int_equal(file.sniff.format, variant.format);
        assert_int_equal(file.sniff.width_px, variant.width_px);
        assert_int_equal(file.sniff.height_px, variant.height_px);
        assert_int_equal(file.sniff.frame_count, variant.frame_count);
        assert_int_equal(file.sniff.orientation, 1);
    }
    return variant;
}

struct fox_picture kit_pixels(const struct fox_image_variant *variant)
{
    AUTO(fox_shot) shot = {.file = {.data = variant->data, .size = variant->size}};
    struct fox_picture picture = {0};
    pxf_error err = {0};

    sniff(&shot.file);
    assert_ok(fox_image_open(&shot.image, variant->data, variant->size, &shot.file.sniff,
                             &fox_image_default_options, &err));
    assert_ok(fox_colour_to_rgb(&shot.image->decoded.picture, &picture, &err));
    shot.file.data = NULL;
    return picture;
}

struct fox_picture kit_rendered(const char *name, const char *kind)
{
    AUTO(fox_shot) shot = kit_open(name);
    AUTO(fox_image_variant) variant = kit_render(&shot, kit_recipe(kind));

    return kit_pixels(&variant);
}

struct kit_colour kit_pixel(const struct fox_picture *picture, uint32_t x, uint32_t y)
{
    const uint32_t bytes = fox_picture_sample_bytes(picture);
    const uint8_t *px = fox_plane_row(&picture->planes[0], y) + (size_t)x * bytes;

    return (struct kit_colour){px[0], px[1], px[2], bytes == 4 ? px[3] : UINT8_MAX};
}

void kit_assert_colour(const struct fox_picture *picture, uint32_t x, uint32_t y,
                       struct kit_colour expected, int tolerance)
{
    const struct kit_colour seen = kit_pixel(picture, x, y);

    if (abs(seen.r - expected.r) > tolerance || abs(seen.g - expected.g) > tolerance ||
        abs(seen.b - expected.b) > tolerance) {
        fail_msg("(%d %d %d) at %u,%u instead of (%d %d %d)", seen.r, seen.g, seen.b, x, y,
                 expected.r, expected.g, expected.b);
    }
}

void kit_assert_quadrants(const struct fox_picture *picture, int tolerance)
{
    const uint32_t left = picture->width_px / 4, top = picture->height_px / 4;

    kit_assert_colour(picture, left, top, red, tolerance);
    kit_assert_colour(picture, 3 * left, top, green, tolerance);
    kit_assert_colour(picture, left, 3 * top, blue, tolerance);
    kit_assert_colour(picture, 3 * left, 3 * top, yellow, tolerance);
}

void kit_assert_alike(const struct fox_picture *one, const struct fox_picture *other,
                      double tolerance)
{
    double sum = 0;

    kit_assert_size(one, other->width_px, other->height_px);
    for (uint32_t y = 0; y < one->height_px; y++) {
        for (uint32_t x = 0; x < one->width_px; x++) {
            const struct kit_colour a = kit_pixel(one, x, y), b = kit_pixel(other, x, y);

            sum += abs(a.r - b.r) + abs(a.g - b.g) + abs(a.b - b.b);
        }
    }
    sum /= 3.0 * one->width_px * one->height_px;
    if (sum > tolerance) {
        fail_msg("the pictures differ by %.2f a sample", sum);
    }
}

void kit_assert_size(const struct fox_picture *picture, uint32_t width_px, uint32_t height_px)
{
    if (picture->width_px != width_px || picture->height_px != height_px) {
        fail_msg("%ux%u instead of %ux%u", picture->width_px, picture->height_px, width_px,
                 height_px);
    }
}
