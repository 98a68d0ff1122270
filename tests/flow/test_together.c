/* SPDX-License-Identifier: Apache-2.0 */
#include "support/kit.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Threads, processes and forks on one store. */

enum { PUTTERS = 20, JOBS = 12 };

struct same {
    struct kit *kit;
    struct fox_picture_file file;
    char id[PUTTERS][40];
    atomic_int firsts;
    atomic_int next;
};

static void *put_same(void *ctx)
{
    struct same *same = ctx;
    const int me = atomic_fetch_add(&same->next, 1);
    pxf_error err = {0};
    pxf_image *image =
        pxf_image_put_bytes(same->kit->store, same->file.data, same->file.size, "ada", NULL, &err);

    if (!image) {
        (void)snprintf(same->id[me], sizeof same->id[me], "%.39s", err.message);
        return NULL;
    }
    (void)snprintf(same->id[me], sizeof same->id[me], "%s", pxf_image_id(image));
    (void)atomic_fetch_add(&same->firsts, !pxf_image_is_duplicate(image));
    pxf_image_free(image);
    return NULL;
}

static void twenty_threads_putting_one_picture_make_one_image(void **state)
{
    struct same same = {.kit = *state, .file = fox_picture_png(120, 90, 1)};
    pthread_t threads[PUTTERS];

    for (int i = 0; i < PUTTERS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, put_same, &same), 0);
    }
    for (int i = 0; i < PUTTERS; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    assert_int_equal(atomic_load(&same.firsts), 1);
    for (int i = 0; i < PUTTERS; i++) {
        assert_string_equal(same.id[i], same.id[0]);
    }
    assert_int_equal(kit_file_count(same.kit), 1);
    assert_int_equal(kit_pool_number(same.kit, "image_count"), 1);
    kit_assert_sound(same.kit, PXF_VERIFY_DEEP);
    fox_picture_file_let_go(&same.file);
}

static void background_workers_make_everything_ready(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_image *images[JOBS];

    assert_ok(pxf_store_start(kit->store, &err));
    assert_ok(pxf_store_start(kit->store, &err));
    for (uint32_t i = 0; i < JOBS; i++) {
        images[i] = kit_put(kit, "ada", 160, 120, 100 + i);
    }
    for (size_t i = 0; i < JOBS; i++) {
        pxf_image_free(kit_wait(images[i], PXF_IMAGE_READY));
        pxf_image_free(images[i]);
    }
    assert_int_equal(kit_file_count(kit), 9 * JOBS);
    assert_int_equal(kit_pool_number(kit, "held_bytes"), 0);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
}

/* In a process of its own: opens the store, works all that is ready, exits 0. */
static void work_and_exit(const char *path)
{
    pxf_error err = {0};
    pxf_store *store = pxf_store_open(path, NULL, &err);
    pxf_worker *worker = store ? pxf_worker_new(store, &err) : NULL;

    if (!worker) {
        fprintf(stderr, "worker: %s\n", err.message);
        _exit(1);
    }
    while (pxf_worker_run_one(worker, NULL, &err)) {
    }
    pxf_worker_free(worker);
    pxf_store_close(store);
    _exit(err.status == PXF_OK ? 0 : 1);
}

static int exit_code_of(pid_t child)
{
    int status = 0;

    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void two_processes_share_the_work(void **state)
{
    struct kit *kit = *state;
    pid_t children[2];
    size_t ready_count = 0;
    pxf_error err = {0};
    pxf_query *query;
    pxf_image *image;

    for (uint32_t i = 0; i < JOBS; i++) {
        pxf_image_free(kit_put(kit, "ada", 100, 100, 200 + i));
    }
    for (int i = 0; i < 2; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            work_and_exit(kit->path);
        }
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(exit_code_of(children[i]), 0);
    }
    query = pxf_query_new(kit->store, &err);
    while ((image = pxf_query_next(query, &err))) {
        ready_count += pxf_image_get_state(image) == PXF_IMAGE_READY;
        pxf_image_free(image);
    }
    pxf_query_free(query);
    assert_int_equal(ready_count, JOBS);
    assert_int_equal(kit_file_count(kit), 9 * JOBS);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
}

