/* SPDX-License-Identifier: Apache-2.0 */
#include "image/handle.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "image/vips.h"

/* Nanoseconds per pixel of an output, and for a picture at least, measured on one core. */
enum {
    WEBP_COST = 70,
    AVIF_FAST_COST = 34,
    AVIF_SLOW_COST = 300,
    JPEG_COST = 8,
    PNG_COST = 60,
    SHRINK_COST = 2 /* per pixel of the picture */
};

static uint64_t cost_per_px(const struct fox_image *image, const struct fox_recipe *recipe)
{
    const bool is_slow = fox_image_is_graphic(image) || recipe->fit != PXF_FIT_FULL;

    switch (fox_recipe_format(recipe, image->sniff.format, fox_image_has_alpha(image))) {
    case PXF_FORMAT_WEBP:
        return WEBP_COST;
    case PXF_FORMAT_AVIF:
        return is_slow ? AVIF_SLOW_COST : AVIF_FAST_COST;
    case PXF_FORMAT_JPEG:
        return JPEG_COST;
    case PXF_FORMAT_PNG:
        return PNG_COST;
    case PXF_FORMAT_GIF:
    case PXF_FORMAT_HEIC:
    case PXF_FORMAT_TIFF:
    case PXF_FORMAT_BMP:
        return 0;
    }
    return 0;
}

static uint64_t cost_of(const struct fox_image *image, const struct fox_recipe *recipe)
{
    const struct fox_size picture = fox_image_size(image);
    const struct fox_size size = fox_recipe_size(recipe, picture);
    const uint64_t frames = fox_image_animates(image, recipe) ? image->sniff.frame_count : 1;
    const uint64_t shrink = recipe->fit == PXF_FIT_FULL ? 0 : SHRINK_COST;

    return (uint64_t)size.width_px * size.height_px * cost_per_px(image, recipe) * frames +
           (uint64_t)picture.width_px * picture.height_px * shrink;
}

/* By insertion: there are at most FOX_RECIPE_LIMIT, and equal ones keep their order. */
void fox_image_plan(const struct fox_image *image, const struct fox_recipe *recipes,
                    size_t recipe_count, size_t order[])
{
    for (size_t i = 0; i < recipe_count; i++) {
        const uint64_t cost = cost_of(image, &recipes[i]);
        size_t at = i;

        while (at > 0 && cost_of(image, &recipes[order[at - 1]]) < cost) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
}

/* One call of fox_image_render_all. The first failure is told by the thread that had it, in
 * `error`. */
struct batch {
    struct fox_image *image;
    const struct fox_recipe *recipes;
    size_t recipe_count;
    size_t order[FOX_RECIPE_LIMIT];
    fox_image_fn fn;
    void *ctx;
    pthread_mutex_t lock;
    pthread_mutex_t callback; /* one `fn` at a time, while others take their next recipe */
    struct {
        size_t next; /* in `order` */
        pxf_status status;
        pxf_error error;
    } shared;
};

/* The next recipe's number; false once all are given out or one has failed. */
static bool take_next(struct batch *batch, size_t *ret_index)
{
    bool is_taken = false;

    (void)pthread_mutex_lock(&batch->lock);
    if (batch->shared.status == PXF_OK && batch->shared.next < batch->recipe_count) {
        *ret_index = batch->order[batch->shared.next++];
        is_taken = true;
    }
    (void)pthread_mutex_unlock(&batch->lock);
    return is_taken;
}

static bool has_failed(struct batch *batch)
{
    bool failed;

    (void)pthread_mutex_lock(&batch->lock);
    failed = batch->shared.status != PXF_OK;
    (void)pthread_mutex_unlock(&batch->lock);
    return failed;
}

static void set_failure(struct batch *batch, pxf_status status, const pxf_error *error)
{
    (void)pthread_mutex_lock(&batch->lock);
    if (batch->shared.status == PXF_OK) {
        batch->shared.status = status;
        batch->shared.error = *error;
    }
    (void)pthread_mutex_unlock(&batch->lock);
}

static pxf_status hand_out(struct batch *batch, size_t index, struct fox_image_variant *variant,
                           pxf_error *err)
{
    pxf_status status = PXF_OK;

    (void)pthread_mutex_lock(&batch->callback);
    if (!has_failed(batch)) {
        status = batch->fn(batch->ctx, index, variant, err);
    }
    (void)pthread_mutex_unlock(&batch->callback);
    return status;
}

static pxf_status make_one(struct batch *batch, size_t index, pxf_error *err)
{
    AUTO(fox_image_variant) variant = {0};

    TRY(fox_image_render(batch->image, &batch->recipes[index], &variant, err));
    return hand_out(batch, index, &variant, err);
}

static void work(struct batch *batch)
{
    size_t index;

    while (take_next(batch, &index)) {
        pxf_error error = {0};
        const pxf_status status = make_one(batch, index, &error);

        if (status != PXF_OK) {
            set_failure(batch, status, &error);
        }
    }
}

static void *run(void *batch)
{
    (void)pthread_setname_np(pthread_self(), "fox-image");
    work(batch);
    vips_thread_shutdown();
    return NULL;
}

/* What a thread does to itself stays open to the process's own handlers: blocked, it would kill
 * without a word. */
static void fill_mask(sigset_t *mask)
{
    static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT};

    (void)sigfillset(mask);
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        (void)sigdelset(mask, own[i]);
    }
}

/* As many threads as can be had: with fewer, and with none, the work is done all the same. */
static size_t start_threads(struct batch *batch, pthread_t threads[], size_t wanted)
{
    sigset_t mask, before;
    size_t count = 0;

    fill_mask(&mask);
    (void)pthread_sigmask(SIG_SETMASK, &mask, &before);
    while (count < wanted && pthread_create(&threads[count], NULL, run, batch) == 0) {
        count++;
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return count;
}

static void work_together(struct batch *batch)
{
    const size_t limit = batch->image->options.thread_count;
    const size_t helpers = (limit < batch->recipe_count ? limit : batch->recipe_count) - 1;
    pthread_t threads[FOX_IMAGE_THREAD_LIMIT];
    const size_t thread_count = start_threads(batch, threads, helpers);

    work(batch);
    for (size_t i = 0; i < thread_count; i++) {
        (void)pthread_join(threads[i], NULL);
    }
}

pxf_status fox_image_render_all(struct fox_image *image, const struct fox_recipe *recipes,
                                size_t recipe_count, fox_image_fn fn, void *ctx, pxf_error *err)
{
    struct batch batch = {
        .image = image, .recipes = recipes, .recipe_count = recipe_count, .fn = fn, .ctx = ctx};

    if (recipe_count < 1 || recipe_count > FOX_RECIPE_LIMIT) {
        return fox_fail(err, PXF_INVALID, "a picture takes 1 to %d recipes", FOX_RECIPE_LIMIT);
    }
    fox_image_plan(image, recipes, recipe_count, batch.order);
    (void)pthread_mutex_init(&batch.lock, NULL);
    (void)pthread_mutex_init(&batch.callback, NULL);
    work_together(&batch);
    (void)pthread_mutex_destroy(&batch.lock);
    (void)pthread_mutex_destroy(&batch.callback);
    if (batch.shared.status == PXF_OK) {
        return PXF_OK;
    }
    return fox_fail_from(err, batch.shared.status, (pxf_origin)batch.shared.error.origin,
                         batch.shared.error.code, "%s", batch.shared.error.message);
}
