/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_MODEL_SETTING_TEXT_H
#define FOX_MODEL_SETTING_TEXT_H

#include "base/str.h"

/* What the texts of some settings must be. Each adds the canonical form, or is INVALID and says
 * the rule without the setting's name. */

/* Empty or absolute, so that a change of the working folder changes nothing. */
pxf_status fox_setting_text_path(const char *text, struct fox_str *canonical, pxf_error *err);

/* A node's or region's name (model/names.h). */
pxf_status fox_setting_text_node(const char *text, struct fox_str *canonical, pxf_error *err);

/* #rgb or #rrggbb, with or without '#'; canonical is #rrggbb in lower case. */
pxf_status fox_setting_text_colour(const char *text, struct fox_str *canonical, pxf_error *err);

/* A host's recipes (model/recipe_text.h). */
pxf_status fox_setting_text_recipes(const char *text, struct fox_str *canonical, pxf_error *err);

/* "sqlite:" or "memory:"; UNSUPPORTED for the queues that are not there yet. */
pxf_status fox_setting_text_queue(const char *text, struct fox_str *canonical, pxf_error *err);

/* Octal; the owner can read and write, and enter a folder; nothing beyond rwx, and setgid of a
 * folder. Canonical has four digits. */
pxf_status fox_setting_text_file_mode(const char *text, struct fox_str *canonical, pxf_error *err);
pxf_status fox_setting_text_folder_mode(const char *text, struct fox_str *canonical,
                                        pxf_error *err);

#endif
