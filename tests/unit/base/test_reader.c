/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <string.h>

#include "base/reader.h"

static void a_read_gives_what_there_is_at_its_place(void **state)
{
    static const struct {
        uint64_t offset;
        size_t size;
        const char *read;
    } rows[] = {
        {0, 10, "0123456789"},
        {0, 3, "012"},
        {4, 3, "456"},
        {9, 1, "9"},
        {8, 100, "89"},
        {10, 1, ""},
        {11, 1, ""},
        {UINT64_MAX, 5, ""},
        {5, 0, ""},
        {3, SIZE_MAX, "3456789"},
    };
    struct fox_memory memory = {.data = "0123456789", .size = 10};
    const struct fox_reader reader = fox_reader_of_memory(&memory);
    pxf_error err = {0};

    (void)state;
    assert_int_equal(reader.size, 10);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char data[11] = "..........";
        size_t size = 99;

        assert_ok(fox_reader_read(&reader, rows[i].offset, data, rows[i].size, &size, &err));
        assert_int_equal(size, strlen(rows[i].read));
        assert_memory_equal(data, rows[i].read, size);
        assert_int_equal(data[size], size < 10 ? '.' : '\0');
    }
}

static void empty_memory_is_read_as_nothing(void **state)
{
    struct fox_memory memory = {.data = NULL, .size = 0};
    const struct fox_reader reader = fox_reader_of_memory(&memory);
    pxf_error err = {0};
    size_t size = 99;
    char data[4];

    (void)state;
    assert_ok(fox_reader_read(&reader, 0, data, sizeof data, &size, &err));
    assert_int_equal(size, 0);
}

/* Notes what it is asked for, and fails. */
struct asked {
    uint64_t offset;
    size_t size;
    int count;
};

static pxf_status failing_read(void *ctx, uint64_t offset, void *data, size_t size,
                               size_t *ret_size, pxf_error *err)
{
    struct asked *asked = ctx;

    (void)data;
    (void)ret_size;
    *asked = (struct asked){.offset = offset, .size = size, .count = asked->count + 1};
    return fox_fail(err, PXF_IO, "a bad disk");
}

static void a_source_is_never_asked_past_its_end(void **state)
{
    struct asked asked = {.count = 0};
    const struct fox_reader reader = {.ctx = &asked, .size = 100, .read = failing_read};
    pxf_error err = {0};
    size_t size = 99;
    char data[8];

    (void)state;
    assert_ok(fox_reader_read(&reader, 100, data, sizeof data, &size, &err));
    assert_int_equal(size, 0);
    assert_int_equal(asked.count, 0);
    assert_fails(fox_reader_read(&reader, 95, data, sizeof data, &size, &err), PXF_IO);
    assert_int_equal(asked.offset, 95);
    assert_int_equal(asked.size, 5);
}

SUITE(reader, cmocka_unit_test(a_read_gives_what_there_is_at_its_place),
      cmocka_unit_test(empty_memory_is_read_as_nothing),
      cmocka_unit_test(a_source_is_never_asked_past_its_end))
