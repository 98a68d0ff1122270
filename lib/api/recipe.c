/* SPDX-License-Identifier: Apache-2.0 */
#include "api/recipe.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "api/plain.h"
#include "api/store.h"
#include "base/mem.h"
#include "model/nearest.h"
#include "model/recipe_text.h"
#include "model/words.h"

enum { QUALITY_DEFAULT = 85, CRF_DEFAULT = 35 };

pxf_recipe *pxf_recipe_new(const char *name, pxf_error *err)
{
    pxf_recipe *recipe;

    fox_fail_clear(err);
    if (fox_text_check(name, "a recipe's name", err) != PXF_OK) {
        return NULL;
    }
    recipe = fox_mem_new(1, sizeof *recipe, err);
    if (!recipe) {
        return NULL;
    }
    recipe->recipe = (struct fox_recipe){
        .output = FOX_OUTPUT_WEBP, .fit = PXF_FIT_FULL, .quality = QUALITY_DEFAULT};
    if (strlen(name) >= sizeof recipe->recipe.kind) {
        (void)fox_fail(err, PXF_INVALID, "a recipe's name has at most %d letters",
                       FOX_RECIPE_NAME_LETTERS);
        pxf_recipe_free(recipe);
        return NULL;
    }
    (void)strcpy(recipe->recipe.kind, name);
    (void)strcpy(recipe->recipe.suffix, name);
    if (fox_recipe_check(&recipe->recipe, err) != PXF_OK) {
        pxf_recipe_free(recipe);
        return NULL;
    }
    return recipe;
}

void pxf_recipe_free(pxf_recipe *recipe)
{
    free(recipe);
}

static pxf_status set_output(pxf_recipe *recipe, const char *value, pxf_error *err)
{
    const enum fox_output output = fox_output_named(value);

    if (output == 0) {
        return fox_fail(err, PXF_INVALID, "no output '%s': webp, avif, jpeg, png, original", value);
    }
    recipe->recipe.output = output;
    if (!recipe->has_quality) {
        recipe->recipe.quality = output == FOX_OUTPUT_AVIF ? CRF_DEFAULT : QUALITY_DEFAULT;
    }
    return PXF_OK;
}

pxf_status pxf_recipe_set_text(pxf_recipe *recipe, const char *field, const char *value,
                               pxf_error *err)
{
    pxf_fit fit;

    fox_fail_clear(err);
    TRY(fox_text_check(field, "a field's name", err));
    TRY(fox_text_check(value, field, err));
    if (strcmp(field, "output") == 0) {
        return set_output(recipe, value, err);
    }
    if (strcmp(field, "fit") != 0) {
        return fox_fail(err, PXF_NOT_FOUND, "a recipe has no field '%s': output, fit", field);
    }
    fit = fox_fit_named(value);
    if (fit == 0) {
        return fox_fail(err, PXF_INVALID, "no fit '%s': full, width, box, cover, crop", value);
    }
    recipe->recipe.fit = fit;
    return PXF_OK;
}

pxf_status pxf_recipe_set_number(pxf_recipe *recipe, const char *field, int64_t value,
                                 pxf_error *err)
{
    fox_fail_clear(err);
    TRY(fox_text_check(field, "a field's name", err));
    if (value < 0 || value > FOX_SIDE_LIMIT_PX) {
        return fox_fail(err, PXF_INVALID, "'%s' is 0 to %d, not %" PRId64, field, FOX_SIDE_LIMIT_PX,
                        value);
    }
    if (strcmp(field, "width_px") == 0) {
        recipe->recipe.width_px = (uint32_t)value;
        return PXF_OK;
    }
    if (strcmp(field, "height_px") == 0) {
        recipe->recipe.height_px = (uint32_t)value;
        return PXF_OK;
    }
    if (strcmp(field, "quality") == 0) {
        recipe->recipe.quality = (int32_t)value;
        recipe->has_quality = true;
        return PXF_OK;
    }
    return fox_fail(err, PXF_NOT_FOUND, "a recipe has no number '%s': width_px, height_px, quality",
                    field);
}

/* The recipes in force, and the version of the setting that holds them. */
static pxf_status read_set(pxf_store *store, struct fox_recipe_set *ret_set, int64_t *ret_version,
                           pxf_error *err)
{
    AUTO(fox_str) text = {0};

    TRY(fox_settings_refresh(store->settings, store->db, err));
    fox_settings_text(store->settings, FOX_SETTING_RENDER_RECIPES, &text);
    *ret_version = fox_settings_version(store->settings, FOX_SETTING_RENDER_RECIPES);
    return fox_recipe_set_read(ret_set, fox_str_text(&text), err);
}

/* Writes them unless somebody else did since: CONFLICT, to be tried again. */
static pxf_status write_set(pxf_store *store, const struct fox_recipe_set *set, int64_t version,
                            pxf_error *err)
{
    AUTO(fox_str) text = {0};

    fox_recipe_set_write(set, &text);
    TRY(fox_str_check(&text, err));
    TRY(fox_settings_put(store->settings, store->db, "render.recipes", fox_str_text(&text), version,
                         err));
    store->flow.wake(store->flow.ctx);
    return PXF_OK;
}

static size_t find_recipe(const struct fox_recipe_set *set, const char *name)
{
    size_t at = 0;

    while (at < set->count && strcmp(set->recipes[at].kind, name) != 0) {
        at++;
    }
    return at;
}

pxf_status pxf_recipe_add(pxf_store *store, const pxf_recipe *recipe, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    struct fox_recipe_set set;
    int64_t version;

    TRY(fox_call_enter(&call, store, err));
    TRY(fox_recipe_check(&recipe->recipe, err));
    TRY(read_set(store, &set, &version, err));
    if (find_recipe(&set, recipe->recipe.kind) < set.count) {
        return fox_fail(err, PXF_EXISTS, "the recipe '%s' is there already", recipe->recipe.kind);
    }
    if (set.count == sizeof set.recipes / sizeof set.recipes[0]) {
        return fox_fail(err, PXF_LIMIT, "no more than %zu recipes can be added", set.count);
    }
    set.recipes[set.count++] = recipe->recipe;
    return write_set(store, &set, version, err);
}

pxf_status pxf_recipe_remove(pxf_store *store, const char *name, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    struct fox_recipe_set set;
    struct fox_nearest nearest;
    int64_t version;
    size_t at;

    TRY(fox_call_enter(&call, store, err));
    TRY(fox_text_check(name, "a recipe's name", err));
    nearest = fox_nearest_to(name);
    TRY(read_set(store, &set, &version, err));
    for (size_t i = 0; i < set.count; i++) {
        fox_nearest_offer(&nearest, set.recipes[i].kind);
    }
    at = find_recipe(&set, name);
    if (at == set.count) {
        return fox_fail(err, PXF_NOT_FOUND,
                        nearest.best ? "no recipe '%s': did you mean '%s'?" : "no recipe '%s'",
                        name, nearest.best);
    }
    memmove(&set.recipes[at], &set.recipes[at + 1], (set.count - at - 1) * sizeof set.recipes[0]);
    set.count--;
    return write_set(store, &set, version, err);
}
