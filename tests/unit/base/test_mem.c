/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The tests ask for more than there is; a sanitized build then says no instead of ending. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static void new_memory_is_zero(void **state)
{
    pxf_error err = {0};
    char *memory = fox_mem_new(100, 3, &err);
    char zeros[300] = {0};

    (void)state;
    assert_non_null(memory);
    assert_memory_equal(memory, zeros, sizeof zeros);
    free(memory);
}

static void memory_for_nothing_is_not_null(void **state)
{
    pxf_error err = {0};
    void *memory = fox_mem_new(0, 8, &err);

    (void)state;
    assert_non_null(memory);
    assert_int_equal(err.status, PXF_OK);
    free(memory);
}

static void a_product_that_runs_over_is_no_memory(void **state)
{
    pxf_error err = {0};

    (void)state;
    assert_null(fox_mem_new(SIZE_MAX / 2, 3, &err));
    assert_int_equal(err.status, PXF_NO_MEMORY);
    assert_null(fox_mem_new(SIZE_MAX, 2, NULL));
}

static void a_text_is_copied_and_nothing_stays_nothing(void **state)
{
    pxf_error err = {0};
    char text[] = "abc";
    char *copy = fox_mem_text(text, &err);

    (void)state;
    text[0] = 'x';
    assert_string_equal(copy, "abc");
    free(copy);
    assert_null(fox_mem_text(NULL, &err));
    assert_int_equal(err.status, PXF_OK);
    copy = fox_mem_text("", &err);
    assert_string_equal(copy, "");
    free(copy);
}

static void an_array_doubles_keeps_its_things_and_is_zero_behind(void **state)
{
    pxf_error err = {0};
    int *numbers = NULL;
    size_t capacity = 0, growths = 0;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        const size_t before = capacity;

        assert_ok(fox_mem_grow(&numbers, &capacity, (size_t)i + 1, sizeof *numbers, &err));
        growths += capacity != before;
        assert_int_equal(numbers[i], 0);
        assert_int_equal(numbers[capacity - 1], 0);
        numbers[i] = i;
    }
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(numbers[i], i);
    }
    assert_int_equal(capacity, 1024);
    assert_int_equal(growths, 8);
    free(numbers);
}

static void an_array_that_is_large_enough_stays_where_it_is(void **state)
{
    pxf_error err = {0};
    char *bytes = NULL;
    const char *before;
    size_t capacity = 0;

    (void)state;
    assert_ok(fox_mem_grow(&bytes, &capacity, 5, 1, &err));
    before = bytes;
    assert_ok(fox_mem_grow(&bytes, &capacity, 0, 1, &err));
    assert_ok(fox_mem_grow(&bytes, &capacity, capacity, 1, &err));
    assert_ptr_equal(bytes, before);
    free(bytes);
}

static void an_array_that_cannot_grow_stays_as_it_was(void **state)
{
    static const struct {
        size_t count, size;
    } rows[] = {{SIZE_MAX, 1}, {SIZE_MAX / 2 + 2, 1}, {SIZE_MAX / 4, 8}, {SIZE_MAX / 16, 64}};
    pxf_error err = {0};
    uint64_t *numbers = NULL;
    size_t capacity = 0;

    (void)state;
    assert_ok(fox_mem_grow(&numbers, &capacity, 1, sizeof *numbers, &err));
    numbers[0] = 77;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_fails(fox_mem_grow(&numbers, &capacity, rows[i].count, rows[i].size, &err),
                     PXF_NO_MEMORY);
        assert_int_equal(capacity, 8);
        assert_int_equal(numbers[0], 77);
    }
    free(numbers);
}

static void wiped_memory_is_zero(void **state)
{
    char secret[32], zeros[32] = {0};

    (void)state;
    memset(secret, 's', sizeof secret);
    fox_mem_wipe(secret, sizeof secret);
    assert_memory_equal(secret, zeros, sizeof zeros);
    fox_mem_wipe(secret, 0);
}

SUITE(mem, cmocka_unit_test(new_memory_is_zero), cmocka_unit_test(memory_for_nothing_is_not_null),
      cmocka_unit_test(a_product_that_runs_over_is_no_memory),
      cmocka_unit_test(a_text_is_copied_and_nothing_stays_nothing),
      cmocka_unit_test(an_array_doubles_keeps_its_things_and_is_zero_behind),
      cmocka_unit_test(an_array_that_is_large_enough_stays_where_it_is),
      cmocka_unit_test(an_array_that_cannot_grow_stays_as_it_was),
      cmocka_unit_test(wiped_memory_is_zero))
