/* SPDX-License-Identifier: Apache-2.0 */
#include "model/recipe_text.h"

#include <stdio.h>
#include <string.h>

#include "model/words.h"

enum { WORD_BYTES = 16, SET_LIMIT = FOX_RECIPE_LIMIT - FOX_BUILTIN_RECIPE_COUNT };

static const char *const outputs[] = {
    [FOX_OUTPUT_WEBP] = "webp", [FOX_OUTPUT_AVIF] = "avif",         [FOX_OUTPUT_JPEG] = "jpeg",
    [FOX_OUTPUT_PNG] = "png",   [FOX_OUTPUT_ORIGINAL] = "original",
};

const char *fox_output_name(enum fox_output output)
{
    return outputs[output];
}

enum fox_output fox_output_named(const char *name)
{
    for (int i = FOX_OUTPUT_WEBP; i <= FOX_OUTPUT_ORIGINAL; i++) {
        if (strcmp(outputs[i], name) == 0) {
            return (enum fox_output)i;
        }
    }
    return (enum fox_output)0;
}

/* Copies `size` letters that shall be one word; false if they do not fit. */
static bool take(char *to, size_t room, const char *from, size_t size)
{
    if (size == 0 || size >= room) {
        return false;
    }
    memcpy(to, from, size);
    to[size] = '\0';
    return true;
}

/* Reads what stands behind the name: output,fit,WxH,quality. */
static bool read_fields(struct fox_recipe *recipe, const char *text, size_t size)
{
    char fields[4 * WORD_BYTES], output[WORD_BYTES], fit[WORD_BYTES];
    unsigned width, height, quality;
    int end = 0;

    if (!take(fields, sizeof fields, text, size) ||
        sscanf(fields, "%15[a-z],%15[a-z],%5ux%5u,%3u%n", output, fit, &width, &height, &quality,
               &end) != 5 ||
        fields[end]) {
        return false;
    }
    recipe->output = fox_output_named(output);
    recipe->fit = fox_fit_named(fit);
    recipe->width_px = width;
    recipe->height_px = height;
    recipe->quality = (int32_t)quality;
    return recipe->output != 0 && recipe->fit != 0;
}

static bool has(const struct fox_recipe_set *set, const char *kind)
{
    for (size_t i = 0; i < set->count; i++) {
        if (strcmp(set->recipes[i].kind, kind) == 0) {
            return true;
        }
    }
    return false;
}

/* Reads one recipe of `size` letters. */
static pxf_status read_one(struct fox_recipe_set *set, const char *text, size_t size,
                           pxf_error *err)
{
    const char *equals = memchr(text, '=', size);
    const size_t name_size = equals ? (size_t)(equals - text) : 0;
    struct fox_recipe recipe = {.kind = ""};

    if (!take(recipe.kind, sizeof recipe.kind, text, name_size) ||
        !read_fields(&recipe, text + name_size + 1, size - name_size - 1)) {
        return fox_fail(err, PXF_INVALID,
                        "a recipe reads name=output,fit,WIDTHxHEIGHT,quality, not '%.*s'",
                        (int)size, text);
    }
    memcpy(recipe.suffix, recipe.kind, sizeof recipe.suffix);
    TRY(fox_recipe_check(&recipe, err));
    if (has(set, recipe.kind)) {
        return fox_fail(err, PXF_EXISTS, "the recipe '%s' stands twice", recipe.kind);
    }
    if (set->count == SET_LIMIT) {
        return fox_fail(err, PXF_LIMIT, "at most %d recipes can be added", SET_LIMIT);
    }
    set->recipes[set->count++] = recipe;
    return PXF_OK;
}

pxf_status fox_recipe_set_read(struct fox_recipe_set *ret_set, const char *text, pxf_error *err)
{
    struct fox_recipe_set set = {.count = 0};

    while (*text) {
        const size_t size = strcspn(text, ";");

        TRY(read_one(&set, text, size, err));
        text += size;
        text += strspn(text, "; ");
    }
    *ret_set = set;
    return PXF_OK;
}

void fox_recipe_set_write(const struct fox_recipe_set *set, struct fox_str *text)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct fox_recipe *recipe = &set->recipes[i];

        fox_str_add(text, "%s%s=%s,%s,%ux%u,%d", i > 0 ? "; " : "", recipe->kind,
                    fox_output_name(recipe->output), fox_fit_name(recipe->fit), recipe->width_px,
                    recipe->height_px, (int)recipe->quality);
    }
}
