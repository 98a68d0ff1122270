/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include "model/format.h"

static const struct {
    pxf_format format;
    const char *name, *mime, *extension;
} formats[] = {
    {PXF_FORMAT_JPEG, "JPEG", "image/jpeg", "jpg"},
    {PXF_FORMAT_PNG, "PNG", "image/png", "png"},
    {PXF_FORMAT_GIF, "GIF", "image/gif", "gif"},
    {PXF_FORMAT_WEBP, "WebP", "image/webp", "webp"},
    {PXF_FORMAT_AVIF, "AVIF", "image/avif", "avif"},
    {PXF_FORMAT_HEIC, "HEIC", "image/heic", "heic"},
    {PXF_FORMAT_TIFF, "TIFF", "image/tiff", "tiff"},
    {PXF_FORMAT_BMP, "BMP", "image/bmp", "bmp"},
};

enum { FORMAT_COUNT = sizeof formats / sizeof formats[0] };

static void a_format_has_a_name_a_type_and_an_extension(void **state)
{
    (void)state;
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        assert_string_equal(fox_format_name(formats[i].format), formats[i].name);
        assert_string_equal(fox_format_mime(formats[i].format), formats[i].mime);
        assert_string_equal(fox_format_extension(formats[i].format), formats[i].extension);
    }
}

static void a_type_or_an_extension_leads_back_to_its_format(void **state)
{
    (void)state;
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        assert_int_equal(fox_format_of_mime(formats[i].mime), formats[i].format);
        assert_int_equal(fox_format_of_extension(formats[i].extension), formats[i].format);
    }
}

static void what_is_no_format_has_empty_names(void **state)
{
    static const int others[] = {0, -1, FORMAT_COUNT + 1, 1 << 30};

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_string_equal(fox_format_name((pxf_format)others[i]), "");
        assert_string_equal(fox_format_mime((pxf_format)others[i]), "");
        assert_string_equal(fox_format_extension((pxf_format)others[i]), "");
    }
}

static void other_types_and_extensions_are_no_format(void **state)
{
    static const char *const others[] = {
        "", "image/svg+xml", "image/", "IMAGE/JPEG", "jpeg", ".jpg", "JPG", "jpg ", "php",
    };

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_int_equal(fox_format_of_mime(others[i]), 0);
        assert_int_equal(fox_format_of_extension(others[i]), 0);
    }
    assert_int_equal(fox_format_of_mime(NULL), 0);
    assert_int_equal(fox_format_of_extension(NULL), 0);
}

SUITE(format, cmocka_unit_test(a_format_has_a_name_a_type_and_an_extension),
      cmocka_unit_test(a_type_or_an_extension_leads_back_to_its_format),
      cmocka_unit_test(what_is_no_format_has_empty_names),
      cmocka_unit_test(other_types_and_extensions_are_no_format))
