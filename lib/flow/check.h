/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_FLOW_CHECK_H
#define FOX_FLOW_CHECK_H

#include "flow/flow.h"
#include "model/plan.h"
#include "sniff/sniff.h"

/* What a picture is held against before a decoder sees it, by the settings. The failure's rule,
 * static text of model/kinds.h, goes to `ret_rule`. */
pxf_status fox_check_picture(struct fox_settings *settings, const struct fox_reader *reader,
                             struct fox_sniff *ret_sniff, const char **ret_rule, pxf_error *err);

/* The header alone, without the look at the end. */
pxf_status fox_check_header(struct fox_settings *settings, const struct fox_reader *reader,
                            struct fox_sniff *ret_sniff, const char **ret_rule, pxf_error *err);

/* One of the eight (an index of fox_builtin_recipes), with the quality that the settings give it.
 */
struct fox_recipe fox_check_builtin(struct fox_settings *settings, size_t index);

/* What is made of a picture by the settings and its own switches (FOX_SWITCH_ bits). The recipes of
 * the steps are the list's, which outlives the plan. */
struct fox_recipe_list {
    struct fox_recipe recipes[FOX_RECIPE_LIMIT];
    size_t count;
};
pxf_status fox_check_plan(struct fox_settings *settings, const struct fox_sniff *sniff,
                          uint32_t switches, struct fox_recipe_list *ret_recipes,
                          struct fox_plan *ret_plan, pxf_error *err);

#endif
