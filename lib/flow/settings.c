/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/settings.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "meta/event.h"
#include "meta/setting.h"

enum { CHECK_AGE_MS = 1000 };

/* A setting as it is here; no value means the default. */
struct live {
    char *value;
    int64_t version;
    bool is_fixed;
};

struct fox_settings {
    const struct fox_env *env;
    struct {
        pthread_mutex_t lock;
        struct live live[FOX_SETTING_COUNT];
        int64_t revision, checked_ms;
        bool was_read;
    } shared;
};

pxf_status fox_settings_new(struct fox_settings **ret_settings, const struct fox_env *env,
                            pxf_error *err)
{
    struct fox_settings *settings = fox_mem_new(1, sizeof *settings, err);

    if (!settings) {
        return PXF_NO_MEMORY;
    }
    settings->env = env;
    (void)pthread_mutex_init(&settings->shared.lock, NULL);
    *ret_settings = settings;
    return PXF_OK;
}

void fox_settings_free(struct fox_settings *settings)
{
    if (!settings) {
        return;
    }
    for (size_t i = 0; i < FOX_SETTING_COUNT; i++) {
        free(settings->shared.live[i].value);
    }
    (void)pthread_mutex_destroy(&settings->shared.lock);
    free(settings);
}

/* The table's row and its place. */
static pxf_status find(const char *name, const struct fox_setting **ret_setting, size_t *ret_id,
                       pxf_error *err)
{
    const struct fox_setting *setting;

    TRY(fox_setting_find(name, &setting, err));
    *ret_id = (size_t)(setting - fox_setting_at(0));
    *ret_setting = setting;
    return PXF_OK;
}

pxf_status fox_settings_fix(struct fox_settings *settings, const char *name, const char *value,
                            pxf_error *err)
{
    AUTO(fox_str) canonical = {0};
    const struct fox_setting *setting;
    struct live *live;
    char *copy;
    size_t id;

    TRY(find(name, &setting, &id, err));
    TRY(fox_setting_check(setting, value, &canonical, err));
    copy = fox_str_take(&canonical, err);
    if (!copy) {
        return PXF_NO_MEMORY;
    }
    (void)pthread_mutex_lock(&settings->shared.lock);
    live = &settings->shared.live[id];
    free(live->value);
    live->value = copy;
    live->is_fixed = true;
    (void)pthread_mutex_unlock(&settings->shared.lock);
    return PXF_OK;
}

static pxf_status read_revision(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    return fox_setting_revision_in(tx, ctx, err);
}

static pxf_status read_list(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    fox_setting_list_let_go(ctx);
    return fox_setting_list_in(tx, ctx, err);
}

/* Takes the catalog's values over. A row that this version does not know, or that is out of bounds,
 * was written by another version: it is left alone and the default holds. */
static void take_over_locked(struct fox_settings *settings, struct fox_setting_list *list)
{
    for (size_t i = 0; i < FOX_SETTING_COUNT; i++) {
        struct live *live = &settings->shared.live[i];

        live->version = 0;
        if (!live->is_fixed) {
            free(GIVE(live->value));
        }
    }
    for (size_t i = 0; i < list->count; i++) {
        AUTO(fox_str) canonical = {0};
        const struct fox_setting *setting;
        struct live *live;
        size_t id;

        if (find(list->rows[i].name, &setting, &id, NULL) != PXF_OK ||
            fox_setting_check(setting, list->rows[i].value, &canonical, NULL) != PXF_OK) {
            continue;
        }
        live = &settings->shared.live[id];
        live->version = list->rows[i].version;
        if (!live->is_fixed) {
            live->value = fox_str_take(&canonical, NULL);
        }
    }
    settings->shared.revision = list->revision;
    settings->shared.was_read = true;
}

