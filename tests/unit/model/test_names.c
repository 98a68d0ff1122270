/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <string.h>

#include "base/utf8.h"
#include "model/names.h"

#define LETTERS_62 "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz"

struct row {
    const char *name;
    pxf_status status;
};

typedef pxf_status (*check_fn)(const char *name, pxf_error *err);

static void assert_rows(check_fn check, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pxf_error err = {0};

        if (check(rows[i].name, &err) != rows[i].status) {
            fail_msg("'%s' gives %s: %s", rows[i].name, fox_status_name((pxf_status)err.status),
                     err.message);
        }
        assert_int_equal(err.message[0] != '\0', rows[i].status != PXF_OK);
    }
}

static void a_pools_name_is_short_and_plain(void **state)
{
    static const struct row rows[] = {
        {"local", PXF_OK},        {"a", PXF_OK},
        {"disk-2", PXF_OK},       {"a-", PXF_OK},
        {"x" LETTERS_62, PXF_OK}, {"xy" LETTERS_62, PXF_INVALID},
        {"", PXF_INVALID},        {"-a", PXF_INVALID},
        {"2nd", PXF_INVALID},     {"Local", PXF_INVALID},
        {"my_pool", PXF_INVALID}, {"a b", PXF_INVALID},
        {"a/b", PXF_INVALID},     {"..", PXF_INVALID},
        {"pöl", PXF_INVALID},     {"a\n", PXF_INVALID},
    };

    (void)state;
    assert_rows(fox_name_check_pool, rows, sizeof rows / sizeof rows[0]);
}

static void a_kinds_name_has_underscores(void **state)
{
    static const struct row rows[] = {
        {"thumbs_again", PXF_OK},       {"k2", PXF_OK},        {"x" LETTERS_62, PXF_OK},
        {"xy" LETTERS_62, PXF_INVALID}, {"", PXF_INVALID},     {"_k", PXF_INVALID},
        {"my-kind", PXF_INVALID},       {"Kind", PXF_INVALID},
    };

    (void)state;
    assert_rows(fox_name_check_kind, rows, sizeof rows / sizeof rows[0]);
}

static void a_nodes_name_may_be_a_host_name(void **state)
{
    static const struct row rows[] = {
        {"", PXF_OK},          {"s01", PXF_OK},          {"S01.example.org", PXF_OK},
        {"eu-west_1", PXF_OK}, {"x" LETTERS_62, PXF_OK}, {"xy" LETTERS_62, PXF_INVALID},
        {".s01", PXF_INVALID}, {"s 01", PXF_INVALID},    {"s/01", PXF_INVALID},
    };

    (void)state;
    assert_rows(fox_name_check_node, rows, sizeof rows / sizeof rows[0]);
}

static void an_owner_is_clean_text_of_any_script(void **state)
{
    static const struct row rows[] = {
        {"", PXF_OK},
        {"ada", PXF_OK},
        {" ada ", PXF_OK},
        {"Ада Лавлейс", PXF_OK},
        {"👩‍💻", PXF_OK},
        {"ada\n", PXF_INVALID},
        {"a\x7f", PXF_INVALID},
        {"a\xc2\x85", PXF_INVALID},
        {"a\xe2\x80\xae"
         "b",
         PXF_INVALID},
        {"\xff", PXF_INVALID},
        {"a\xc3", PXF_INVALID},
    };

    (void)state;
    assert_rows(fox_name_check_owner, rows, sizeof rows / sizeof rows[0]);
}

static void an_owner_has_at_most_255_bytes(void **state)
{
    char name[258];
    pxf_error err = {0};

    (void)state;
    memset(name, 'a', sizeof name);
    name[255] = '\0';
    assert_ok(fox_name_check_owner(name, &err));
    name[255] = 'a';
    name[256] = '\0';
    assert_fails(fox_name_check_owner(name, &err), PXF_INVALID);
}

