/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aftermath.h"
#include "kernel.h"
#include "os/clock.h"

/* A helper's death at any point costs its picture an attempt, and nobody anything else. */

enum { SIDE_PX = 24, POINTS = 40, TIMES = 12, LONG_TIMES = 100 };

static bool is_helper(long pid)
{
    char path[64], name[32] = "";
    FILE *file;

    (void)snprintf(path, sizeof path, "/proc/%ld/comm", pid);
    file = fopen(path, "re");
    if (file) {
        (void)fscanf(file, "%31s", name);
        (void)fclose(file);
    }
    return strcmp(name, "pixelfox-helper") == 0;
}

/* Kills the helpers that the main thread of process `host` started. */
static void kill_helpers(pid_t host)
{
    char path[64];
    FILE *file;
    long pid;

    (void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", host, host);
    file = fopen(path, "re");
    while (file && fscanf(file, "%ld", &pid) == 1) {
        if (is_helper(pid)) {
            (void)kill((pid_t)pid, SIGKILL);
        }
    }
    if (file) {
        (void)fclose(file);
    }
}

static void kill_mine(void *ctx)
{
    (void)ctx;
    kill_helpers(getpid());
}

/* Puts a picture and has its variants made under that plan. */
static size_t render(struct kit *kit, uint32_t seed, const struct kernel_plan *plan)
{
    pxf_image *put = kit_put(kit, "ada", SIDE_PX, SIDE_PX, seed);
    pxf_image *image;
    size_t calls;

    kernel_arm(plan);
    image = kit_wait(put, PXF_IMAGE_READY);
    calls = kernel_disarm();
    assert_int_equal(pxf_image_variant_count(image), 8);
    pxf_image_free(image);
    pxf_image_free(put);
    return calls;
}

static int64_t meter(struct kit *kit, const char *name)
{
    pxf_error err = {0};
    pxf_bytes *text = pxf_metrics_text(kit->store, &err);
    const char *line;
    int64_t sum = 0;

    assert_non_null(text);
    line = pxf_bytes_data(text);
    while ((line = strstr(line, name)) != NULL) {
        line += strcspn(line, "}\n");
        sum += strtoll(line + (*line == '}'), NULL, 10);
    }
    pxf_bytes_free(text);
    return sum;
}

/* The kill comes as the host is about to make its Nth system call: before the helper says hello,
 * while it works, between any two of its answers, and after the last. */
static void a_death_between_any_two_calls_costs_a_retry(void **state)
{
    struct kit *kit = *state;
    struct kernel_plan plan = {.calls = KERNEL_ALL};
    size_t total = render(kit, 1, &plan), step = step_between(total, POINTS);
    uint32_t seed = 1;

    assert_true(total > POINTS);
    plan.fate = KERNEL_CALLS;
    plan.fn = kill_mine;
    for (plan.nth = 1;; plan.nth += step) {
        total = render(kit, ++seed, &plan);
        if (!kernel_has_struck()) {
            break;
        }
    }
    assert_true(meter(kit, "pixelfox_helper_deaths_total{") > POINTS / 2);
    aftermath_check(kit);
}

/* A process of its own, because the host's thread waits. */
static pid_t start_killer(int64_t us)
{
    const pid_t host = getpid(), pid = fork();

    if (pid == 0) {
        (void)usleep((useconds_t)us);
        kill_helpers(host);
        _exit(0);
    }
    return pid;
}

static void a_death_at_any_instant_costs_a_retry(void **state)
{
    const struct kernel_plan nothing = {.calls = KERNEL_ALL};
    const int times = is_long() ? LONG_TIMES : TIMES;
    struct kit *kit = *state;
    const int64_t began_ms = fox_clock_monotonic_ms();
    int64_t took_ms;

    (void)render(kit, 1, &nothing);
    took_ms = fox_clock_monotonic_ms() - began_ms;
    for (int i = 0; i < times; i++) {
        pid_t killer;

        kit_reopen(kit, NULL); /* so that the helper's start is among the instants */
        killer = start_killer(took_ms * 1000 * i / times);
        (void)render(kit, (uint32_t)i + 2, &nothing);
        assert_int_equal(waitpid(killer, NULL, 0), killer);
    }
    aftermath_check(kit);
}

static void a_picture_that_kills_every_helper_fails_and_holds_nobody_up(void **state)
{
    const struct kernel_plan plan = {
        .calls = KERNEL_WAITS, .fate = KERNEL_CALLS, .nth = 1, .for_good = true, .fn = kill_mine};
    struct kit *kit = *state;
    const struct kernel_plan nothing = {.calls = KERNEL_ALL};
    pxf_image *put = kit_put(kit, "ada", SIDE_PX, SIDE_PX, 1);
    pxf_error err = {0};
    pxf_image *image;

    (void)render(kit, 2, &nothing);
    kernel_arm(&plan);
    do {
        kernel_skip_ms(2 * 60 * 60 * 1000); /* beyond every backoff */
        image = pxf_image_wait(put, 1000, NULL, &err);
    } while (!image && err.status == PXF_TIMEOUT);
    (void)kernel_disarm();
    assert_non_null(image);
    assert_int_equal(pxf_image_get_state(image), PXF_IMAGE_FAILED);
    assert_true(pxf_image_failure(image)[0] != '\0');
    (void)render(kit, 3, &nothing);
    assert_int_equal(kit_pool_number(kit, "held_bytes"), 0);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    pxf_image_free(image);
    pxf_image_free(put);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kit_open_in_memory, kit_close)

SUITE(helper, TEST(a_death_between_any_two_calls_costs_a_retry),
      TEST(a_death_at_any_instant_costs_a_retry),
      TEST(a_picture_that_kills_every_helper_fails_and_holds_nobody_up))
