/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "rig.h"

static const char *const keys[] = {"a",   "b-", "b.jpg",     "b/1",      "b/2/x",  "b/2/y",
                                   "b/3", "b0", "c/d/e/f/g", "original", "z.webp", "zz/a"};

enum { KEY_COUNT = sizeof keys / sizeof keys[0] };

static void put_all(struct rig *rig)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        const char *key = keys[i * 5 % KEY_COUNT];

        rig_put(rig, key, key);
    }
}

static void keys_come_in_byte_order_with_their_sizes(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_list) list = {0};
    pxf_error err = {0};

    put_all(rig);
    assert_ok(fox_blob_list(rig->blob, "", 1000, &list, &err));
    assert_int_equal(list.count, KEY_COUNT);
    for (size_t i = 0; i < KEY_COUNT; i++) {
        assert_string_equal(list.entries[i].key, keys[i]);
        assert_int_equal(list.entries[i].size, strlen(keys[i]));
        assert_true(list.entries[i].modified_ms > 0);
        assert_true(list.entries[i].is_file);
    }
}

static void pages_of_any_size_hold_each_key_once(void **state)
{
    struct rig *rig = *state;
    pxf_error err = {0};

    put_all(rig);
    for (size_t limit = 1; limit <= KEY_COUNT + 1; limit++) {
        char cursor[64] = "";
        size_t count = 0, got;

        do {
            AUTO(fox_blob_list) list = {0};

            assert_ok(fox_blob_list(rig->blob, cursor, limit, &list, &err));
            got = list.count;
            assert_true(got <= limit);
            for (size_t i = 0; i < got; i++) {
                assert_string_equal(list.entries[i].key, keys[count++]);
            }
            if (got > 0) {
                (void)snprintf(cursor, sizeof cursor, "%s", list.entries[got - 1].key);
            }
        } while (got > 0);
        assert_int_equal(count, KEY_COUNT);
    }
}

static void a_cursor_need_not_be_a_key_that_is_there(void **state)
{
    static const struct {
        const char *cursor;
        size_t first;
    } cases[] = {{"", 0},        {"a0", 1},       {"b", 1},         {"b/", 3},
                 {"b/2", 4},     {"b/2/", 4},     {"b/2/x", 5},     {"b/2z", 6},
                 {"b/2/x/q", 5}, {"b/none/x", 7}, {"c/d/e/f/g", 9}, {"none/of/it", 9},
                 {"zz/a", 12},   {"zzz", 12},     {"../x", 0},      {"~", 12}};
    struct rig *rig = *state;
    pxf_error err = {0};

    put_all(rig);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_blob_list) list = {0};

        assert_ok(fox_blob_list(rig->blob, cases[i].cursor, 1, &list, &err));
        if (cases[i].first == KEY_COUNT) {
            assert_int_equal(list.count, 0);
        } else {
            assert_int_equal(list.count, 1);
            assert_string_equal(list.entries[0].key, keys[cases[i].first]);
        }
    }
}

static void temporaries_are_listed_apart(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_put) *one = rig_open_put(rig, "a", "t1");
    AUTO(fox_blob_put) *two = rig_open_put(rig, "b", "t2");
    AUTO(fox_blob_list) list = {0}, keys_there = {0};
    pxf_error err = {0};

    assert_non_null(one);
    assert_non_null(two);
    assert_ok(fox_blob_list_temporaries(rig->blob, "", 10, &list, &err));
    assert_int_equal(list.count, 2);
    assert_string_equal(list.entries[0].key, "t1");
    assert_string_equal(list.entries[1].key, "t2");
    assert_ok(fox_blob_list_temporaries(rig->blob, "t1", 10, &list, &err));
    assert_int_equal(list.count, 1);
    assert_ok(fox_blob_list_temporaries(rig->blob, "", 1, &list, &err));
    assert_int_equal(list.count, 1);
    assert_ok(fox_blob_list(rig->blob, "", 10, &keys_there, &err));
    assert_int_equal(keys_there.count, 0);
    assert_ok(fox_blob_list(rig->blob, "", 0, &keys_there, &err));
    assert_int_equal(keys_there.count, 0);
}

RIG_TESTS(list_tests, cmocka_unit_test(keys_come_in_byte_order_with_their_sizes),
          cmocka_unit_test(pages_of_any_size_hold_each_key_once),
          cmocka_unit_test(a_cursor_need_not_be_a_key_that_is_there),
          cmocka_unit_test(temporaries_are_listed_apart))
