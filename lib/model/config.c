/* SPDX-License-Identifier: Apache-2.0 */
#include "model/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"

enum { DECIMAL = 10, OCTAL = 8, HEARTBEATS = 3 /* at least, in a lease */ };

static pxf_status put(struct fox_config *config, size_t id, char *value)
{
    free(config->values[id]);
    config->values[id] = value;
    return PXF_OK;
}

pxf_status fox_config_set(struct fox_config *config, const char *name, const char *text,
                          pxf_error *err)
{
    AUTO(fox_str) canonical = {0};
    const struct fox_setting *setting = NULL;
    char *value;

    TRY(fox_setting_find(name, &setting, err));
    if (!text) {
        return put(config, (size_t)(setting - fox_setting_at(0)), NULL);
    }
    TRY(fox_setting_check(setting, text, &canonical, err));
    value = fox_str_take(&canonical, err);
    return value ? put(config, (size_t)(setting - fox_setting_at(0)), value) : PXF_NO_MEMORY;
}

pxf_status fox_config_merge(struct fox_config *config, const struct fox_config *over,
                            pxf_error *err)
{
    for (size_t i = 0; i < FOX_SETTING_COUNT; i++) {
        char *value = fox_mem_text(over->values[i], err);

        if (over->values[i] && !value) {
            return PXF_NO_MEMORY;
        }
        if (value) {
            (void)put(config, i, value);
        }
    }
    return PXF_OK;
}

bool fox_config_is_set(const struct fox_config *config, enum fox_setting_id id)
{
    return config->values[id];
}

const char *fox_config_text(const struct fox_config *config, enum fox_setting_id id)
{
    return config->values[id] ? config->values[id] : fox_setting_at(id)->standard;
}

int64_t fox_config_number(const struct fox_config *config, enum fox_setting_id id)
{
    const bool is_mode = fox_setting_at(id)->kind == FOX_SETTING_TEXT;

    return strtoll(fox_config_text(config, id), NULL, is_mode ? OCTAL : DECIMAL);
}

bool fox_config_flag(const struct fox_config *config, enum fox_setting_id id)
{
    return strcmp(fox_config_text(config, id), "true") == 0;
}

size_t fox_config_choice(const struct fox_config *config, enum fox_setting_id id)
{
    const char *word = fox_config_text(config, id);
    const char *choices = fox_setting_at(id)->choices;
    size_t index = 0;

    while (strncmp(choices, word, strlen(word)) != 0 || !strchr("|", choices[strlen(word)])) {
        choices += strcspn(choices, "|") + 1;
        index++;
    }
    return index;
}

void fox_config_colour(const struct fox_config *config, enum fox_setting_id id, uint8_t ret_rgb[3])
{
    (void)fox_hex_parse(ret_rgb, 3, fox_config_text(config, id) + 1);
}

int64_t fox_config_heartbeat_ms(const struct fox_config *config)
{
    const int64_t wanted = fox_config_number(config, FOX_SETTING_WORKER_HEARTBEAT_MS);
    const int64_t most = fox_config_number(config, FOX_SETTING_WORKER_LEASE_MS) / HEARTBEATS;

    return wanted < most ? wanted : most;
}

void fox_config_let_go(struct fox_config *config)
{
    for (size_t i = 0; i < FOX_SETTING_COUNT; i++) {
        (void)put(config, i, NULL);
    }
}
