/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_MODEL_CONFIG_H
#define FOX_MODEL_CONFIG_H

#include "model/settings.h"

/* Values of settings, canonical; what is not set has its default. `{0}` has nothing set. One at a
 * time. */
struct fox_config {
    char *values[FOX_SETTING_COUNT];
};

/* Sets a value as people write it; NULL is the default again. Errors: of fox_setting_find() and
 * fox_setting_check(); the value stays as it was then. */
pxf_status fox_config_set(struct fox_config *config, const char *name, const char *text,
                          pxf_error *err);

/* Sets what is set in `over`, so that `over` wins. */
pxf_status fox_config_merge(struct fox_config *config, const struct fox_config *over,
                            pxf_error *err);

bool fox_config_is_set(const struct fox_config *config, enum fox_setting_id id);

/* Any value as text, lent until it is set again; never NULL. */
const char *fox_config_text(const struct fox_config *config, enum fox_setting_id id);

/* Of a number; of pool.file_mode and pool.folder_mode, the mode. */
int64_t fox_config_number(const struct fox_config *config, enum fox_setting_id id);

/* Of a flag. */
bool fox_config_flag(const struct fox_config *config, enum fox_setting_id id);

/* Of a choice: the index of the value in the row's choices, from 0. */
size_t fox_config_choice(const struct fox_config *config, enum fox_setting_id id);

/* Of render.flatten. */
void fox_config_colour(const struct fox_config *config, enum fox_setting_id id, uint8_t ret_rgb[3]);

/* worker.heartbeat_ms, or a third of worker.lease_ms where that is less: two may be missed. */
int64_t fox_config_heartbeat_ms(const struct fox_config *config);

/* Frees all values. */
void fox_config_let_go(struct fox_config *config);

#endif
