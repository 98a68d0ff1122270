/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_MODEL_RECIPE_TEXT_H
#define FOX_MODEL_RECIPE_TEXT_H

#include "base/str.h"
#include "model/recipe.h"

/* A host's own recipes as one text, the value of the setting `render.recipes`:
 *     card=webp,cover,400x300,85; hero=avif,width,1600x0,33
 * name=output,fit,WIDTHxHEIGHT,quality; a side that the fit does not need is 0. */

/* The name of an output ("webp") and back; NULL and 0 for any other. */
const char *fox_output_name(enum fox_output output);
enum fox_output fox_output_named(const char *name);

struct fox_recipe_set {
    struct fox_recipe recipes[FOX_RECIPE_LIMIT - FOX_BUILTIN_RECIPE_COUNT];
    size_t count;
};

/* Reads and checks them; "" is none. INVALID names the recipe and the rule; EXISTS a name that
 * stands twice; LIMIT too many. */
pxf_status fox_recipe_set_read(struct fox_recipe_set *ret_set, const char *text, pxf_error *err);

/* Adds the text that reads back as this set. */
void fox_recipe_set_write(const struct fox_recipe_set *set, struct fox_str *text);

#endif
