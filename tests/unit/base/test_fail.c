/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <errno.h>
#include <string.h>

#include "base/utf8.h"

static pxf_status failing(pxf_error *err)
{
    return fox_fail(err, PXF_BUSY, "the pool '%s' is busy", "a");
}

static pxf_status handing_on(pxf_error *err, bool *ret_went_on)
{
    TRY(PXF_OK);
    TRY(failing(err));
    *ret_went_on = true;
    return PXF_OK;
}

static void a_failure_says_its_status_and_a_sentence(void **state)
{
    pxf_error err = {.retry_after_s = 7};

    (void)state;
    assert_int_equal(failing(&err), PXF_BUSY);
    assert_int_equal(err.status, PXF_BUSY);
    assert_int_equal(err.origin, PXF_ORIGIN_NONE);
    assert_int_equal(err.code, 0);
    assert_int_equal(err.retry_after_s, 0);
    assert_string_equal(err.message, "the pool 'a' is busy");
}

static void nobody_has_to_ask_for_the_error(void **state)
{
    (void)state;
    assert_int_equal(failing(NULL), PXF_BUSY);
    assert_int_equal(fox_fail_from(NULL, PXF_IO, PXF_ORIGIN_POOL, 5, "x"), PXF_IO);
    assert_int_equal(fox_fail_errno(NULL, PXF_ORIGIN_POOL, ENOSPC, "x"), PXF_FULL);
    assert_int_equal(fox_fail_within(NULL, PXF_IO, "x"), PXF_IO);
    fox_fail_clear(NULL);
}

static void the_first_cause_wins(void **state)
{
    pxf_error err = {0};

    (void)state;
    (void)failing(&err);
    assert_int_equal(fox_fail(&err, PXF_INTERNAL, "later"), PXF_INTERNAL);
    assert_int_equal(err.status, PXF_BUSY);
    assert_string_equal(err.message, "the pool 'a' is busy");
}

static void try_hands_a_failure_on(void **state)
{
    pxf_error err = {0};
    bool went_on = false;

    (void)state;
    assert_int_equal(handing_on(&err, &went_on), PXF_BUSY);
    assert_false(went_on);
    assert_int_equal(err.status, PXF_BUSY);
}

static void a_failure_from_elsewhere_keeps_origin_and_code(void **state)
{
    pxf_error err = {0};

    (void)state;
    assert_int_equal(fox_fail_from(&err, PXF_UNAVAILABLE, PXF_ORIGIN_HTTP, 503, "no %d", 1),
                     PXF_UNAVAILABLE);
    assert_int_equal(err.origin, PXF_ORIGIN_HTTP);
    assert_int_equal(err.code, 503);
    assert_string_equal(err.message, "no 1");
}

static void an_errno_gives_a_status_and_its_own_words(void **state)
{
    pxf_error err = {0};

    (void)state;
    assert_int_equal(fox_fail_errno(&err, PXF_ORIGIN_POOL, ENOSPC, "cannot write '%s'", "x"),
                     PXF_FULL);
    assert_int_equal(err.origin, PXF_ORIGIN_POOL);
    assert_int_equal(err.code, ENOSPC);
    assert_string_equal(err.message, "cannot write 'x': No space left on device");
    fox_fail_clear(&err);
    assert_int_equal(fox_fail_errno(&err, PXF_ORIGIN_STORE, 99999, "odd"), PXF_IO);
    assert_string_equal(err.message, "odd: unknown error");
}

static void each_errno_stands_for_what_a_program_should_do(void **state)
{
    static const struct {
        int number;
        pxf_status status;
    } rows[] = {
        {ENOSPC, PXF_FULL},
        {EDQUOT, PXF_FULL},
        {ENOENT, PXF_NOT_FOUND},
        {EACCES, PXF_DENIED},
        {EPERM, PXF_DENIED},
        {EROFS, PXF_DENIED},
        {ENOMEM, PXF_NO_MEMORY},
        {ETIMEDOUT, PXF_TIMEOUT},
        {ENODEV, PXF_UNAVAILABLE},
        {ENOTCONN, PXF_UNAVAILABLE},
        {ESTALE, PXF_UNAVAILABLE},
        {ELOOP, PXF_INVALID},
        {ENAMETOOLONG, PXF_INVALID},
        {EEXIST, PXF_EXISTS},
        {EBUSY, PXF_BUSY},
        {EIO, PXF_IO},
        {EBADF, PXF_IO},
        {0, PXF_IO},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(fox_status_of_errno(rows[i].number), rows[i].status);
    }
}

