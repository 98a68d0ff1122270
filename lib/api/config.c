/* SPDX-License-Identifier: Apache-2.0 */
#include "api/config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/plain.h"
#include "base/mem.h"
#include "model/settings.h"

enum { NUMBER_TEXT_BYTES = 24 };

pxf_config *pxf_config_new(pxf_error *err)
{
    fox_fail_clear(err);
    return fox_mem_new(1, sizeof(pxf_config), err);
}

void pxf_config_free(pxf_config *config)
{
    if (!config) {
        return;
    }
    for (size_t i = 0; i < config->count; i++) {
        free(config->values[i].name);
        free(config->values[i].value);
    }
    free(config->values);
    free(config);
}

static struct fox_config_value *find(pxf_config *config, const char *name)
{
    for (size_t i = 0; i < config->count; i++) {
        if (strcmp(config->values[i].name, name) == 0) {
            return &config->values[i];
        }
    }
    return NULL;
}

static pxf_status add(pxf_config *config, const char *name, pxf_error *err)
{
    char *copy;

    TRY(fox_mem_grow(&config->values, &config->capacity, config->count + 1, sizeof *config->values,
                     err));
    copy = fox_mem_text(name, err);
    if (!copy) {
        return PXF_NO_MEMORY;
    }
    config->values[config->count++] = (struct fox_config_value){.name = copy};
    return PXF_OK;
}

pxf_status pxf_config_set_text(pxf_config *config, const char *name, const char *value,
                               pxf_error *err)
{
    AUTO(fox_str) canonical = {0};
    const struct fox_setting *setting;
    struct fox_config_value *at;
    char *copy;

    fox_fail_clear(err);
    TRY(fox_text_check(name, "a setting's name", err));
    TRY(fox_setting_find(name, &setting, err));
    at = find(config, setting->name);
    if (!value) {
        if (at) {
            free(GIVE(at->value));
        }
        return PXF_OK;
    }
    TRY(fox_setting_check(setting, value, &canonical, err));
    if (!at) {
        TRY(add(config, setting->name, err));
    }
    copy = fox_str_take(&canonical, err);
    if (!copy) {
        return PXF_NO_MEMORY;
    }
    at = find(config, setting->name);
    free(at->value);
    at->value = copy;
    return PXF_OK;
}

pxf_status pxf_config_set_number(pxf_config *config, const char *name, int64_t value,
                                 pxf_error *err)
{
    char text[NUMBER_TEXT_BYTES];

    (void)snprintf(text, sizeof text, "%" PRId64, value);
    return pxf_config_set_text(config, name, text, err);
}

pxf_status pxf_config_set_flag(pxf_config *config, const char *name, bool value, pxf_error *err)
{
    return pxf_config_set_text(config, name, value ? "true" : "false", err);
}

void pxf_config_set_log(pxf_config *config, pxf_log_fn log, void *user)
{
    config->log = log;
    config->log_user = user;
}

pxf_status fox_config_apply(const pxf_config *config, struct fox_settings *settings, pxf_error *err)
{
    for (size_t i = 0; config && i < config->count; i++) {
        const struct fox_config_value *at = &config->values[i];

        if (at->value) {
            TRY(fox_settings_fix(settings, at->name, at->value, err));
        }
    }
    return PXF_OK;
}

size_t pxf_setting_count(void)
{
    return FOX_SETTING_COUNT;
}

const char *pxf_setting_name(size_t index)
{
    const struct fox_setting *setting = fox_setting_at(index);

    return setting ? setting->name : NULL;
}

const char *pxf_setting_kind(size_t index)
{
    const struct fox_setting *setting = fox_setting_at(index);

    return setting ? fox_setting_kind_name(setting->kind) : NULL;
}

const char *pxf_setting_unit(size_t index)
{
    const struct fox_setting *setting = fox_setting_at(index);

    return setting ? setting->unit : NULL;
}

const char *pxf_setting_default(size_t index)
{
    const struct fox_setting *setting = fox_setting_at(index);

    return setting ? setting->standard : NULL;
}

int64_t pxf_setting_min(size_t index)
{
    const struct fox_setting *setting = fox_setting_at(index);

    return setting && setting->kind == FOX_SETTING_NUMBER ? setting->min : 0;
}

int64_t pxf_setting_max(size_t index)
{
    const struct fox_setting *setting = fox_setting_at(index);

    return setting && setting->kind == FOX_SETTING_NUMBER ? setting->max : 0;
}

const char *pxf_setting_choices(size_t index)
{
    const struct fox_setting *setting = fox_setting_at(index);

    return setting ? setting->choices : NULL;
}

const char *pxf_setting_help(size_t index)
{
    const struct fox_setting *setting = fox_setting_at(index);

    return setting ? setting->help : NULL;
}

bool pxf_setting_is_live(size_t index)
{
    const struct fox_setting *setting = fox_setting_at(index);

    return setting && setting->is_live;
}
