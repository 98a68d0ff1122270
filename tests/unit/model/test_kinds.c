/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <string.h>

#include "base/time.h"
#include "model/kinds.h"

static void processing_is_tried_five_times_within_an_hours_waits(void **state)
{
    const struct fox_kind *kind = fox_kind_find("image_processing");

    (void)state;
    assert_non_null(kind);
    assert_int_equal(kind->backoff.attempts, 5);
    assert_int_equal(kind->backoff.first_ms, 30000);
    assert_int_equal(kind->backoff.factor, 2);
    assert_int_equal(kind->backoff.max_ms, FOX_HOUR_MS);
    assert_int_equal(kind->timeout_ms, 10 * FOX_MINUTE_MS);
    assert_int_equal(kind->interval_ms, 0);
}

static void a_delete_is_tried_until_it_is_done(void **state)
{
    static const char *const names[] = {FOX_JOB_IMAGE_DELETE, FOX_JOB_OWNER_DELETE};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct fox_kind *kind = fox_kind_find(names[i]);

        assert_non_null(kind);
        assert_int_equal(kind->backoff.attempts, 0);
        assert_int_equal(kind->backoff.max_ms, FOX_HOUR_MS);
    }
}

static void a_sweep_comes_again_by_itself(void **state)
{
    (void)state;
    assert_true(fox_kind_find(FOX_JOB_SWEEP)->interval_ms > 0);
}

static void each_kind_is_found_by_its_name_and_is_sound(void **state)
{
    pxf_error err = {0};
    size_t count = 0;

    (void)state;
    for (; fox_kind_at(count); count++) {
        const struct fox_kind *kind = fox_kind_at(count);

        assert_ptr_equal(fox_kind_find(kind->name), kind);
        assert_ok(fox_backoff_check(&kind->backoff, &err));
        assert_true(kind->timeout_ms > 0);
        assert_int_equal(kind->help[strlen(kind->help) - 1], '.');
    }
    assert_int_equal(count, 4);
    assert_ok(fox_backoff_check(&fox_kind_default_backoff, &err));
    assert_null(fox_kind_find("nothing"));
}

static void a_host_may_not_take_the_librarys_kinds(void **state)
{
    static const struct {
        const char *name;
        pxf_status status;
    } rows[] = {
        {"send_mail", PXF_OK}, {"sweeper", PXF_OK},       {"image_processing", PXF_EXISTS},
        {"sweep", PXF_EXISTS}, {"s3_backup", PXF_EXISTS}, {"tier_sweep", PXF_EXISTS},
        {"", PXF_INVALID},     {"Send", PXF_INVALID},
    };
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(fox_kind_check(rows[i].name, &err), rows[i].status);
        fox_fail_clear(&err);
    }
}

static void a_failure_has_the_status_that_scripts_rely_on(void **state)
{
    static const struct {
        const char *rule;
        pxf_status status;
    } rows[] = {
        {"too_large", PXF_LIMIT},
        {"too_many_pixels", PXF_LIMIT},
        {"too_many_frames", PXF_LIMIT},
        {"too_deep", PXF_LIMIT},
        {"truncated", PXF_CORRUPT},
        {"corrupt", PXF_CORRUPT},
        {"unknown_type", PXF_UNSUPPORTED},
        {"unsupported", PXF_UNSUPPORTED},
        {"memory_limit", PXF_LIMIT},
        {"timeout", PXF_TIMEOUT},
        {"crashed", PXF_UNAVAILABLE},
        {"missing", PXF_NOT_FOUND},
        {"no_room", PXF_FULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct fox_failure *failure = fox_failure_find(rows[i].rule);

        assert_non_null(failure);
        assert_int_equal(failure->status, rows[i].status);
    }
    assert_null(fox_failure_find("bad_luck"));
    assert_null(fox_failure_find(""));
}

static void no_two_failures_share_a_word_and_each_has_a_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; fox_failure_at(i); i++) {
        const struct fox_failure *failure = fox_failure_at(i);

        assert_ptr_equal(fox_failure_find(failure->rule), failure);
        assert_int_equal(failure->help[strlen(failure->help) - 1], '.');
        assert_int_equal(strspn(failure->rule, "abcdefghijklmnopqrstuvwxyz_"),
                         strlen(failure->rule));
    }
}

static void a_status_without_a_rule_gets_its_general_one(void **state)
{
    static const struct {
        pxf_status status;
        const char *rule;
    } rows[] = {
        {PXF_LIMIT, "too_large"},         {PXF_UNSUPPORTED, "unsupported"},
        {PXF_CORRUPT, "corrupt"},         {PXF_TIMEOUT, "timeout"},
        {PXF_UNAVAILABLE, "unavailable"}, {PXF_FULL, "no_room"},
        {PXF_NOT_FOUND, "missing"},       {PXF_IO, "io"},
        {PXF_NO_MEMORY, "no_memory"},     {PXF_INTERNAL, "internal"},
        {PXF_INVALID, "internal"},        {(pxf_status)99, "internal"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(fox_failure_of_status(rows[i].status)->rule, rows[i].rule);
    }
}

SUITE(kinds, cmocka_unit_test(processing_is_tried_five_times_within_an_hours_waits),
      cmocka_unit_test(a_delete_is_tried_until_it_is_done),
      cmocka_unit_test(a_sweep_comes_again_by_itself),
      cmocka_unit_test(each_kind_is_found_by_its_name_and_is_sound),
      cmocka_unit_test(a_host_may_not_take_the_librarys_kinds),
      cmocka_unit_test(a_failure_has_the_status_that_scripts_rely_on),
      cmocka_unit_test(no_two_failures_share_a_word_and_each_has_a_sentence),
      cmocka_unit_test(a_status_without_a_rule_gets_its_general_one))
