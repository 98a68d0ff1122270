/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/meta/rows.h"

#include <math.h>
#include <string.h>

#include "meta/metadata.h"

static const struct fox_id pool = {{0x01, 0x98, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1}};

static void metadata_is_read_as_it_was_added(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);
    AUTO(fox_exif) exif = {.camera_model = "Leica Q3 'ö'",
                           .taken_at = "2026-11-25 01:02:03",
                           .taken_zone = "+02:00",
                           .has_place = true,
                           .latitude = -33.856784000000001,
                           .longitude = 151.215296,
                           .exposure_time = "1/60",
                           .aperture = "f/2.8",
                           .iso = UINT32_MAX,
                           .focal_length = "35.0mm"};
    AUTO(fox_exif) read = {0};

    fox_str_put_text(&exif.json, "{\"Make\":\"Leica\"}");
    add_image(c, 1, "ada", &pool);
    assert_ok(WRITE(fox_metadata_add_in(tx(c), &id, &exif, &err)));
    assert_ok(READ(fox_metadata_get_in(tx(c), &id, &read, &err)));
    assert_string_equal(read.camera_model, exif.camera_model);
    assert_string_equal(read.taken_at, "2026-11-25 01:02:03");
    assert_string_equal(read.taken_zone, "+02:00");
    assert_true(read.has_place);
    assert_true(read.latitude == exif.latitude); /* every bit of it */
    assert_true(read.longitude == exif.longitude);
    assert_string_equal(read.exposure_time, "1/60");
    assert_string_equal(read.aperture, "f/2.8");
    assert_int_equal(read.iso, UINT32_MAX);
    assert_string_equal(read.focal_length, "35.0mm");
    assert_string_equal(fox_str_text(&read.json), "{\"Make\":\"Leica\"}");
}

static void what_a_picture_does_not_say_stays_absent(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);
    const struct fox_exif exif = {.iso = 100, .latitude = 1, .longitude = 2};
    AUTO(fox_exif) read = {0};

    add_image(c, 1, "ada", &pool);
    assert_ok(WRITE(fox_metadata_add_in(tx(c), &id, &exif, &err)));
    assert_ok(READ(fox_metadata_get_in(tx(c), &id, &read, &err)));
    assert_string_equal(read.camera_model, "");
    assert_string_equal(read.taken_at, "");
    assert_false(read.has_place);
    assert_int_equal(read.iso, 100);
    assert_string_equal(fox_str_text(&read.json), "{}");
    assert_int_equal(catalog_number(catalog_db(c), "SELECT COUNT(*) AS n FROM metadata"
                                                   " WHERE camera_model IS NULL"
                                                   "   AND latitude IS NULL"),
                     1);
}

static void a_place_that_is_no_number_is_left_out(void **state)
{
    static const double nonsense[] = {NAN, INFINITY, -INFINITY};
    struct catalog *c = *state;
    pxf_error err = {0};

    for (unsigned i = 0; i < 6; i++) {
        const struct fox_id id = catalog_id(i + 1);
        const struct fox_exif exif = {.has_place = true,
                                      .latitude = i < 3 ? nonsense[i] : 1,
                                      .longitude = i < 3 ? 1 : nonsense[i - 3]};
        AUTO(fox_exif) read = {0};

        add_image(c, i + 1, "ada", &pool);
        assert_ok(WRITE(fox_metadata_add_in(tx(c), &id, &exif, &err)));
        assert_ok(READ(fox_metadata_get_in(tx(c), &id, &read, &err)));
        assert_false(read.has_place);
    }
}

static void an_image_has_metadata_once(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);
    const struct fox_exif one = {.camera_model = "one"}, two = {.camera_model = "two"};
    AUTO(fox_exif) read = {0};

    add_image(c, 1, "ada", &pool);
    assert_ok(WRITE(fox_metadata_add_in(tx(c), &id, &one, &err)));
    assert_fails(WRITE(fox_metadata_add_in(tx(c), &id, &two, &err)), PXF_EXISTS);
    assert_ok(READ(fox_metadata_get_in(tx(c), &id, &read, &err)));
    assert_string_equal(read.camera_model, "one");
}

static void a_picture_that_says_anything_has_a_row_and_no_other(void **state)
{
    static const struct {
        struct fox_exif exif;
        const char *tags;
        bool has_row;
    } cases[] = {
        {{.iso = 0}, "", false},
        {{.latitude = 1, .longitude = 2}, "{}", false},
        {{.camera_model = "m"}, "{}", true},
        {{.taken_at = "2026-11-25 01:02:03"}, "{}", true},
        {{.taken_zone = "+02:00"}, "{}", true},
        {{.has_place = true}, "{}", true},
        {{.exposure_time = "1/60"}, "{}", true},
        {{.aperture = "f/8"}, "{}", true},
        {{.iso = 1}, "{}", true},
        {{.focal_length = "35.0mm"}, "{}", true},
        {{.iso = 0}, "{\"Make\":\"m\"}", true},
    };
    struct catalog *c = *state;
    pxf_error err = {0};

    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct fox_id id = catalog_id(i + 1);
        struct fox_exif exif = cases[i].exif;
        AUTO(fox_exif) read = {0};
        pxf_status status;

        fox_str_put_text(&exif.json, cases[i].tags);
        assert_ok(WRITE(fox_metadata_add_in(tx(c), &id, &exif, &err)));
        status = READ(fox_metadata_get_in(tx(c), &id, &read, &err));
        assert_int_equal(status, cases[i].has_row ? PXF_OK : PXF_NOT_FOUND);
        fox_fail_clear(&err);
        fox_exif_let_go(&exif);
    }
}

static void fields_as_long_as_they_can_be_are_kept_whole(void **state)
{
    enum { TAG_BYTES = 300000 };
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);
    AUTO(fox_exif) exif = {0};
    AUTO(fox_exif) read = {0};

    memset(exif.camera_model, 'm', sizeof exif.camera_model - 1);
    memset(exif.exposure_time, '9', sizeof exif.exposure_time - 1);
    for (size_t i = 0; i < TAG_BYTES; i++) {
        fox_str_put(&exif.json, "j", 1);
    }
    add_image(c, 1, "ada", &pool);
    assert_ok(WRITE(fox_metadata_add_in(tx(c), &id, &exif, &err)));
    assert_ok(READ(fox_metadata_get_in(tx(c), &id, &read, &err)));
    assert_string_equal(read.camera_model, exif.camera_model);
    assert_string_equal(read.exposure_time, exif.exposure_time);
    assert_int_equal(strlen(fox_str_text(&read.json)), TAG_BYTES);
}

static void an_image_without_metadata_is_told(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);
    struct fox_exif read = {.iso = 7};

    add_image(c, 1, "ada", &pool);
    assert_fails(READ(fox_metadata_get_in(tx(c), &id, &read, &err)), PXF_NOT_FOUND);
    assert_int_equal(read.iso, 7);
}

CATALOG_SUITE(metadata, cmocka_unit_test(metadata_is_read_as_it_was_added),
              cmocka_unit_test(what_a_picture_does_not_say_stays_absent),
              cmocka_unit_test(a_place_that_is_no_number_is_left_out),
              cmocka_unit_test(an_image_has_metadata_once),
              cmocka_unit_test(a_picture_that_says_anything_has_a_row_and_no_other),
              cmocka_unit_test(fields_as_long_as_they_can_be_are_kept_whole),
              cmocka_unit_test(an_image_without_metadata_is_told))
