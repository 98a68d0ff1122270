/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_SUITE_H
#define FOX_TESTS_SUITE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fail.h"

/* One executable holds the tests of a folder. Each file ends with
 *     SUITE(str, cmocka_unit_test(an_empty_text_is_never_null), …)
 * and main() (in suite.c) runs all suites, or those named on its command line. */
struct fox_suite {
    const char *name;
    int (*run)(void);
    struct fox_suite *next;
};

void fox_suite_add(struct fox_suite *suite);

#define SUITE_WITH(name_, setup_, teardown_, ...)                                                  \
    static int run_##name_(void)                                                                   \
    {                                                                                              \
        const struct CMUnitTest tests[] = {__VA_ARGS__};                                           \
        return cmocka_run_group_tests_name(#name_, tests, setup_, teardown_);                      \
    }                                                                                              \
    static struct fox_suite suite_##name_ = {.name = #name_, .run = run_##name_};                  \
    static void __attribute__((constructor)) add_##name_(void)                                     \
    {                                                                                              \
        fox_suite_add(&suite_##name_);                                                             \
    }

#define SUITE(name_, ...) SUITE_WITH(name_, NULL, NULL, __VA_ARGS__)

/* Ends a test for want of something that the machine cannot be given; the runner prints the why.
 * What does not apply is no test: it is left out of its suite. */
#define skip_because(why)                                                                          \
    do {                                                                                           \
        print_message("skipped: %s\n", why);                                                       \
        skip();                                                                                    \
    } while (0)

/* The call succeeds; if not, its message is shown. `err` is the pxf_error it was given. */
#define assert_ok(call)                                                                            \
    do {                                                                                           \
        const pxf_status ok_status = (call);                                                       \
        if (ok_status != PXF_OK) {                                                                 \
            fail_msg("%s: %s: %s", #call, fox_status_name(ok_status), err.message);                \
        }                                                                                          \
    } while (0)

/* The call fails with that status, and says why in words. `err` is cleared for the next call. */
#define assert_fails(call, status_)                                                                \
    do {                                                                                           \
        const pxf_status fails_status = (call);                                                    \
        if (fails_status != (status_)) {                                                           \
            fail_msg("%s: %s instead of %s: %s", #call, fox_status_name(fails_status),             \
                     fox_status_name(status_), err.message);                                       \
        }                                                                                          \
        assert_int_equal(err.status, (status_));                                                   \
        assert_true(err.message[0] != '\0');                                                       \
        fox_fail_clear(&err);                                                                      \
    } while (0)

#endif
