/* SPDX-License-Identifier: Apache-2.0 */
#include "api/recipe.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/nearest.h"
#include "model/words.h"

enum { QUALITY_DEFAULT = 85 };

static const struct {
    const char *name;
    enum fox_output output;
} outputs[] = {
    {"webp", FOX_OUTPUT_WEBP}, {"avif", FOX_OUTPUT_AVIF},         {"jpeg", FOX_OUTPUT_JPEG},
    {"png", FOX_OUTPUT_PNG},   {"original", FOX_OUTPUT_ORIGINAL},
};

enum { OUTPUT_COUNT = sizeof outputs / sizeof outputs[0] };

pxf_recipe *pxf_recipe_new(const char *name, pxf_error *err)
{
    pxf_recipe *recipe;

    fox_fail_clear(err);
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
    struct fox_nearest nearest = fox_nearest_to(value);

    for (size_t i = 0; i < OUTPUT_COUNT; i++) {
        fox_nearest_offer(&nearest, outputs[i].name);
        if (strcmp(outputs[i].name, value) == 0) {
            recipe->recipe.output = outputs[i].output;
            return PXF_OK;
        }
    }
    return fox_fail(err, PXF_INVALID, "no output '%s': webp, avif, jpeg, png, original%s%s", value,
                    nearest.best ? "; nearest: " : "", nearest.best ? nearest.best : "");
}

pxf_status pxf_recipe_set_text(pxf_recipe *recipe, const char *field, const char *value,
                               pxf_error *err)
{
    pxf_fit fit;

    fox_fail_clear(err);
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
        return PXF_OK;
    }
    return fox_fail(err, PXF_NOT_FOUND, "a recipe has no number '%s': width_px, height_px, quality",
                    field);
}
