/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "aftermath.h"
#include "kernel.h"
#include "round.h"

enum { POINTS = 15 };

/* One way in which calls fail. */
struct way {
    const char *name;
    struct kernel_plan plan;
    bool must_succeed; /* nobody may even notice */
};

struct trial {
    const struct way *way;
    size_t nth, count;
};

static void arm(void *ctx)
{
    const struct trial *trial = ctx;
    struct kernel_plan plan = trial->way->plan;

    plan.nth = trial->nth;
    kernel_arm(&plan);
}

static bool disarm(void *ctx)
{
    struct trial *trial = ctx;

    trial->count = kernel_disarm();
    return kernel_has_struck();
}

/* What passes by itself must be called so, or nobody would try again. */
static bool is_fair(const struct way *way, const struct act *act, pxf_status status)
{
    if (status == PXF_OK) {
        return true;
    }
    if (way->must_succeed) {
        return false;
    }
    return fox_status_is_retryable(status) && (status != PXF_TIMEOUT || act->is_about_image);
}

static void judge(void *ctx, const struct act *act, pxf_status status, const pxf_error *err)
{
    const struct trial *trial = ctx;

    if (!is_fair(trial->way, act, status) || (status != PXF_OK && err->message[0] == '\0')) {
        fail_msg("%s, %s at call %zu (%s): %s: %s", act->name, trial->way->name, trial->nth,
                 kernel_struck(), fox_status_name(status), err->message);
    }
}

static void run(const struct act *act, const struct way *way)
{
    struct trial trial = {.way = way};
    struct fault fault = {arm, disarm, judge, &trial, "no fault"};
    struct round round;
    bool came = true;
    size_t step;

    round_open(&round);
    (void)round_try(&round, act, &fault);
    step = step_between(trial.count, POINTS);
    for (trial.nth = 1; came; trial.nth += step) {
        (void)snprintf(fault.words, sizeof fault.words, "%s at call %zu", way->name, trial.nth);
        came = round_try(&round, act, &fault);
    }
    round_close(&round);
}

static void run_all(const struct way *ways, size_t count)
{
    for (size_t i = 0; i < act_count; i++) {
        for (size_t j = 0; j < count; j++) {
            run(&acts[i], &ways[j]);
        }
    }
}

static void a_call_that_fails_harms_nothing(void **state)
{
    static const struct way ways[] = {
        {"EIO once", {.calls = KERNEL_ALL, .fate = KERNEL_FAILS, .error = EIO}, false},
        {"ENOSPC once", {.calls = KERNEL_CHANGES, .fate = KERNEL_FAILS, .error = ENOSPC}, false},
    };

    (void)state;
    run_all(ways, sizeof ways / sizeof ways[0]);
}

/* A disk or a kernel that is out of order for some time, whatever is asked of it. */
static void calls_that_fail_from_some_point_on_harm_nothing(void **state)
{
    static const struct way ways[] = {
        {"EIO for good",
         {.calls = KERNEL_ALL, .fate = KERNEL_FAILS, .error = EIO, .for_good = true},
         false},
        {"ENOSPC for good",
         {.calls = KERNEL_CHANGES, .fate = KERNEL_FAILS, .error = ENOSPC, .for_good = true},
         false},
    };

    (void)state;
    run_all(ways, sizeof ways / sizeof ways[0]);
}

static void interruptions_and_short_transfers_are_not_noticed(void **state)
{
    static const struct way ways[] = {
        {"EINTR once", {.calls = KERNEL_WAITS, .fate = KERNEL_FAILS, .error = EINTR}, true},
        {"half once", {.calls = KERNEL_TRANSFERS, .fate = KERNEL_HALVES}, true},
        {"half for good",
         {.calls = KERNEL_TRANSFERS, .fate = KERNEL_HALVES, .for_good = true},
         true},
    };

    (void)state;
    run_all(ways, sizeof ways / sizeof ways[0]);
}

/* Without this the loops above could pass because nothing was ever struck. */
static void the_calls_of_the_library_and_of_sqlite_come_here(void **state)
{
    static const char *const names[] = {
        "pread",   "pwrite",       "write",        "read",        "open",   "openat",
        "openat2", "fsync",        "fdatasync",    "ftruncate",   "fchmod", "mkdirat",
        "rename",  "unlinkat",     "close",        "statx",       "mmap",   "sendmsg",
        "recvmsg", "poll",         "socketpair",   "posix_spawn", "fcntl",  "eventfd",
        "readdir", "inotify_init", "epoll_create",
    };
    struct kit *kit = *state;
    pxf_image *put = kit_put(kit, "ada", 16, 16, 1);

    pxf_image_free(kit_wait(put, PXF_IMAGE_READY));
    pxf_image_free(put);
    aftermath_check(kit);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (kernel_count(names[i]) == 0) {
            fail_msg("no %s() came by", names[i]);
        }
    }
}

SUITE(io,
      cmocka_unit_test_setup_teardown(the_calls_of_the_library_and_of_sqlite_come_here,
                                      kit_open_in_memory, kit_close),
      cmocka_unit_test(a_call_that_fails_harms_nothing),
      cmocka_unit_test(calls_that_fail_from_some_point_on_harm_nothing),
      cmocka_unit_test(interruptions_and_short_transfers_are_not_noticed))
