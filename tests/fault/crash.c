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

enum { ID_BYTES = 37, SIDE_PX = 24, POINTS = 45, TIMES = 20, LONG_TIMES = 200 };

/* What a process tells of, the instant after it was acknowledged. */
enum news { NEWS_PUT = 1, NEWS_READY = 2, NEWS_REMOVED = 3, NEWS_CALLS = 4 };

struct message {
    enum news news;
    char id[ID_BYTES];
    size_t calls;
};

/* One life of a process over a store: it puts a picture, makes its variants, and removes the
 * picture of the life before. */
struct life {
    struct kit *kit;
    struct kernel_plan plan;
    uint32_t seed;
    char former[ID_BYTES];
    int told;
    /* What was acknowledged. */
    char id[ID_BYTES];
    bool is_ready, is_removed, was_killed;
    size_t calls;
};

static void tell(const struct life *life, struct message message)
{
    if (write(life->told, &message, sizeof message) != sizeof message) {
        _exit(2);
    }
}

static void must(bool is_done, const pxf_error *err)
{
    if (!is_done) {
        (void)fprintf(stderr, "a process could not go on: %s\n", err->message);
        _exit(2);
    }
}

static void put(const struct life *life, pxf_store *store)
{
    const struct fox_picture_file file = fox_picture_png(SIDE_PX, SIDE_PX, life->seed);
    struct message message = {.news = NEWS_PUT};
    pxf_error err = {0};
    pxf_image *image = pxf_image_put_bytes(store, file.data, file.size, "ada", NULL, &err);

    must(image != NULL, &err);
    (void)snprintf(message.id, sizeof message.id, "%s", pxf_image_id(image));
    tell(life, message);
    must(pxf_image_wait(image, PXF_FOREVER, NULL, &err) != NULL, &err);
    tell(life, (struct message){.news = NEWS_READY});
}

static void remove_former(const struct life *life, pxf_store *store)
{
    pxf_error err = {0};
    pxf_worker *worker = pxf_worker_new(store, &err);

    must(worker && pxf_image_remove(store, life->former, &err) == PXF_OK, &err);
    tell(life, (struct message){.news = NEWS_REMOVED});
    while (pxf_worker_run_one(worker, NULL, &err)) {
    }
    must(err.status == PXF_OK, &err);
    pxf_worker_free(worker);
}

static _Noreturn void live(const struct life *life)
{
    pxf_error err = {0};
    pxf_store *store;

    kernel_arm(&life->plan);
    store = pxf_store_open(life->kit->path, NULL, &err);
    must(store != NULL, &err);
    put(life, store);
    if (life->former[0] != '\0') {
        remove_former(life, store);
    }
    pxf_store_close(store);
    tell(life, (struct message){.news = NEWS_CALLS, .calls = kernel_disarm()});
    _exit(0);
}

/* Hears what was acknowledged until the process is no more. */
static void listen(struct life *life, int told)
{
    struct message message;

    while (read(told, &message, sizeof message) == sizeof message) {
        switch (message.news) {
        case NEWS_PUT:
            memcpy(life->id, message.id, sizeof life->id);
            break;
        case NEWS_READY:
            life->is_ready = true;
            break;
        case NEWS_REMOVED:
            life->is_removed = true;
            break;
        case NEWS_CALLS:
            life->calls = message.calls;
            break;
        }
    }
}

