/* SPDX-License-Identifier: Apache-2.0 */
#include "kit.h"

#include <pthread.h>
#include <string.h>

#include "base/mem.h"

/* The linker puts these in front of base's (meson.build: --wrap). The nth allocation fails, once.
 */
static struct {
    pthread_mutex_t lock;
    uint64_t countdown; /* 0: none fails */
} failing = {.lock = PTHREAD_MUTEX_INITIALIZER};

void *__real_fox_mem_new(size_t count, size_t size, pxf_error *err);
void *__wrap_fox_mem_new(size_t count, size_t size, pxf_error *err);
pxf_status __real_fox_mem_grow(void *array, size_t *capacity, size_t count, size_t size,
                               pxf_error *err);
pxf_status __wrap_fox_mem_grow(void *array, size_t *capacity, size_t count, size_t size,
                               pxf_error *err);

static bool fails_now(void)
{
    bool fails = false;

    (void)pthread_mutex_lock(&failing.lock);
    if (failing.countdown > 0) {
        failing.countdown--;
        fails = failing.countdown == 0;
    }
    (void)pthread_mutex_unlock(&failing.lock);
    return fails;
}

void *__wrap_fox_mem_new(size_t count, size_t size, pxf_error *err)
{
    if (fails_now()) {
        (void)fox_fail(err, PXF_NO_MEMORY, "no memory, as the test wants");
        return NULL;
    }
    return __real_fox_mem_new(count, size, err);
}

pxf_status __wrap_fox_mem_grow(void *array, size_t *capacity, size_t count, size_t size,
                               pxf_error *err)
{
    if (count > *capacity && fails_now()) {
        return fox_fail(err, PXF_NO_MEMORY, "no memory, as the test wants");
    }
    return __real_fox_mem_grow(array, capacity, count, size, err);
}

static pxf_status keep_none(void *ctx, size_t index, struct fox_image_variant *variant,
                            pxf_error *err)
{
    (void)ctx;
    (void)index;
    (void)variant;
    (void)err;
    return PXF_OK;
}

static const struct fox_recipe recipes[] = {
    {"webp", "", FOX_OUTPUT_WEBP, PXF_FIT_FULL, 0, 0, 85},
    {"avif", "", FOX_OUTPUT_AVIF, PXF_FIT_FULL, 0, 0, 35},
    {"cover", "cover", FOX_OUTPUT_PNG, PXF_FIT_COVER, 8, 8, 0},
    {"tiny", "tiny", FOX_OUTPUT_JPEG, PXF_FIT_WIDTH, 6, 0, 85},
};

/* Opens a picture and makes all variants of it, the nth allocation failing; false once fewer than n
 * are made. */
static bool try_with(const struct fox_file *file, uint64_t nth)
{
    struct fox_image_options options = fox_image_default_options;
    struct fox_image *image = NULL;
    pxf_error err = {0};
    pxf_status status;
    bool was_reached;

    options.thread_count = nth % 2 == 0 ? 1 : 2;
    options.webp_method = 0;
    failing.countdown = nth;
    status = fox_image_open(&image, file->data, file->size, &file->sniff, &options, &err);
    if (status == PXF_OK) {
        status = fox_image_render_all(image, recipes, sizeof recipes / sizeof *recipes, keep_none,
                                      NULL, &err);
    }
    fox_image_free(image);
    was_reached = failing.countdown == 0;
    failing.countdown = 0;
    if (status != (was_reached ? PXF_NO_MEMORY : PXF_OK)) {
        fail_msg("allocation %u: %s: %s", (unsigned)nth, fox_status_name(status), err.message);
    }
    return was_reached;
}

/* Each allocation of ours fails once: the answer is NO_MEMORY, and nothing is left (the sanitizers
 * look). */
static void any_allocation_may_fail(void **state)
{
    static const char *const names[] = {"small.jpg",  "small_gray.jpg", "small_p3.png",
                                        "small.webp", "alpha_32.bmp",   "moving_hole.gif"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        AUTO(fox_file) file = kit_file(names[i]);
        uint64_t nth = 1;

        while (try_with(&file, nth)) {
            nth++;
        }
        assert_true(nth > 10);
    }
}

SUITE(memory, cmocka_unit_test(any_allocation_may_fail))
