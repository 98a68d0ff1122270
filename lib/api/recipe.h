/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_API_RECIPE_H
#define FOX_API_RECIPE_H

#include <pixelfox/recipe.h>

#include "model/recipe.h"

struct pxf_recipe {
    struct fox_recipe recipe;
    bool has_quality; /* else it follows the output */
};

#endif