static bool is_due(struct fox_settings *settings, int64_t *ret_revision)
{
    const int64_t now_ms = fox_env_monotonic_ms(settings->env);
    bool due;

    (void)pthread_mutex_lock(&settings->shared.lock);
    due = !settings->shared.was_read || now_ms - settings->shared.checked_ms >= CHECK_AGE_MS;
    if (due) {
        settings->shared.checked_ms = now_ms;
    }
    *ret_revision = settings->shared.was_read ? settings->shared.revision : -1;
    (void)pthread_mutex_unlock(&settings->shared.lock);
    return due;
}

static pxf_status reload(struct fox_settings *settings, struct fox_sql *db, pxf_error *err)
{
    AUTO(fox_setting_list) list = {0};

    TRY(fox_sql_read(db, FOX_FRESH, read_list, &list, err));
    (void)pthread_mutex_lock(&settings->shared.lock);
    take_over_locked(settings, &list);
    (void)pthread_mutex_unlock(&settings->shared.lock);
    return PXF_OK;
}

pxf_status fox_settings_refresh(struct fox_settings *settings, struct fox_sql *db, pxf_error *err)
{
    int64_t seen, revision = 0;

    if (!is_due(settings, &seen)) {
        return PXF_OK;
    }
    TRY(fox_sql_read(db, FOX_FRESH, read_revision, &revision, err));
    return revision == seen ? PXF_OK : reload(settings, db, err);
}

struct change {
    const char *name, *value;
    int64_t version, now_ms;
};

static pxf_status write_change(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct change *change = ctx;

    TRY(fox_setting_put_in(tx, change->name, change->value, change->version, err));
    return fox_event_add_in(tx, FOX_EVENT_SETTING_CHANGED, change->now_ms, NULL, NULL, change->name,
                            err);
}

pxf_status fox_settings_put(struct fox_settings *settings, struct fox_sql *db, const char *name,
                            const char *value, int64_t version, pxf_error *err)
{
    AUTO(fox_str) canonical = {0};
    const struct fox_setting *setting;
    struct change change = {.version = version, .now_ms = fox_env_now_ms(settings->env)};
    size_t id;

    TRY(find(name, &setting, &id, err));
    if (!setting->is_live) {
        return fox_fail(err, PXF_INVALID, "setting '%s' is told when a store is opened",
                        setting->name);
    }
    if (value) {
        TRY(fox_setting_check(setting, value, &canonical, err));
        TRY(fox_str_check(&canonical, err));
        change.value = fox_str_text(&canonical);
    }
    change.name = setting->name;
    TRY(fox_sql_write(db, FOX_DURABLE, write_change, &change, err));
    return reload(settings, db, err);
}

static const char *value_locked(struct fox_settings *settings, enum fox_setting_id id)
{
    const char *value = settings->shared.live[id].value;

    return value ? value : fox_setting_at((size_t)id)->standard;
}

int64_t fox_settings_number(struct fox_settings *settings, enum fox_setting_id id)
{
    int64_t number;

    (void)pthread_mutex_lock(&settings->shared.lock);
    number = strtoll(value_locked(settings, id), NULL, 10);
    (void)pthread_mutex_unlock(&settings->shared.lock);
    return number;
}

bool fox_settings_is(struct fox_settings *settings, enum fox_setting_id id, const char *value)
{
    bool is;

    (void)pthread_mutex_lock(&settings->shared.lock);
    is = strcmp(value_locked(settings, id), value) == 0;
    (void)pthread_mutex_unlock(&settings->shared.lock);
    return is;
}

bool fox_settings_flag(struct fox_settings *settings, enum fox_setting_id id)
{
    return fox_settings_is(settings, id, "true");
}

void fox_settings_text(struct fox_settings *settings, enum fox_setting_id id, struct fox_str *text)
{
    (void)pthread_mutex_lock(&settings->shared.lock);
    fox_str_put_text(text, value_locked(settings, id));
    (void)pthread_mutex_unlock(&settings->shared.lock);
}

int64_t fox_settings_version(struct fox_settings *settings, enum fox_setting_id id)
{
    int64_t version;

    (void)pthread_mutex_lock(&settings->shared.lock);
    version = settings->shared.live[id].version;
    (void)pthread_mutex_unlock(&settings->shared.lock);
    return version;
}
