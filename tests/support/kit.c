/* SPDX-License-Identifier: Apache-2.0 */
#include "support/kit.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int kit_open(void **state)
{
    struct kit *kit = calloc(1, sizeof *kit);

    assert_non_null(kit);
    kit->scratch = fox_scratch_make();
    (void)snprintf(kit->path, sizeof kit->path, "%s/store", kit->scratch.path);
    *state = kit;
    kit_reopen(kit, NULL);
    return 0;
}

int kit_close(void **state)
{
    struct kit *kit = *state;

    pxf_store_close(kit->store);
    fox_scratch_remove(&kit->scratch);
    free(kit);
    return 0;
}

static void set(pxf_config *config, const char *setting)
{
    char name[128];
    const char *equals = strchr(setting, '=');
    pxf_error err = {0};

    assert_non_null(equals);
    (void)snprintf(name, sizeof name, "%.*s", (int)(equals - setting), setting);
    assert_ok(pxf_config_set_text(config, name, equals + 1, &err));
}

void kit_reopen(struct kit *kit, const char *const *settings)
{
    pxf_error err = {0};
    pxf_config *config = pxf_config_new(&err);

    pxf_store_close(kit->store);
    for (; settings && *settings; settings++) {
        set(config, *settings);
    }
    kit->store = pxf_store_open(kit->path, config, &err);
    pxf_config_free(config);
    if (!kit->store) {
        fail_msg("the store does not open: %s", err.message);
    }
}

pxf_image *kit_put(struct kit *kit, const char *owner, uint32_t width_px, uint32_t height_px,
                   uint32_t seed)
{
    struct fox_picture_file file = fox_picture_png(width_px, height_px, seed);
    pxf_error err = {0};
    pxf_image *image = pxf_image_put_bytes(kit->store, file.data, file.size, owner, NULL, &err);

    fox_picture_file_let_go(&file);
    if (!image) {
        fail_msg("put: %s", err.message);
    }
    return image;
}

pxf_image *kit_wait(const pxf_image *image, pxf_image_state state)
{
    pxf_error err = {0};
    pxf_image *settled = pxf_image_wait(image, 60000, NULL, &err);

    if (!settled) {
        fail_msg("wait: %s", err.message);
    }
    if (pxf_image_get_state(settled) != state) {
        fail_msg("state %d: %s", (int)pxf_image_get_state(settled), pxf_image_failure(settled));
    }
    return settled;
}

static size_t counted;

static int count_file(const char *path, const struct stat *stat, int type, struct FTW *place)
{
    (void)stat;
    (void)place;
    counted += type == FTW_F && !strstr(path, ".pixelfox-pool");
    return 0;
}

size_t kit_file_count(const struct kit *kit)
{
    counted = 0;
    assert_int_equal(nftw(fox_scratch_path(&kit->scratch, "store/pool"), count_file, 16, FTW_PHYS),
                     0);
    return counted;
}

void kit_assert_sound(struct kit *kit, int how)
{
    pxf_error err = {0};
    pxf_finding *finding = pxf_store_verify(kit->store, how, NULL, &err);

    assert_non_null(finding);
    if (pxf_finding_next(finding, &err)) {
        fail_msg("found %s %s: %s", pxf_finding_kind(finding),
                 pxf_finding_key(finding) ? pxf_finding_key(finding) : "",
                 pxf_finding_message(finding));
    }
    assert_int_equal(err.status, PXF_OK);
    pxf_finding_free(finding);
}

int64_t kit_pool_number(struct kit *kit, const char *field)
{
    pxf_error err = {0};
    pxf_pool *pool = pxf_pool_find(kit->store, "local", &err);
    int64_t number;

    assert_non_null(pool);
    number = pxf_pool_get_number(pool, field);
    pxf_pool_free(pool);
    return number;
}

void kit_work(struct kit *kit)
{
    pxf_error err = {0};
    pxf_worker *worker = pxf_worker_new(kit->store, &err);

    assert_non_null(worker);
    while (pxf_worker_run_one(worker, NULL, &err)) {
    }
    if (err.status != PXF_OK) {
        fail_msg("work: %s", err.message);
    }
    pxf_worker_free(worker);
}
