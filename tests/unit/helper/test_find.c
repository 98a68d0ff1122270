/* SPDX-License-Identifier: Apache-2.0 */
#include "helper/find.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/suite.h"

static void a_set_program_is_taken_as_it_is(void **state)
{
    AUTO(fox_str) path = {0};
    (void)state;
    pxf_error err = {0};

    assert_ok(fox_helper_find(&path, FAKE_HELPER, &err));
    assert_string_equal(fox_str_text(&path), FAKE_HELPER);
}

static void a_relative_path_stays_right_when_the_folder_changes(void **state)
{
    AUTO(fox_str) path = {0};
    char *before = getcwd(NULL, 0);
    (void)state;
    pxf_error err = {0};

    assert_int_equal(chdir("/"), 0);
    assert_ok(fox_helper_find(&path, &FAKE_HELPER[1], &err));
    assert_int_equal(chdir(before), 0);
    assert_string_equal(fox_str_text(&path), FAKE_HELPER);
    free(before);
}

static void a_set_path_that_is_no_program_is_named_with_its_setting(void **state)
{
    static const char *const paths[] = {"/nowhere/pixelfox-helper", "/", "/etc/passwd", "",
                                        "/etc/passwd/x"};
    AUTO(fox_str) path = {0};
    (void)state;
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        assert_int_equal(fox_helper_find(&path, paths[i], &err), PXF_UNAVAILABLE);
        assert_non_null(strstr(err.message, "'render.helper'"));
        assert_non_null(strstr(err.message, paths[i]));
        assert_int_equal(err.origin, PXF_ORIGIN_HELPER);
        fox_fail_clear(&err);
    }
}

/* This test program lies in a folder of its own, without the helper. */
static void without_a_setting_both_places_are_looked_at_and_named(void **state)
{
    AUTO(fox_str) path = {0};
    char folder[512] = "";
    (void)state;
    pxf_error err = {0};

    if (access(INSTALLED_HELPER, X_OK) == 0) {
        assert_ok(fox_helper_find(&path, NULL, &err));
        assert_string_equal(fox_str_text(&path), INSTALLED_HELPER);
        return;
    }
    (void)strncpy(folder, FAKE_HELPER, sizeof folder - 1);
    strrchr(folder, '/')[1] = '\0';
    assert_int_equal(fox_helper_find(&path, NULL, &err), PXF_UNAVAILABLE);
    assert_non_null(strstr(err.message, folder));
    assert_non_null(strstr(err.message, INSTALLED_HELPER));
    assert_non_null(strstr(err.message, "'render.helper'"));
}

SUITE(find, cmocka_unit_test(a_set_program_is_taken_as_it_is),
      cmocka_unit_test(a_relative_path_stays_right_when_the_folder_changes),
      cmocka_unit_test(a_set_path_that_is_no_program_is_named_with_its_setting),
      cmocka_unit_test(without_a_setting_both_places_are_looked_at_and_named))
