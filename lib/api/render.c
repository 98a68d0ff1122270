/* SPDX-License-Identifier: Apache-2.0 */
#include <pixelfox/render.h>

#include <stdlib.h>
#include <string.h>

#include "api/config.h"
#include "api/image.h"
#include "api/plain.h"
#include "api/recipe.h"
#include "base/hex.h"
#include "base/mem.h"
#include "flow/ingest.h"
#include "flow/picture.h"
#include "model/nearest.h"
#include "os/clock.h"
#include "os/cores.h"
#include "os/file.h"
#include "os/memfd.h"

struct pxf_render {
    struct fox_env env;
    pxf_log_fn log;
    void *log_user;
    struct fox_settings *settings;
    struct fox_helpers *helpers;
    struct fox_recipe_list recipes; /* empty: the eight */
    const char *rule;
    struct pxf_variant *made[FOX_RECIPE_LIMIT]; /* by place, of the last run */
    size_t next;
};

static void write_log(void *ctx, enum fox_level level, const char *message)
{
    const pxf_render *render = ctx;

    if (render->log) {
        render->log(render->log_user, (pxf_level)level, message);
    }
}

static pxf_status open_helpers(pxf_render *render, pxf_error *err)
{
    AUTO(fox_str) path = {0};
    struct fox_helpers_options options = {.limit = 1};

    fox_settings_text(render->settings, FOX_SETTING_RENDER_HELPER, &path);
    options.path = path.size > 0 ? fox_str_text(&path) : NULL;
    return fox_helpers_open(&render->helpers, &render->env, &options, err);
}

static pxf_status set_up(pxf_render *render, const pxf_config *config, pxf_error *err)
{
    fox_os_env(&render->env);
    render->env.log = write_log;
    render->env.log_ctx = render;
    if (config) {
        render->log = config->log;
        render->log_user = config->log_user;
    }
    TRY(fox_settings_new(&render->settings, &render->env, err));
    TRY(fox_config_apply(config, render->settings, err));
    return open_helpers(render, err);
}

pxf_render *pxf_render_new(const pxf_config *config, pxf_error *err)
{
    pxf_render *render;

    fox_fail_clear(err);
    render = fox_mem_new(1, sizeof *render, err);
    if (render && set_up(render, config, err) != PXF_OK) {
        pxf_render_free(render);
        return NULL;
    }
    return render;
}

static void forget(pxf_render *render)
{
    for (size_t i = 0; i < FOX_RECIPE_LIMIT; i++) {
        pxf_variant_free(GIVE(render->made[i]));
    }
    render->next = 0;
    render->rule = NULL;
}

void pxf_render_free(pxf_render *render)
{
    if (render) {
        forget(render);
        fox_helpers_close(render->helpers);
        fox_settings_free(render->settings);
        free(render);
    }
}

static pxf_status add(pxf_render *render, const struct fox_recipe *recipe, pxf_error *err)
{
    struct fox_recipe_list *list = &render->recipes;

    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->recipes[i].kind, recipe->kind) == 0) {
            return fox_fail(err, PXF_EXISTS, "the recipe '%s' is there already", recipe->kind);
        }
    }
    if (list->count == FOX_RECIPE_LIMIT) {
        return fox_fail(err, PXF_LIMIT, "a picture has at most %d recipes", FOX_RECIPE_LIMIT);
    }
    list->recipes[list->count++] = *recipe;
    return PXF_OK;
}

pxf_status pxf_render_add_recipe(pxf_render *render, const pxf_recipe *recipe, pxf_error *err)
{
    fox_fail_clear(err);
    TRY(fox_recipe_check(&recipe->recipe, err));
    return add(render, &recipe->recipe, err);
}

pxf_status pxf_render_add_kind(pxf_render *render, const char *kind, pxf_error *err)
{
    struct fox_nearest nearest;

    fox_fail_clear(err);
    TRY(fox_text_check(kind, "a variant's kind", err));
    nearest = fox_nearest_to(kind);
    for (size_t i = 0; i < FOX_BUILTIN_RECIPE_COUNT; i++) {
        fox_nearest_offer(&nearest, fox_builtin_recipes[i].kind);
        if (strcmp(fox_builtin_recipes[i].kind, kind) == 0) {
            const struct fox_recipe recipe = fox_check_builtin(render->settings, i);

            return add(render, &recipe, err);
        }
    }
    return nearest.best ? fox_fail(err, PXF_NOT_FOUND, "no variant '%s': did you mean '%s'?", kind,
                                   nearest.best)
                        : fox_fail(err, PXF_NOT_FOUND, "no variant '%s'", kind);
}