static void words_in_front_keep_the_cause(void **state)
{
    pxf_error err = {0};

    (void)state;
    (void)fox_fail_from(&err, PXF_DENIED, PXF_ORIGIN_POOL, EACCES, "no permission");
    assert_int_equal(fox_fail_within(&err, PXF_DENIED, "pool '%s'", "a"), PXF_DENIED);
    assert_string_equal(err.message, "pool 'a': no permission");
    assert_int_equal(err.code, EACCES);
    assert_int_equal(fox_fail_within(&err, PXF_INTERNAL, "image 'b'"), PXF_DENIED);
    assert_string_equal(err.message, "image 'b': pool 'a': no permission");
}

static void words_in_front_of_nothing_are_no_failure(void **state)
{
    pxf_error err = {0};

    (void)state;
    assert_int_equal(fox_fail_within(&err, PXF_OK, "pool 'a'"), PXF_OK);
    assert_int_equal(err.status, PXF_OK);
    assert_string_equal(err.message, "");
}

static void a_cause_can_be_handed_over_whole(void **state)
{
    const pxf_error cause = {.status = PXF_IO, .code = 5, .retry_after_s = 3, .message = "why"};
    pxf_error err = {0}, set = {.status = PXF_BUSY};

    (void)state;
    assert_int_equal(fox_fail_as(&err, &cause), PXF_IO);
    assert_memory_equal(&err, &cause, sizeof cause);
    assert_int_equal(fox_fail_as(&set, &cause), PXF_IO);
    assert_int_equal(set.status, PXF_BUSY);
    assert_int_equal(fox_fail_as(NULL, &cause), PXF_IO);
}

static void a_cleared_error_is_as_new(void **state)
{
    const pxf_error none = {0};
    pxf_error err = {0};

    (void)state;
    (void)fox_fail_from(&err, PXF_IO, PXF_ORIGIN_POOL, 5, "x");
    fox_fail_clear(&err);
    assert_memory_equal(&err, &none, sizeof none);
}

