/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <string.h>

#include "model/layout.h"

#define ID "0192f3a4-5b6c-7d8e-9f01-23456789abcd"

static const struct fox_day day = {2026, 3, 7};

static void an_original_lies_under_the_day_it_came(void **state)
{
    AUTO(fox_str) key = {0};
    pxf_error err = {0};

    (void)state;
    assert_ok(fox_layout_original(&key, day, ID, "jpg", &err));
    assert_string_equal(fox_str_text(&key), "original/2026/03/07/" ID ".jpg");
}

static void a_variant_has_its_suffix_behind_the_id(void **state)
{
    static const struct {
        const char *suffix, *ext, *key;
    } rows[] = {
        {"", "webp", "variants/2026/03/07/" ID ".webp"},
        {"", "avif", "variants/2026/03/07/" ID ".avif"},
        {"small", "jpg", "variants/2026/03/07/" ID "_small.jpg"},
        {"medium", "avif", "variants/2026/03/07/" ID "_medium.avif"},
        {"card2x", "png", "variants/2026/03/07/" ID "_card2x.png"},
    };
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AUTO(fox_str) key = {0};

        assert_ok(fox_layout_variant(&key, day, ID, rows[i].suffix, rows[i].ext, &err));
        assert_string_equal(fox_str_text(&key), rows[i].key);
    }
}

static void a_key_is_added_behind_what_is_there(void **state)
{
    AUTO(fox_str) key = {0};
    pxf_error err = {0};

    (void)state;
    fox_str_put_text(&key, "prefix/");
    assert_ok(fox_layout_original(&key, day, ID, "png", &err));
    assert_string_equal(fox_str_text(&key), "prefix/original/2026/03/07/" ID ".png");
}

static void a_day_of_no_calendar_makes_no_key(void **state)
{
    static const struct fox_day days[] = {
        {2026, 2, 29},     {2026, 13, 1},        {2026, 0, 1},         {2026, 1, 0},  {2026, 4, 31},
        {1969, 12, 31},    {10000, 1, 1},        {2100, 2, 29},        {2026, 1, 32}, {-1, 1, 1},
        {INT32_MAX, 1, 1}, {2026, INT32_MAX, 1}, {2026, 1, INT32_MIN},
    };
    AUTO(fox_str) key = {0};
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        assert_fails(fox_layout_original(&key, days[i], ID, "jpg", &err), PXF_INVALID);
    }
    assert_int_equal(key.size, 0);
}

static void a_leap_day_is_a_day(void **state)
{
    AUTO(fox_str) key = {0};
    pxf_error err = {0};

    (void)state;
    assert_ok(fox_layout_original(&key, (struct fox_day){2028, 2, 29}, ID, "jpg", &err));
    assert_int_equal(fox_layout_parse(fox_str_text(&key)).day.day, 29);
}

static void no_part_of_a_key_leaves_its_folder(void **state)
{
    static const struct {
        const char *id, *suffix, *ext;
    } rows[] = {
        {"../../../../etc/passwd", "", "jpg"},
        {"", "", "jpg"},
        {"0192F3A4-5B6C-7D8E-9F01-23456789ABCD", "", "jpg"},
        {"0192f3a45b6c7d8e9f0123456789abcd", "", "jpg"},
        {ID "0", "", "jpg"},
        {"0192f3a4-5b6c-7d8e-9f01-23456789abc/", "", "jpg"},
        {ID, "../x", "jpg"},
        {ID, "Small", "jpg"},
        {ID, "2x", "jpg"},
        {ID, "a_b", "jpg"},
        {ID, "abcdefghijklmnopqrstuvwxyz0123456", "jpg"},
        {ID, "", ""},
        {ID, "", "j/g"},
        {ID, "", "tar.gz"},
        {ID, "", "JPG"},
        {ID, "", "verylonge"},
        {ID, "", "jp\n"},
    };
    AUTO(fox_str) key = {0};
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_fails(fox_layout_variant(&key, day, rows[i].id, rows[i].suffix, rows[i].ext, &err),
                     PXF_INVALID);
    }
    assert_string_equal(fox_str_text(&key), "");
}

static void a_key_that_is_ours_says_all_its_parts(void **state)
{
    const struct fox_key original = fox_layout_parse("original/2026/03/07/" ID ".jpg");
    const struct fox_key full = fox_layout_parse("variants/1999/12/31/" ID ".webp");
    const struct fox_key small = fox_layout_parse("variants/2026/03/07/" ID "_small.jpg");

    (void)state;
    assert_int_equal(original.kind, FOX_KEY_ORIGINAL);
    assert_string_equal(original.id, ID);
    assert_string_equal(original.suffix, "");
    assert_string_equal(original.ext, "jpg");
    assert_int_equal(original.day.year, 2026);
    assert_int_equal(original.day.month, 3);
    assert_int_equal(original.day.day, 7);
    assert_int_equal(full.kind, FOX_KEY_VARIANT);
    assert_string_equal(full.suffix, "");
    assert_int_equal(full.day.year, 1999);
    assert_int_equal(small.kind, FOX_KEY_VARIANT);
    assert_string_equal(small.suffix, "small");
}