static pxf_status keep(void *ctx, const struct fox_made *made, pxf_error *err)
{
    pxf_render *render = ctx;
    struct pxf_variant *variant = fox_mem_new(1, sizeof *variant, err);

    if (!variant) {
        return PXF_NO_MEMORY;
    }
    memcpy(variant->row.kind, made->recipe->kind, sizeof variant->row.kind);
    variant->row.skip = made->skip;
    if (made->skip == FOX_SKIP_NONE) {
        variant->row.format = made->format;
        variant->row.width_px = made->width_px;
        variant->row.height_px = made->height_px;
        variant->row.bytes = fox_bytes_size(made->bytes);
        variant->row.render_ms = made->render_ms;
        variant->bytes = fox_bytes_share(made->bytes);
        fox_hex_format(variant->sha256, made->digest.bytes, sizeof made->digest.bytes);
    }
    render->made[made->position] = variant;
    return PXF_OK;
}

static pxf_status run(pxf_render *render, const struct fox_reader *reader, int fd,
                      pxf_cancel *cancel, pxf_error *err)
{
    const int64_t set = fox_settings_number(render->settings, FOX_SETTING_RENDER_THREADS);
    const struct fox_picture_job job = {
        .env = &render->env,
        .settings = render->settings,
        .helpers = render->helpers,
        .reader = reader,
        .fd = fd,
        .switches = FOX_SWITCH_ALL,
        .recipes = render->recipes.count > 0 ? render->recipes.recipes : NULL,
        .recipe_count = render->recipes.count,
        .thread_count = set > 0 ? (uint32_t)set : fox_cores_count(),
    };
    pxf_status status;

    if (reader->size == 0) {
        render->rule = "corrupt";
        return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_IMAGE, 0, "empty: no bytes at all");
    }
    status = fox_picture_render(&job, keep, render, &render->rule, fox_cancel_in(cancel), err);
    if (status == PXF_OK) {
        render->rule = NULL;
    }
    return status;
}

pxf_status pxf_render_run(pxf_render *render, const char *path, pxf_cancel *cancel, pxf_error *err)
{
    AUTO(fox_fd) file = {0};
    struct fox_reader reader;

    fox_fail_clear(err);
    forget(render);
    TRY(fox_text_check(path, "a picture's path", err));
    TRY(fox_file_open(&file, path, PXF_ORIGIN_NONE, err));
    TRY(fox_file_reader(&reader, &file, err));
    return run(render, &reader, fox_fd_number(&file), cancel, err);
}

pxf_status pxf_render_run_bytes(pxf_render *render, const void *data, size_t size,
                                pxf_cancel *cancel, pxf_error *err)
{
    AUTO(fox_fd) memfd = {0};
    struct fox_memory memory = {data, size};
    const struct fox_reader reader = fox_reader_of_memory(&memory);

    fox_fail_clear(err);
    forget(render);
    TRY(fox_data_check(data, size, err));
    TRY(fox_memfd_new(&memfd, "pixelfox-original", PXF_ORIGIN_NONE, err));
    TRY(fox_file_write(&memfd, data, size, err));
    TRY(fox_memfd_seal(&memfd, err));
    return run(render, &reader, fox_fd_number(&memfd), cancel, err);
}

const char *pxf_render_failure_rule(const pxf_render *render)
{
    return render->rule && *render->rule ? render->rule : NULL;
}

pxf_variant *pxf_render_next(pxf_render *render)
{
    while (render->next < FOX_RECIPE_LIMIT) {
        pxf_variant *variant = GIVE(render->made[render->next]);

        render->next++;
        if (variant) {
            return variant;
        }
    }
    return NULL;
}

pxf_bytes *pxf_helper_version(const pxf_config *config, pxf_error *err)
{
    AUTO(fox_str) text = {0};
    pxf_render *render = pxf_render_new(config, err);
    const char *version = NULL;
    pxf_bytes *out = NULL;

    if (render && fox_helpers_version(render->helpers, &version, err) == PXF_OK) {
        fox_str_put_text(&text, version);
        out = fox_text_out(&text, err);
    }
    pxf_render_free(render);
    return out;
}