static void *put_for_ever(void *ctx)
{
    struct same *same = ctx;
    uint32_t seed = 1000;

    while (atomic_load(&same->next) == 0) {
        struct fox_picture_file file = fox_picture_png(20, 20, seed++);
        pxf_error err = {0};

        pxf_image_free(
            pxf_image_put_bytes(same->kit->store, file.data, file.size, "ada", NULL, &err));
        fox_picture_file_let_go(&file);
    }
    return NULL;
}

/* What a child is told of all that it inherited. */
static int be_told(struct kit *kit, pxf_image *image)
{
    pxf_error err = {0};

    (void)alarm(20); /* a hang is a failure */
    if (pxf_image_find(kit->store, pxf_image_id(image), &err) || err.status != PXF_FORKED) {
        return 2;
    }
    if (pxf_store_start(kit->store, &err) != PXF_FORKED) {
        return 3;
    }
    return pxf_image_wait(image, 0, NULL, &err) || err.status != PXF_FORKED ? 4 : 0;
}

/* What a child may do with it: free it, and open a store of its own. */
static int use_in_child(struct kit *kit, pxf_image *image)
{
    const int code = be_told(kit, image);
    pxf_error err = {0};
    pxf_store *own;

    pxf_image_free(image);
    pxf_store_close(kit->store);
    own = pxf_store_open(kit->path, NULL, &err);
    if (!own) {
        fprintf(stderr, "own: %s\n", err.message);
        return 5;
    }
    pxf_store_close(own);
    return code;
}

static void a_child_of_a_busy_parent_is_told_and_opens_its_own(void **state)
{
    struct same same = {.kit = *state};
    pxf_image *image = kit_put(same.kit, "bob", 50, 50, 1);
    pthread_t thread;

    assert_int_equal(pthread_create(&thread, NULL, put_for_ever, &same), 0);
    for (int i = 0; i < 20; i++) {
        const pid_t child = fork();

        if (child == 0) {
#ifdef __SANITIZE_ADDRESS__ /* it does not unlock its own allocator in a child */
            _exit(be_told(same.kit, image));
#else
            _exit(use_in_child(same.kit, image));
#endif
        }
        assert_int_equal(exit_code_of(child), 0);
    }
    atomic_store(&same.next, 1);
    (void)pthread_join(thread, NULL);
    pxf_image_free(image);
    kit_assert_sound(same.kit, PXF_VERIFY_DEEP);
}

static void a_forked_child_opens_a_store_of_its_own(void **state)
{
    struct kit *kit = *state;
    pxf_image *image = kit_put(kit, "bob", 50, 50, 1);
    const pid_t child = fork();

    if (child == 0) {
        _exit(use_in_child(kit, image));
    }
    assert_int_equal(exit_code_of(child), 0);
    pxf_image_free(image);
}

static void a_stop_ends_a_wait_of_another_thread_with_closed(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_image *image = kit_put(kit, "ada", 50, 50, 1);

    pxf_store_stop(kit->store);
    pxf_store_stop(kit->store);
    assert_null(pxf_image_wait(image, PXF_FOREVER, NULL, &err));
    assert_int_equal(err.status, PXF_CLOSED);
    assert_null(pxf_query_new(kit->store, &err));
    assert_int_equal(err.status, PXF_CLOSED);
    pxf_image_free(image);
}

static void handles_are_freed_in_any_order(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_image *image = kit_put(kit, "ada", 50, 50, 1);
    pxf_worker *worker = pxf_worker_new(kit->store, &err);
    pxf_query *query = pxf_query_new(kit->store, &err);
    pxf_upload *upload = pxf_upload_new(kit->store, "ada", &err);

    pxf_store_close(kit->store);
    kit->store = NULL;
    assert_string_equal(pxf_image_owner(image), "ada");
    pxf_upload_free(upload);
    pxf_query_free(query);
    pxf_image_free(image);
    pxf_worker_free(worker);
}

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, kit_open, kit_close)

SUITE(together, IN_STORE(twenty_threads_putting_one_picture_make_one_image),
      IN_STORE(background_workers_make_everything_ready), IN_STORE(two_processes_share_the_work),
      IN_STORE(a_child_of_a_busy_parent_is_told_and_opens_its_own),
      IN_STORE(a_forked_child_opens_a_store_of_its_own),
      IN_STORE(a_stop_ends_a_wait_of_another_thread_with_closed),
      IN_STORE(handles_are_freed_in_any_order))