static void anything_else_is_foreign(void **state)
{
    static const char *const keys[] = {
        "",
        "/",
        "original",
        "original/",
        "/original/2026/03/07/" ID ".jpg",
        "Original/2026/03/07/" ID ".jpg",
        "originals/2026/03/07/" ID ".jpg",
        "original/2026/03/07/" ID,
        "original/2026/03/07/" ID ".",
        "original/2026/03/07/" ID ".jpg/",
        "original/2026/03/07/" ID ".jpg.tmp",
        "original/2026/03/07/" ID "_small.jpg",
        "original/2026/3/7/" ID ".jpg",
        "original/2026/02/30/" ID ".jpg",
        "original/0000/01/01/" ID ".jpg",
        "original/2026-03-07/" ID ".jpg",
        "original/2026/03/" ID ".jpg",
        "original/2026/03/07//" ID ".jpg",
        "original/2026/03/07/../" ID ".jpg",
        "original/ 026/03/07/" ID ".jpg",
        "variants/2026/03/07/" ID "_.jpg",
        "variants/2026/03/07/" ID "__small.jpg",
        "variants/2026/03/07/" ID "_small_x.jpg",
        "variants/2026/03/07/" ID "_Small.jpg",
        "variants/2026/03/07/" ID "small.jpg",
        "variants/2026/03/07/" ID ".verylonge",
        "variants/2026/03/07/_small.jpg",
        "variants/2026/03/07/0192F3A4-5B6C-7D8E-9F01-23456789ABCD.jpg",
        "variants/2026/03/07/" ID "_abcdefghijklmnopqrstuvwxyz0123456.jpg",
        "images/2026/03/07/" ID ".jpg",
        ".pixelfox-pool",
        "original/2026/03/07/.hidden",
    };

    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const struct fox_key key = fox_layout_parse(keys[i]);

        if (key.kind != FOX_KEY_FOREIGN) {
            fail_msg("'%s' was taken as ours", keys[i]);
        }
        assert_string_equal(key.id, "");
        assert_string_equal(key.ext, "");
        assert_int_equal(key.day.year, 0);
    }
}

/* The nth of a sequence of keys that differ in all their parts. */
static void write_key(struct fox_str *key, int64_t n, pxf_error *err)
{
    static const char *const suffixes[] = {"", "small", "medium", "a", "card99"};
    static const char *const exts[] = {"jpg", "png", "webp", "avif", "tiff", "h"};
    const struct fox_day some_day = fox_day_of_ms(n * 977 * FOX_HOUR_MS);
    struct fox_id id = {.bytes = {0}};
    char text[FOX_ID_TEXT_BYTES];

    memcpy(id.bytes, &n, sizeof n);
    fox_id_format(text, &id);
    if (n % 7 == 0) {
        assert_int_equal(fox_layout_original(key, some_day, text, exts[n % 6], err), PXF_OK);
    } else {
        assert_int_equal(fox_layout_variant(key, some_day, text, suffixes[n % 5], exts[n % 6], err),
                         PXF_OK);
    }
}

static void what_is_written_is_read_and_written_again(void **state)
{
    pxf_error err = {0};

    (void)state;
    for (int64_t n = 0; n < 3000; n++) {
        AUTO(fox_str) key = {0};
        AUTO(fox_str) again = {0};
        struct fox_key parsed;

        write_key(&key, n, &err);
        parsed = fox_layout_parse(fox_str_text(&key));
        assert_int_not_equal(parsed.kind, FOX_KEY_FOREIGN);
        if (parsed.kind == FOX_KEY_ORIGINAL) {
            assert_ok(fox_layout_original(&again, parsed.day, parsed.id, parsed.ext, &err));
        } else {
            assert_ok(
                fox_layout_variant(&again, parsed.day, parsed.id, parsed.suffix, parsed.ext, &err));
        }
        assert_string_equal(fox_str_text(&again), fox_str_text(&key));
    }
}

static void a_url_is_the_pools_base_one_slash_and_the_key(void **state)
{
    static const struct {
        const char *base, *url;
    } rows[] = {
        {NULL, "/files/local/original/x.jpg"},
        {"", "/files/local/original/x.jpg"},
        {"https://cdn.example.org", "https://cdn.example.org/original/x.jpg"},
        {"https://cdn.example.org/", "https://cdn.example.org/original/x.jpg"},
        {"https://example.org/a/b//", "https://example.org/a/b/original/x.jpg"},
        {"/", "/original/x.jpg"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AUTO(fox_str) url = {0};

        fox_layout_url(&url, rows[i].base, "local", "original/x.jpg");
        assert_string_equal(fox_str_text(&url), rows[i].url);
    }
}

SUITE(layout, cmocka_unit_test(an_original_lies_under_the_day_it_came),
      cmocka_unit_test(a_variant_has_its_suffix_behind_the_id),
      cmocka_unit_test(a_key_is_added_behind_what_is_there),
      cmocka_unit_test(a_day_of_no_calendar_makes_no_key), cmocka_unit_test(a_leap_day_is_a_day),
      cmocka_unit_test(no_part_of_a_key_leaves_its_folder),
      cmocka_unit_test(a_key_that_is_ours_says_all_its_parts),
      cmocka_unit_test(anything_else_is_foreign),
      cmocka_unit_test(what_is_written_is_read_and_written_again),
      cmocka_unit_test(a_url_is_the_pools_base_one_slash_and_the_key))