/* Runs it; with `kill_us` from 0 it is killed after that time. */
static void run(struct life *life, int kill_us)
{
    int told[2], status;
    pid_t pid;

    pxf_store_close(life->kit->store);
    life->kit->store = NULL;
    assert_int_equal(pipe(told), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)close(told[0]);
        life->told = told[1];
        live(life);
    }
    (void)close(told[1]);
    if (kill_us >= 0) {
        (void)usleep((useconds_t)kill_us);
        assert_int_equal(kill(pid, SIGKILL), 0);
    }
    listen(life, told[0]);
    (void)close(told[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    life->was_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    assert_true(life->was_killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
}

static void check_removed(struct life *life)
{
    pxf_error err = {0};
    pxf_image *image = pxf_image_find(life->kit->store, life->former, &err);

    if (image) {
        assert_int_equal(pxf_image_get_state(image), PXF_IMAGE_DELETED);
        pxf_image_free(image);
    } else {
        assert_int_equal(err.status, PXF_NOT_FOUND);
    }
}

/* The picture of this life, or NULL where there is none: what was acknowledged is there with its
 * variants or the job that makes them. */
static pxf_image *check_put(struct life *life)
{
    const struct fox_picture_file file = fox_picture_png(SIDE_PX, SIDE_PX, life->seed);
    pxf_error err = {0};
    pxf_image *image = NULL;

    if (life->id[0] != '\0') {
        aftermath_has(life->kit, life->id, &file);
        image = pxf_image_find(life->kit->store, life->id, &err);
        assert_true(!life->is_ready || pxf_image_get_state(image) == PXF_IMAGE_READY);
    }
    free(file.data);
    return image;
}

/* Opens the store anew and sees that it kept its promises. The picture that is left is the former
 * one of the next life. */
static void survive(struct life *life)
{
    struct life next = {.kit = life->kit, .seed = life->seed + 1};
    pxf_image *image;

    kit_reopen(life->kit, NULL);
    if (life->is_removed) {
        check_removed(life);
    }
    image = check_put(life);
    aftermath_check(life->kit);
    if (image) {
        memcpy(next.former, life->id, sizeof next.former);
    }
    pxf_image_free(image);
    *life = next;
}

static void a_kill_at_any_call_loses_nothing_that_was_acknowledged(void **state)
{
    struct life life = {.kit = *state, .plan = {.calls = KERNEL_CHANGES}, .seed = 1};
    bool was_killed = true;
    size_t step;

    run(&life, -1);
    assert_true(life.calls > POINTS);
    assert_true(life.is_ready);
    step = step_between(life.calls, POINTS);
    survive(&life);
    for (size_t nth = 1; was_killed; nth += step) {
        life.plan = (struct kernel_plan){.calls = KERNEL_CHANGES, .fate = KERNEL_KILLS, .nth = nth};
        run(&life, -1);
        was_killed = life.was_killed;
        survive(&life);
    }
}

/* Between calls, too, and while the helper works: at `TIMES` instants of a life. */
static void a_kill_at_any_instant_loses_nothing_that_was_acknowledged(void **state)
{
    const int times = is_long() ? LONG_TIMES : TIMES;
    struct life life = {.kit = *state, .seed = 1};
    int64_t began_ms = fox_clock_monotonic_ms(), life_ms;

    run(&life, -1);
    life_ms = fox_clock_monotonic_ms() - began_ms;
    survive(&life);
    for (int i = 0; i < times; i++) {
        run(&life, (int)(life_ms * 1000 * i / times));
        survive(&life);
    }
}

/* Nothing but the store's making. */
static _Noreturn void make(const struct kit *kit, size_t nth)
{
    const struct kernel_plan plan = {.calls = KERNEL_CHANGES, .fate = KERNEL_KILLS, .nth = nth};
    pxf_error err = {0};
    pxf_store *store;

    kernel_arm(&plan);
    store = pxf_store_open(kit->path, NULL, &err);
    must(store != NULL, &err);
    pxf_store_close(store);
    _exit(0);
}

static bool is_making_killed(const struct kit *kit, size_t nth)
{
    const pid_t pid = fork();
    int status;

    if (pid == 0) {
        make(kit, nth);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    return WIFSIGNALED(status);
}

static void a_store_whose_making_was_killed_is_made_by_the_next_open(void **state)
{
    bool was_killed = true;
    size_t nth = 0;

    (void)state;
    while (was_killed) {
        struct kit kit = kit_in_memory();

        was_killed = is_making_killed(&kit, ++nth);
        kit_reopen(&kit, NULL);
        pxf_image_free(kit_put(&kit, "ada", SIDE_PX, SIDE_PX, 1));
        aftermath_sweep(&kit);
        assert_int_equal(kit_file_count(&kit), 1);
        kit_assert_sound(&kit, PXF_VERIFY_DEEP);
        pxf_store_close(kit.store);
        fox_scratch_remove(&kit.scratch);
    }
    assert_true(nth > POINTS);
}

SUITE(crash,
      cmocka_unit_test_setup_teardown(a_kill_at_any_call_loses_nothing_that_was_acknowledged,
                                      kit_open_in_memory, kit_close),
      cmocka_unit_test_setup_teardown(a_kill_at_any_instant_loses_nothing_that_was_acknowledged,
                                      kit_open_in_memory, kit_close),
      cmocka_unit_test(a_store_whose_making_was_killed_is_made_by_the_next_open))
