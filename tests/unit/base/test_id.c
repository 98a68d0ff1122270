/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <string.h>

#include "base/id.h"

/* Randomness that is all ones, or cannot be had. */
static pxf_status ones(void *ctx, void *bytes, size_t size, pxf_error *err)
{
    (void)ctx;
    (void)err;
    memset(bytes, 0xff, size);
    return PXF_OK;
}

static pxf_status none(void *ctx, void *bytes, size_t size, pxf_error *err)
{
    (void)ctx;
    (void)bytes;
    (void)size;
    return fox_fail(err, PXF_IO, "no randomness");
}

static const struct fox_env env_of_ones = {.random = ones}, env_of_none = {.random = none};

static void an_id_is_a_uuid_of_version_7(void **state)
{
    char text[FOX_ID_TEXT_BYTES];
    struct fox_id id;
    pxf_error err = {0};

    (void)state;
    /* the instant of RFC 9562's own example, appendix A.6 */
    assert_ok(fox_id_new(&id, &env_of_ones, INT64_C(0x017f22e279b0), &err));
    fox_id_format(text, &id);
    assert_string_equal(text, "017f22e2-79b0-7fff-bfff-ffffffffffff");
}

static void an_id_tells_when_it_was_made(void **state)
{
    static const int64_t times[] = {0, 1, 1764034086123, (INT64_C(1) << 48) - 1};
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        struct fox_id id;

        assert_ok(fox_id_new(&id, &env_of_ones, times[i], &err));
        assert_int_equal(fox_id_time_ms(&id), times[i]);
    }
}

static void a_later_id_sorts_behind(void **state)
{
    struct fox_id one, other;
    pxf_error err = {0};

    (void)state;
    assert_ok(fox_id_new(&one, &env_of_ones, 255, &err));
    assert_ok(fox_id_new(&other, &env_of_ones, 256, &err));
    assert_true(memcmp(&one, &other, sizeof one) < 0);
    assert_false(fox_id_equals(&one, &other));
    assert_true(fox_id_equals(&one, &one));
}

static void without_randomness_there_is_no_id(void **state)
{
    const struct fox_id before = {.bytes = {1, 2, 3}};
    struct fox_id id = before;
    pxf_error err = {0};

    (void)state;
    assert_fails(fox_id_new(&id, &env_of_none, 1, &err), PXF_IO);
    assert_true(fox_id_equals(&id, &before));
}

static void a_text_is_read_back(void **state)
{
    struct fox_id id;
    char text[FOX_ID_TEXT_BYTES];

    (void)state;
    assert_true(fox_id_parse(&id, "0123ABCD-4567-89ab-cdef-0123456789AB"));
    fox_id_format(text, &id);
    assert_string_equal(text, "0123abcd-4567-89ab-cdef-0123456789ab");
}

static void any_other_text_is_no_id(void **state)
{
    static const char *const texts[] = {
        "",
        "0123abcd",
        "0123abcd456789abcdef0123456789ab",
        "{0123abcd-4567-89ab-cdef-0123456789ab}",
        "0123abcd-4567-89ab-cdef-0123456789a",
        "0123abcd-4567-89ab-cdef-0123456789abc",
        "0123abcd-4567-89ab-cdef-0123456789ag",
        "0123abcd+4567-89ab-cdef-0123456789ab",
        "0123abcd-4567-89abc-def-0123456789ab",
        "0123abc--4567-89ab-cdef-0123456789ab",
        " 123abcd-4567-89ab-cdef-0123456789ab",
        "../../../../../../../../../etc/passw",
    };
    const struct fox_id before = {.bytes = {1, 2, 3}};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct fox_id id = before;

        assert_false(fox_id_parse(&id, texts[i]));
        assert_true(fox_id_equals(&id, &before));
    }
}

static void only_zeros_are_zero(void **state)
{
    struct fox_id id = {.bytes = {0}};

    (void)state;
    assert_true(fox_id_is_zero(&id));
    for (size_t i = 0; i < sizeof id.bytes; i++) {
        id.bytes[i] = 1;
        assert_false(fox_id_is_zero(&id));
        id.bytes[i] = 0;
    }
}

SUITE(id, cmocka_unit_test(an_id_is_a_uuid_of_version_7),
      cmocka_unit_test(an_id_tells_when_it_was_made), cmocka_unit_test(a_later_id_sorts_behind),
      cmocka_unit_test(without_randomness_there_is_no_id), cmocka_unit_test(a_text_is_read_back),
      cmocka_unit_test(any_other_text_is_no_id), cmocka_unit_test(only_zeros_are_zero))