static void a_message_is_one_clean_line(void **state)
{
    static const char *const rows[][2] = {
        {"two\nlines\r\n", "two lines  "},
        {"a\ttab", "a tab"},
        {"\x1b[31mred\x7f", " [31mred "},
        {"photo\xe2\x80\xaegpj", "photo   gpj"},
        {"caf\xe9.jpg", "caf?.jpg"},
        {"\xff\xfe", "??"},
        {"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
        {"cut \xe2\x82", "cut ??"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        pxf_error err = {0};

        (void)fox_fail(&err, PXF_IO, "%s", rows[i][0]);
        assert_string_equal(err.message, rows[i][1]);
    }
}

static void a_long_message_is_cut_at_a_character(void **state)
{
    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        char text[2 * PXF_MESSAGE_BYTES] = "";
        pxf_error err = {0};

        memset(text, 'a', shift);
        while (strlen(text) < PXF_MESSAGE_BYTES) {
            (void)strcat(text, "\xf0\x9f\xa6\x8a");
        }
        (void)fox_fail(&err, PXF_IO, "%s", text);
        assert_int_equal(strlen(err.message), shift + (PXF_MESSAGE_BYTES - 1 - shift) / 4 * 4);
        assert_true(fox_utf8_is_valid(err.message, strlen(err.message)));
        assert_memory_equal(err.message, text, strlen(err.message));
    }
}

static void words_in_front_of_a_long_message_do_not_overrun_it(void **state)
{
    pxf_error err = {0};
    char text[PXF_MESSAGE_BYTES];

    (void)state;
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    (void)fox_fail(&err, PXF_IO, "%s", text);
    for (int i = 0; i < 3; i++) {
        (void)fox_fail_within(&err, PXF_IO, "%s", text + 100);
    }
    assert_int_equal(strlen(err.message), PXF_MESSAGE_BYTES - 1);
}

static void a_message_may_be_made_of_the_message_before(void **state)
{
    pxf_error cause = {0}, err = {0};

    (void)state;
    (void)fox_fail(&cause, PXF_IO, "inner");
    (void)fox_fail(&err, PXF_UNAVAILABLE, "outer: %s", cause.message);
    assert_string_equal(err.message, "outer: inner");
}

static void the_statuses_that_may_pass_are_six(void **state)
{
    int count = 0;

    (void)state;
    for (int i = PXF_OK; i <= PXF_INTERNAL + 5; i++) {
        count += fox_status_is_retryable((pxf_status)i);
    }
    assert_int_equal(count, 6);
    assert_true(fox_status_is_retryable(PXF_FULL));
    assert_true(fox_status_is_retryable(PXF_BUSY));
    assert_true(fox_status_is_retryable(PXF_TIMEOUT));
    assert_true(fox_status_is_retryable(PXF_UNAVAILABLE));
    assert_true(fox_status_is_retryable(PXF_IO));
    assert_true(fox_status_is_retryable(PXF_NO_MEMORY));
}

static void a_status_is_found_by_its_name(void **state)
{
    static const char *const names[] = {
        "OK",          "INVALID", "NOT_FOUND", "EXISTS", "CONFLICT",  "LIMIT",       "FULL",
        "UNSUPPORTED", "CORRUPT", "DENIED",    "BUSY",   "TIMEOUT",   "UNAVAILABLE", "CANCELLED",
        "CLOSED",      "FORKED",  "LOST",      "IO",     "NO_MEMORY", "INTERNAL",
    };

    (void)state;
    assert_int_equal(sizeof names / sizeof names[0], PXF_INTERNAL + 1);
    for (int i = PXF_OK; i <= PXF_INTERNAL; i++) {
        assert_string_equal(fox_status_name((pxf_status)i), names[i]);
        assert_int_equal(fox_status_named(names[i]), i);
    }
    assert_int_equal(fox_status_named("not_found"), PXF_NOT_FOUND);
    assert_int_equal(fox_status_named("what"), PXF_INTERNAL);
    assert_string_equal(fox_status_name((pxf_status)20), "UNKNOWN");
    assert_string_equal(fox_status_name((pxf_status)-1), "UNKNOWN");
}

static void an_error_is_256_bytes_for_good(void **state)
{
    (void)state;
    assert_int_equal(sizeof(pxf_error), 256);
}

SUITE(fail, cmocka_unit_test(a_failure_says_its_status_and_a_sentence),
      cmocka_unit_test(nobody_has_to_ask_for_the_error), cmocka_unit_test(the_first_cause_wins),
      cmocka_unit_test(try_hands_a_failure_on),
      cmocka_unit_test(a_failure_from_elsewhere_keeps_origin_and_code),
      cmocka_unit_test(an_errno_gives_a_status_and_its_own_words),
      cmocka_unit_test(each_errno_stands_for_what_a_program_should_do),
      cmocka_unit_test(words_in_front_keep_the_cause),
      cmocka_unit_test(words_in_front_of_nothing_are_no_failure),
      cmocka_unit_test(a_cause_can_be_handed_over_whole),
      cmocka_unit_test(a_cleared_error_is_as_new), cmocka_unit_test(a_message_is_one_clean_line),
      cmocka_unit_test(a_long_message_is_cut_at_a_character),
      cmocka_unit_test(words_in_front_of_a_long_message_do_not_overrun_it),
      cmocka_unit_test(a_message_may_be_made_of_the_message_before),
      cmocka_unit_test(the_statuses_that_may_pass_are_six),
      cmocka_unit_test(a_status_is_found_by_its_name),
      cmocka_unit_test(an_error_is_256_bytes_for_good))
