/* SPDX-License-Identifier: Apache-2.0 */
#include "round.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aftermath.h"
#include "heap.h"

enum { SIDE_PX = 16 };

static void remove_all(struct round *round)
{
    pxf_error err = {0};

    assert_ok(pxf_image_remove_owner(round->kit.store, "ada", &err));
    assert_ok(pxf_image_remove_owner(round->kit.store, "bob", &err));
    aftermath_check(&round->kit);
    assert_int_equal(kit_pool_number(&round->kit, "used_bytes"), 0);
}

void round_open(struct round *round)
{
    *round = (struct round){.kit = kit_in_memory()};
    (void)snprintf(round->path, sizeof round->path, "%s/picture", round->kit.scratch.path);
    kit_reopen(&round->kit, NULL);
    pxf_image_free(kit_put(&round->kit, "ada", SIDE_PX, SIDE_PX, 0)); /* libraries start up now */
    aftermath_check(&round->kit);
    remove_all(round);
    pxf_store_close(round->kit.store);
    round->kit.store = NULL;
}

void round_close(struct round *round)
{
    fox_scratch_remove(&round->kit.scratch);
}

static void make_picture(struct round *round)
{
    FILE *file = fopen(round->path, "we");

    round->file = fox_picture_png(SIDE_PX, SIDE_PX, ++round->seed);
    assert_non_null(file);
    assert_int_equal(fwrite(round->file.data, 1, round->file.size, file), round->file.size);
    assert_int_equal(fclose(file), 0);
}

static void begin(struct round *round, const struct act *act)
{
    make_picture(round);
    round->put_id[0] = '\0';
    round->is_ready = false;
    if (!act->opens) {
        kit_reopen(&round->kit, NULL);
    }
    if (act->is_about_image) {
        round->image = kit_put(&round->kit, "ada", SIDE_PX, SIDE_PX, round->seed);
    }
}

/* What a fault may leave: after a sync that failed a store has to be opened anew, and a pool that
 * did not answer is taken for unhealthy for up to a second. */
static bool must_reopen(const struct round *round, const pxf_error *err)
{
    return !round->kit.store || strstr(err->message, "open it anew") != NULL ||
           strstr(err->message, "'local' unhealthy") != NULL;
}

static void put_another(struct round *round)
{
    const struct fox_picture_file file = fox_picture_png(SIDE_PX + 1, SIDE_PX, round->seed);
    pxf_error err = {0};
    pxf_image *image = NULL;

    if (round->kit.store) {
        image = pxf_image_put_bytes(round->kit.store, file.data, file.size, "bob", NULL, &err);
    }
    if (!image && must_reopen(round, &err)) {
        kit_reopen(&round->kit, NULL);
        image = pxf_image_put_bytes(round->kit.store, file.data, file.size, "bob", NULL, &err);
    }
    if (!image) {
        fail_msg("after the fault nothing can be put: %s", err.message);
    }
    free(file.data);
    pxf_image_free(image);
}

static void check_variants(struct round *round)
{
    pxf_error err = {0};
    pxf_image *now = pxf_image_find(round->kit.store, pxf_image_id(round->image), &err);
    pxf_image *ready;

    assert_non_null(now);
    assert_true(!round->is_ready || pxf_image_get_state(now) == PXF_IMAGE_READY);
    ready = kit_wait(now, PXF_IMAGE_READY);
    assert_int_equal(pxf_image_variant_count(ready), 8);
    pxf_image_free(ready);
    pxf_image_free(now);
}

/* The store is opened anew, so that what the fault left is a dead process's. */
static void finish(struct round *round, const struct act *act)
{
    put_another(round);
    kit_reopen(&round->kit, NULL);
    aftermath_sweep(&round->kit);
    if (round->put_id[0] != '\0') {
        aftermath_has(&round->kit, round->put_id, &round->file);
    }
    if (act->is_about_image && strcmp(act->name, "wait") == 0) {
        check_variants(round);
    }
    kit_assert_sound(&round->kit, PXF_VERIFY_DEEP);
    remove_all(round);
    pxf_image_free(round->image);
    round->image = NULL;
    pxf_store_close(round->kit.store);
    round->kit.store = NULL;
    fox_picture_file_let_go(&round->file);
}

bool round_try(struct round *round, const struct act *act, const struct fault *fault)
{
    const size_t blocks = heap_live(), descriptors = fox_scratch_fd_count();
    pxf_error err = {0};
    pxf_status status;
    bool came;

    begin(round, act);
    fault->arm(fault->ctx);
    status = act->run(round, &err);
    came = fault->disarm(fault->ctx);
    if (came || status != PXF_OK) {
        fault->judge(fault->ctx, act, status, &err);
    }
    finish(round, act);
    if (fox_scratch_fd_count() != descriptors || heap_live() != blocks) {
        fail_msg("%s, %s: %zu blocks instead of %zu, %zu descriptors instead of %zu", act->name,
                 fault->words, heap_live(), blocks, fox_scratch_fd_count(), descriptors);
    }
    return came;
}