static void a_title_is_kept_as_people_see_it(void **state)
{
    static const struct {
        const char *what, *title, *kept;
    } rows[] = {
        {"plain", "IMG_0001.jpg", "IMG_0001.jpg"},
        {"nothing", "", ""},
        {"only blanks", " \t\r\n ", ""},
        {"spaces at the ends", "  a b  ", "a b"},
        {"runs of spaces", "a  \t b", "a b"},
        {"a line break", "a\r\nb", "a b"},
        {"controls", "a\x01\x1b[31mb\x7f", "a[31mb"},
        {"C1 controls",
         "a\xc2\x9b"
         "b",
         "ab"},
        {"bidirectional controls", "photo\xe2\x80\xaegpj.exe", "photogpj.exe"},
        {"a line separator",
         "a\xe2\x80\xa8"
         "b",
         "ab"},
        {"slashes and dots", "../../etc/passwd", "../../etc/passwd"},
        {"composed", "\xc3\x84.jpg", "\xc3\x84.jpg"},
        {"decomposed", "A\xcc\x88.jpg", "\xc3\x84.jpg"},
        {"Hangul", "\xe1\x84\x80\xe1\x85\xa1", "\xea\xb0\x80"},
        {"joined emoji", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
         "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb"},
        {"bytes that are no text",
         "a\xff\xfe"
         "b",
         "a\xef\xbf\xbd\xef\xbf\xbd"
         "b"},
        {"a character cut off", "a\xe2\x82", "a\xef\xbf\xbd\xef\xbf\xbd"},
        {"Latin-1",
         "Gr\xfc\xdf"
         "e",
         "Gr\xef\xbf\xbd\xef\xbf\xbd"
         "e"},
    };
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AUTO(fox_str) kept = {0};

        assert_ok(fox_name_put_title(&kept, rows[i].title, 255, &err));
        if (strcmp(fox_str_text(&kept), rows[i].kept) != 0) {
            fail_msg("%s: '%s'", rows[i].what, fox_str_text(&kept));
        }
    }
}

static void a_title_is_cut_at_a_character(void **state)
{
    static const struct {
        const char *title;
        size_t limit;
        const char *kept;
    } rows[] = {
        {"abcdef", 6, "abcdef"},   {"abcdef", 5, "abcde"},
        {"abcdef", 0, ""},         {"a\xe2\x82\xac", 4, "a\xe2\x82\xac"},
        {"a\xe2\x82\xac", 3, "a"}, {"a\xe2\x82\xac", 2, "a"},
        {"ab cd", 3, "ab"},        {"A\xcc\x88", 2, "\xc3\x84"}, /* composed before it is cut */
    };
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AUTO(fox_str) kept = {0};

        assert_ok(fox_name_put_title(&kept, rows[i].title, rows[i].limit, &err));
        assert_string_equal(fox_str_text(&kept), rows[i].kept);
    }
}

static void a_title_is_added_behind_what_is_there(void **state)
{
    AUTO(fox_str) kept = {0};
    pxf_error err = {0};

    (void)state;
    fox_str_put_text(&kept, "title ");
    assert_ok(fox_name_put_title(&kept, "  A\xcc\x88 abc", 3, &err));
    assert_string_equal(fox_str_text(&kept), "title \xc3\x84");
}

static void a_kept_title_is_clean_and_kept_again_the_same(void **state)
{
    uint32_t random = 1;

    (void)state;
    for (int round = 0; round < 2000; round++) {
        AUTO(fox_str) kept = {0};
        AUTO(fox_str) again = {0};
        pxf_error err = {0};
        char title[40];

        for (size_t i = 0; i + 1 < sizeof title; i++) {
            random = random * 1664525 + 1013904223;
            title[i] = (char)(random >> 24);
        }
        title[sizeof title - 1] = '\0';
        assert_ok(fox_name_put_title(&kept, title, 30, &err));
        assert_true(kept.size <= 30);
        assert_true(fox_utf8_is_clean(fox_str_text(&kept), kept.size));
        assert_ok(fox_name_put_title(&again, fox_str_text(&kept), 30, &err));
        assert_string_equal(fox_str_text(&again), fox_str_text(&kept));
    }
}

SUITE(names, cmocka_unit_test(a_pools_name_is_short_and_plain),
      cmocka_unit_test(a_kinds_name_has_underscores),
      cmocka_unit_test(a_nodes_name_may_be_a_host_name),
      cmocka_unit_test(an_owner_is_clean_text_of_any_script),
      cmocka_unit_test(an_owner_has_at_most_255_bytes),
      cmocka_unit_test(a_title_is_kept_as_people_see_it),
      cmocka_unit_test(a_title_is_cut_at_a_character),
      cmocka_unit_test(a_title_is_added_behind_what_is_there),
      cmocka_unit_test(a_kept_title_is_clean_and_kept_again_the_same))
