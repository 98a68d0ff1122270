/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_FLOW_SETTINGS_H
#define FOX_FLOW_SETTINGS_H

#include "base/env.h"
#include "base/str.h"
#include "model/settings.h"
#include "sql/sql.h"

/* The settings in force in this process: what it was opened with, else the catalog's, else the
 * default. Any thread. */
struct fox_settings;

pxf_status fox_settings_new(struct fox_settings **ret_settings, const struct fox_env *env,
                            pxf_error *err);
void fox_settings_free(struct fox_settings *settings);

static inline void fox_settings_let_go(struct fox_settings **settings)
{
    fox_settings_free(*settings);
}

/* Fixes a value for this process, whatever the catalog says. NOT_FOUND names the nearest setting,
 * INVALID the bounds. */
pxf_status fox_settings_fix(struct fox_settings *settings, const char *name, const char *value,
                            pxf_error *err);

/* Reads the catalog again if that was more than a second ago and something changed. */
pxf_status fox_settings_refresh(struct fox_settings *settings, struct fox_sql *db, pxf_error *err);

/* Changes one in the catalog (NULL: back to the default), for all processes, with its event.
 * CONFLICT if its version is not `version` (0: any); INVALID for one that is not live. */
pxf_status fox_settings_put(struct fox_settings *settings, struct fox_sql *db, const char *name,
                            const char *value, int64_t version, pxf_error *err);

int64_t fox_settings_number(struct fox_settings *settings, enum fox_setting_id id);
bool fox_settings_flag(struct fox_settings *settings, enum fox_setting_id id);
bool fox_settings_is(struct fox_settings *settings, enum fox_setting_id id, const char *value);

/* Appends the value. */
void fox_settings_text(struct fox_settings *settings, enum fox_setting_id id, struct fox_str *text);

/* The catalog's version of it; 0 at its default. */
int64_t fox_settings_version(struct fox_settings *settings, enum fox_setting_id id);

#endif
