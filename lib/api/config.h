/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_API_CONFIG_H
#define FOX_API_CONFIG_H

#include <pixelfox/config.h>

#include "flow/settings.h"

struct fox_config_value {
    char *name, *value;
};

struct pxf_config {
    struct fox_config_value *values;
    size_t count, capacity;
    pxf_log_fn log;
    void *log_user;
};

/* Fixes the config's values in a store's or a render's settings. NULL has none. */
pxf_status fox_config_apply(const pxf_config *config, struct fox_settings *settings,
                            pxf_error *err);

#endif
