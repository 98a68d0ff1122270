/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static void an_empty_text_is_never_null(void **state)
{
    AUTO(fox_str) str = {0};
    pxf_error err = {0};

    (void)state;
    assert_string_equal(fox_str_text(&str), "");
    assert_ok(fox_str_check(&str, &err));
    fox_str_put_text(&str, "");
    fox_str_add(&str, "%s", "");
    assert_string_equal(fox_str_text(&str), "");
}

static void writes_stand_behind_each_other(void **state)
{
    AUTO(fox_str) str = {0};

    (void)state;
    fox_str_put_text(&str, "a");
    fox_str_add(&str, "%d-%s", 12, "b");
    fox_str_put(&str, "cde", 2);
    assert_string_equal(fox_str_text(&str), "a12-bcd");
    assert_int_equal(str.size, 7);
}

static void bytes_may_be_zero(void **state)
{
    AUTO(fox_str) str = {0};

    (void)state;
    fox_str_put(&str, "a\0b", 3);
    fox_str_put_text(&str, "c");
    assert_int_equal(str.size, 4);
    assert_memory_equal(str.data, "a\0bc", 5);
}

static void a_text_grows_as_far_as_its_limit(void **state)
{
    AUTO(fox_str) str = {.limit = 10};
    pxf_error err = {0};

    (void)state;
    for (int i = 0; i < 10; i++) {
        fox_str_add(&str, "%d", i);
    }
    assert_ok(fox_str_check(&str, &err));
    assert_string_equal(fox_str_text(&str), "0123456789");
    fox_str_put_text(&str, "x");
    assert_fails(fox_str_check(&str, &err), PXF_LIMIT);
}

static void a_write_that_fails_is_remembered_and_later_ones_do_nothing(void **state)
{
    AUTO(fox_str) str = {.limit = 5};
    pxf_error err = {0};

    (void)state;
    fox_str_put_text(&str, "abc");
    fox_str_put_text(&str, "too long");
    fox_str_put_text(&str, "d");
    fox_str_add(&str, "e");
    assert_string_equal(fox_str_text(&str), "abc");
    assert_fails(fox_str_check(&str, &err), PXF_LIMIT);
    assert_fails(fox_str_check(&str, &err), PXF_LIMIT);
}

static void a_format_that_is_too_long_writes_nothing(void **state)
{
    AUTO(fox_str) str = {.limit = 5};
    pxf_error err = {0};

    (void)state;
    fox_str_add(&str, "%s", "123456");
    assert_string_equal(fox_str_text(&str), "");
    assert_fails(fox_str_check(&str, &err), PXF_LIMIT);
}

static void a_size_that_would_run_over_is_refused(void **state)
{
    AUTO(fox_str) str = {0};
    pxf_error err = {0};

    (void)state;
    fox_str_put_text(&str, "abc");
    fox_str_put(&str, "x", SIZE_MAX);
    assert_fails(fox_str_check(&str, &err), PXF_LIMIT);
    assert_string_equal(fox_str_text(&str), "abc");
}

static void without_a_limit_of_its_own_a_text_has_the_common_one(void **state)
{
    AUTO(fox_str) str = {0};
    pxf_error err = {0};

    (void)state;
    fox_str_put(&str, "x", (size_t)FOX_STR_LIMIT + 1);
    assert_fails(fox_str_check(&str, &err), PXF_LIMIT);
}

static void clearing_forgets_text_and_failure_and_keeps_memory(void **state)
{
    AUTO(fox_str) str = {.limit = 5};
    pxf_error err = {0};
    const char *memory;

    (void)state;
    fox_str_put_text(&str, "abc");
    memory = str.data;
    fox_str_put_text(&str, "too long");
    fox_str_clear(&str);
    assert_ok(fox_str_check(&str, &err));
    assert_string_equal(fox_str_text(&str), "");
    fox_str_put_text(&str, "12345");
    assert_string_equal(fox_str_text(&str), "12345");
    assert_ptr_equal(str.data, memory);
}

static void a_cut_text_goes_on_from_there(void **state)
{
    AUTO(fox_str) str = {0};

    (void)state;
    fox_str_cut(&str, 0);
    fox_str_cut(&str, 5);
    assert_string_equal(fox_str_text(&str), "");
    fox_str_put_text(&str, "abcdef");
    fox_str_cut(&str, 10);
    assert_string_equal(fox_str_text(&str), "abcdef");
    fox_str_cut(&str, 2);
    assert_string_equal(fox_str_text(&str), "ab");
    fox_str_put_text(&str, "x");
    assert_string_equal(fox_str_text(&str), "abx");
}

static void taking_a_text_leaves_an_empty_one_with_the_same_limit(void **state)
{
    AUTO(fox_str) str = {.limit = 5};
    pxf_error err = {0};
    char *text;

    (void)state;
    fox_str_put_text(&str, "abc");
    text = fox_str_take(&str, &err);
    assert_string_equal(text, "abc");
    free(text);
    assert_string_equal(fox_str_text(&str), "");
    fox_str_put_text(&str, "123456");
    assert_fails(fox_str_check(&str, &err), PXF_LIMIT);
}

static void taking_nothing_gives_an_empty_text(void **state)
{
    AUTO(fox_str) str = {0};
    pxf_error err = {0};
    char *text = fox_str_take(&str, &err);

    (void)state;
    assert_non_null(text);
    assert_string_equal(text, "");
    free(text);
}

static void a_failed_text_is_not_handed_out(void **state)
{
    AUTO(fox_str) str = {.limit = 2};
    pxf_error err = {0};

    (void)state;
    fox_str_put_text(&str, "abc");
    assert_null(fox_str_take(&str, &err));
    assert_int_equal(err.status, PXF_LIMIT);
}

static void freeing_twice_is_no_error(void **state)
{
    struct fox_str str = {.limit = 9};

    (void)state;
    fox_str_put_text(&str, "abc");
    fox_str_free(&str);
    fox_str_free(&str);
    assert_null(str.data);
    assert_int_equal(str.limit, 9);
}

static void many_small_writes_are_one_long_text(void **state)
{
    static const char letters[] = "abcdefghij";
    AUTO(fox_str) str = {0};

    (void)state;
    for (int i = 0; i < 100000; i++) {
        fox_str_put(&str, &letters[i % 10], 1);
    }
    assert_int_equal(strlen(fox_str_text(&str)), 100000);
    assert_memory_equal(fox_str_text(&str) + 99990, letters, 10);
}

SUITE(str, cmocka_unit_test(an_empty_text_is_never_null),
      cmocka_unit_test(writes_stand_behind_each_other), cmocka_unit_test(bytes_may_be_zero),
      cmocka_unit_test(a_text_grows_as_far_as_its_limit),
      cmocka_unit_test(a_write_that_fails_is_remembered_and_later_ones_do_nothing),
      cmocka_unit_test(a_format_that_is_too_long_writes_nothing),
      cmocka_unit_test(a_size_that_would_run_over_is_refused),
      cmocka_unit_test(without_a_limit_of_its_own_a_text_has_the_common_one),
      cmocka_unit_test(clearing_forgets_text_and_failure_and_keeps_memory),
      cmocka_unit_test(a_cut_text_goes_on_from_there),
      cmocka_unit_test(taking_a_text_leaves_an_empty_one_with_the_same_limit),
      cmocka_unit_test(taking_nothing_gives_an_empty_text),
      cmocka_unit_test(a_failed_text_is_not_handed_out),
      cmocka_unit_test(freeing_twice_is_no_error),
      cmocka_unit_test(many_small_writes_are_one_long_text))
