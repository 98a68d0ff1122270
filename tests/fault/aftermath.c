/* SPDX-License-Identifier: Apache-2.0 */
#include "aftermath.h"

#include <stdio.h>
#include <stdlib.h>

#include "kernel.h"
#include "os/poll.h"

enum { LATER_MS = 2 * 60 * 60 * 1000, LOOK_US = 1000, LOOKS = 20000, FILES = 9 };

bool is_long(void)
{
    return getenv("PIXELFOX_TEST_LONG") != NULL;
}

size_t step_between(size_t total, size_t wanted)
{
    return is_long() || total <= wanted ? 1 : total / wanted;
}

struct kit kit_in_memory(void)
{
    struct kit kit = {.scratch = fox_scratch_make()};

    fox_scratch_mount(&kit.scratch, ".", "size=256m");
    (void)snprintf(kit.path, sizeof kit.path, "%s/store", kit.scratch.path);
    return kit;
}

int kit_open_in_memory(void **state)
{
    struct kit *kit = malloc(sizeof *kit);

    assert_non_null(kit);
    *kit = kit_in_memory();
    *state = kit;
    kit_reopen(kit, NULL);
    return 0;
}

static void check_ready(const pxf_image *image)
{
    assert_int_equal(pxf_image_variant_count(image), FILES - 1);
    for (size_t i = 0; i < FILES - 1; i++) {
        const pxf_variant *variant = pxf_image_variant(image, i);
        pxf_error err = {0};
        pxf_bytes *bytes = pxf_variant_read(variant, 0, 0, NULL, &err);

        if (!bytes) {
            fail_msg("variant '%s': %s", pxf_variant_kind(variant), err.message);
        }
        assert_int_equal(pxf_bytes_size(bytes), pxf_variant_bytes(variant));
        pxf_bytes_free(bytes);
    }
}

/* How many pictures there are, each of them ready. */
static size_t count_ready(struct kit *kit)
{
    pxf_error err = {0};
    pxf_query *query = pxf_query_new(kit->store, &err);
    pxf_image *image;
    size_t count = 0;

    assert_non_null(query);
    while ((image = pxf_query_next(query, &err)) != NULL) {
        pxf_image *settled = kit_wait(image, PXF_IMAGE_READY);

        check_ready(settled);
        count++;
        pxf_image_free(settled);
        pxf_image_free(image);
    }
    assert_int_equal(err.status, PXF_OK);
    pxf_query_free(query);
    return count;
}

void aftermath_work(struct kit *kit)
{
    kit_work(kit);
    (void)count_ready(kit);
}

/* The sweep is a recurring job: a worker that starts puts and works it. */
void aftermath_sweep(struct kit *kit)
{
    pxf_error err = {0};
    pxf_worker *worker = pxf_worker_new(kit->store, &err);
    int looks = 0;

    kernel_skip_ms(LATER_MS);
    assert_non_null(worker);
    assert_ok(pxf_worker_set_threads(worker, 1, &err));
    assert_ok(pxf_worker_set_kinds(worker, "sweep", &err));
    assert_ok(pxf_worker_start(worker, &err));
    while (pxf_worker_total(worker, "done") < 1 && looks++ < LOOKS) {
        (void)fox_poll_sleep_us(-1, LOOK_US);
    }
    assert_true(pxf_worker_total(worker, "done") >= 1);
    pxf_worker_free(worker);
}

static void check_jobs(struct kit *kit)
{
    static const pxf_job_state unfinished[] = {PXF_JOB_SCHEDULED, PXF_JOB_READY, PXF_JOB_RUNNING,
                                               PXF_JOB_DEAD};
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof unfinished / sizeof unfinished[0]; i++) {
        assert_int_equal(pxf_job_count(kit->store, NULL, unfinished[i], &err), 0);
    }
}

void aftermath_check(struct kit *kit)
{
    size_t count;

    kernel_skip_ms(LATER_MS);
    kit_work(kit);
    aftermath_sweep(kit);
    count = count_ready(kit);
    assert_int_equal(kit_file_count(kit), FILES * count);
    assert_int_equal(kit_pool_number(kit, "held_bytes"), 0);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    check_jobs(kit);
}

void aftermath_has(struct kit *kit, const char *id, const struct fox_picture_file *file)
{
    pxf_error err = {0};
    pxf_image *image = pxf_image_find(kit->store, id, &err);
    pxf_bytes *bytes;

    if (!image) {
        fail_msg("image %s is gone: %s", id, err.message);
    }
    bytes = pxf_image_read(image, PXF_FOR_OWNER, 0, 0, NULL, &err);
    if (!bytes) {
        fail_msg("image %s cannot be read: %s", id, err.message);
    }
    assert_int_equal(pxf_bytes_size(bytes), file->size);
    assert_memory_equal(pxf_bytes_data(bytes), file->data, file->size);
    pxf_bytes_free(bytes);
    pxf_image_free(image);
}
