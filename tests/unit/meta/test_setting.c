/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/meta/catalog.h"

#include <string.h>

#include "meta/setting.h"

static int64_t revision(struct catalog *c)
{
    int64_t now = -1;
    pxf_error err = {0};

    assert_ok(READ(fox_setting_revision_in(tx(c), &now, &err)));
    return now;
}

static void settings_are_listed_by_name_with_their_revision(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    AUTO(fox_setting_list) list = {0};

    assert_ok(READ(fox_setting_list_in(tx(c), &list, &err)));
    assert_int_equal(list.count, 0);
    assert_int_equal(list.revision, 0);
    assert_ok(WRITE(fox_setting_put_in(tx(c), "worker.threads", "5", 0, &err)));
    assert_ok(WRITE(fox_setting_put_in(tx(c), "ingest.types", "jpeg 'ä'", 0, &err)));
    assert_ok(WRITE(fox_setting_put_in(tx(c), "queue.url", "", 0, &err)));
    assert_ok(READ(fox_setting_list_in(tx(c), &list, &err)));
    assert_int_equal(list.count, 3);
    assert_int_equal(list.revision, 3);
    assert_string_equal(list.rows[0].name, "ingest.types");
    assert_string_equal(list.rows[0].value, "jpeg 'ä'");
    assert_int_equal(list.rows[0].version, 2);
    assert_string_equal(list.rows[1].value, "");
    assert_string_equal(list.rows[2].name, "worker.threads");
}

static void every_change_is_a_new_revision(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};

    assert_int_equal(revision(c), 0);
    assert_ok(WRITE(fox_setting_put_in(tx(c), "a", "1", 0, &err)));
    assert_int_equal(revision(c), 1);
    assert_ok(WRITE(fox_setting_put_in(tx(c), "a", "1", 0, &err))); /* to the own value */
    assert_int_equal(revision(c), 2);
    assert_ok(WRITE(fox_setting_put_in(tx(c), "a", NULL, 0, &err)));
    assert_int_equal(revision(c), 3);
    assert_fails(WRITE(fox_setting_put_in(tx(c), "a", "2", 1, &err)), PXF_CONFLICT);
    assert_int_equal(revision(c), 3); /* refused, so none */
}

static void a_change_of_an_old_version_conflicts(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    AUTO(fox_setting_list) list = {0};

    assert_ok(WRITE(fox_setting_put_in(tx(c), "a", "1", 0, &err)));
    assert_ok(WRITE(fox_setting_put_in(tx(c), "b", "1", 0, &err)));
    assert_ok(WRITE(fox_setting_put_in(tx(c), "a", "2", 1, &err)));
    assert_int_equal(WRITE(fox_setting_put_in(tx(c), "a", "3", 1, &err)), PXF_CONFLICT);
    assert_string_equal(err.message, "the setting 'a' was changed meanwhile");
    fox_fail_clear(&err);
    assert_fails(WRITE(fox_setting_put_in(tx(c), "a", NULL, 1, &err)), PXF_CONFLICT);
    assert_ok(READ(fox_setting_list_in(tx(c), &list, &err)));
    assert_string_equal(list.rows[0].value, "2");
    assert_ok(WRITE(fox_setting_put_in(tx(c), "a", "4", list.rows[0].version, &err)));
}

static void a_version_is_never_used_again(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};

    assert_ok(WRITE(fox_setting_put_in(tx(c), "a", "1", 0, &err))); /* version 1 */
    assert_ok(WRITE(fox_setting_put_in(tx(c), "a", NULL, 1, &err)));
    assert_fails(WRITE(fox_setting_put_in(tx(c), "a", "2", 1, &err)), PXF_CONFLICT);
    assert_ok(WRITE(fox_setting_put_in(tx(c), "a", "2", 0, &err)));
    assert_fails(WRITE(fox_setting_put_in(tx(c), "a", "3", 1, &err)), PXF_CONFLICT);
}

static void back_to_the_default_twice_is_no_error(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    AUTO(fox_setting_list) list = {0};

    assert_ok(WRITE(fox_setting_put_in(tx(c), "a", "1", 0, &err)));
    assert_ok(WRITE(fox_setting_put_in(tx(c), "a", NULL, 0, &err)));
    assert_ok(WRITE(fox_setting_put_in(tx(c), "a", NULL, 0, &err)));
    assert_ok(READ(fox_setting_list_in(tx(c), &list, &err)));
    assert_int_equal(list.count, 0);
}

static void names_of_settings_are_compared_as_bytes(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    AUTO(fox_setting_list) list = {0};

    assert_ok(WRITE(fox_setting_put_in(tx(c), "a", "1", 0, &err)));
    assert_ok(WRITE(fox_setting_put_in(tx(c), "A", "2", 0, &err)));
    assert_ok(WRITE(fox_setting_put_in(tx(c), "a ", "3", 0, &err)));
    assert_ok(READ(fox_setting_list_in(tx(c), &list, &err)));
    assert_int_equal(list.count, 3);
    assert_string_equal(list.rows[0].name, "A");
    assert_string_equal(list.rows[1].value, "1");
    assert_string_equal(list.rows[2].value, "3");
}

static void a_setting_that_no_row_holds_is_invalid(void **state)
{
    static char long_text[65537];
    struct catalog *c = *state;
    pxf_error err = {0};
    AUTO(fox_setting_list) list = {0};

    memset(long_text, 'v', sizeof long_text - 1);
    assert_fails(WRITE(fox_setting_put_in(tx(c), NULL, "1", 0, &err)), PXF_INVALID);
    assert_fails(WRITE(fox_setting_put_in(tx(c), &long_text[65536 - 256], "1", 0, &err)),
                 PXF_INVALID);
    assert_fails(WRITE(fox_setting_put_in(tx(c), "a", long_text, 0, &err)), PXF_INVALID);
    assert_fails(WRITE(fox_setting_put_in(tx(c), "a", "\xff", 0, &err)), PXF_INVALID);
    assert_ok(WRITE(fox_setting_put_in(tx(c), "a", &long_text[1], 0, &err)));
    assert_ok(READ(fox_setting_list_in(tx(c), &list, &err)));
    assert_string_equal(list.rows[0].value, &long_text[1]);
}

CATALOG_SUITE(setting, cmocka_unit_test(settings_are_listed_by_name_with_their_revision),
              cmocka_unit_test(every_change_is_a_new_revision),
              cmocka_unit_test(a_change_of_an_old_version_conflicts),
              cmocka_unit_test(a_version_is_never_used_again),
              cmocka_unit_test(back_to_the_default_twice_is_no_error),
              cmocka_unit_test(names_of_settings_are_compared_as_bytes),
              cmocka_unit_test(a_setting_that_no_row_holds_is_invalid))
