/* SPDX-License-Identifier: Apache-2.0 */
#include <pixelfox/worker.h>

#include <stdlib.h>
#include <string.h>

#include "api/job.h"
#include "api/plain.h"
#include "base/mem.h"
#include "model/kinds.h"
#include "model/nearest.h"
#include "os/process.h"

/* A kind that the host added. */
struct own_kind {
    pxf_worker *worker;
    char *name;
    pxf_job_fn run;
    void *user;
    struct own_kind *next;
};

struct pxf_worker {
    pxf_store *store;
    struct fox_worker *worker;
    struct fox_watch *watch;
    char *kinds; /* the only ones, by commas; NULL: all */
    struct own_kind *own;
    pthread_mutex_t lock;
    bool is_ready; /* its handlers are added */
};

pxf_worker *pxf_worker_new(pxf_store *store, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    struct fox_worker_options options;
    pxf_worker *worker;

    if (fox_call_enter(&call, store, err) != PXF_OK) {
        return NULL;
    }
    worker = fox_mem_new(1, sizeof *worker, err);
    if (!worker) {
        return NULL;
    }
    worker->store = fox_store_share(store);
    (void)pthread_mutex_init(&worker->lock, NULL);
    worker->watch = fox_store_watch(store);
    options = fox_store_worker_options(store, worker->watch);
    if (fox_worker_new(&worker->worker, &options, err) != PXF_OK ||
        fox_store_enlist(store, worker->worker, err) != PXF_OK) {
        fox_call_let_go(&call);
        pxf_worker_free(worker);
        return NULL;
    }
    return worker;
}

pxf_status pxf_worker_set_threads(pxf_worker *worker, int32_t thread_count, pxf_error *err)
{
    AUTO(fox_call) call = {0};

    TRY(fox_call_enter(&call, worker->store, err));
    return fox_worker_set_threads(worker->worker, thread_count > 0 ? (size_t)thread_count : 0, err);
}

/* Whether a list of names separated by commas holds a name. */
static bool holds(const char *list, const char *name)
{
    const size_t size = strlen(name);

    for (const char *at = list; at; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, name, size) == 0 && (at[size] == ',' || !at[size])) {
            return true;
        }
    }
    return false;
}

static bool is_wanted(void *ctx, const char *kind)
{
    const pxf_worker *worker = ctx;

    return !worker->kinds || holds(worker->kinds, kind);
}

static pxf_status check_kind(const char *name, pxf_error *err)
{
    struct fox_nearest nearest = fox_nearest_to(name);

    for (size_t i = 0; fox_kind_at(i); i++) {
        fox_nearest_offer(&nearest, fox_kind_at(i)->name);
    }
    if (fox_kind_find(name)) {
        return PXF_OK;
    }
    return nearest.best ? fox_fail(err, PXF_NOT_FOUND, "no job kind '%s': did you mean '%s'?", name,
                                   nearest.best)
                        : fox_fail(err, PXF_NOT_FOUND, "no job kind '%s'", name);
}

static bool has_own(const pxf_worker *worker, const char *name)
{
    for (const struct own_kind *at = worker->own; at; at = at->next) {
        if (strcmp(at->name, name) == 0) {
            return true;
        }
    }
    return false;
}

static pxf_status check_kinds(const pxf_worker *worker, const char *kinds, pxf_error *err)
{
    char *copy = fox_mem_text(kinds, err);
    pxf_status status = copy ? PXF_OK : PXF_NO_MEMORY;
    char *rest = copy, *name;

    while (status == PXF_OK && (name = strsep(&rest, ","))) {
        if (!has_own(worker, name)) {
            status = check_kind(name, err);
        }
    }
    free(copy);
    return status;
}

static pxf_status check_not_ready(pxf_worker *worker, pxf_error *err)
{
    bool is_ready;

    (void)pthread_mutex_lock(&worker->lock);
    is_ready = worker->is_ready;
    (void)pthread_mutex_unlock(&worker->lock);
    return is_ready ? fox_fail(err, PXF_CONFLICT, "the worker began already") : PXF_OK;
}

pxf_status pxf_worker_set_kinds(pxf_worker *worker, const char *kinds, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    char *copy = NULL;

    TRY(fox_call_enter(&call, worker->store, err));
    TRY(check_not_ready(worker, err));
    if (kinds) {
        TRY(check_kinds(worker, kinds, err));
        copy = fox_mem_text(kinds, err);
        if (!copy) {
            return PXF_NO_MEMORY;
        }
    }
    free(worker->kinds);
    worker->kinds = copy;
    return PXF_OK;
}

/* Runs a host's kind: what its function did not end is ended by what it returned. */
static pxf_status run_own(void *self, struct fox_run *run, pxf_error *err)
{
    const struct own_kind *own = self;
    pxf_job job = {
        .store = own->worker->store,
        .job = *fox_run_job(run),
        .run = run,
        .progress_permille = -1,
    };

    fox_id_format(job.id, &job.job.id);
    fox_id_format(job.image_id, &job.job.image_id);
    return own->run(own->user, &job, err);
}

pxf_status pxf_worker_add_kind(pxf_worker *worker, const char *kind, pxf_job_fn run, void *user,
                               pxf_error *err)
{
    AUTO(fox_call) call = {0};
    struct own_kind *own;

    TRY(fox_call_enter(&call, worker->store, err));
    TRY(check_not_ready(worker, err));
    TRY(fox_text_check(kind, "a job's kind", err));
    if (!run) {
        return fox_fail(err, PXF_INVALID, "the kind '%s' has no function", kind);
    }
    TRY(fox_kind_check(kind, err));
    if (has_own(worker, kind)) {
        return fox_fail(err, PXF_EXISTS, "the worker has the kind '%s' already", kind);
    }
    own = fox_mem_new(1, sizeof *own, err);
    if (!own) {
        return PXF_NO_MEMORY;
    }
    own->name = fox_mem_text(kind, err);
    if (!own->name) {
        free(own);
        return PXF_NO_MEMORY;
    }
    own->worker = worker;
    own->run = run;
    own->user = user;
    own->next = worker->own;
    worker->own = own;
    return PXF_OK;
}

static pxf_status add_handlers(pxf_worker *worker, pxf_error *err)
{
    TRY(fox_store_add_handlers(worker->store, worker->worker, is_wanted, worker, err));
    for (struct own_kind *own = worker->own; own; own = own->next) {
        const struct fox_handler handler = {.kind = own->name, .run = run_own, .self = own};

        if (is_wanted(worker, own->name)) {
            TRY(fox_worker_add(worker->worker, &handler, err));
        }
    }
    return PXF_OK;
}

/* Adds the handlers, once. */
static pxf_status prepare(pxf_worker *worker, pxf_error *err)
{
    pxf_status status = PXF_OK;

    (void)pthread_mutex_lock(&worker->lock);
    if (!worker->is_ready) {
        status = add_handlers(worker, err);
        worker->is_ready = status == PXF_OK;
    }
    (void)pthread_mutex_unlock(&worker->lock);
    return status;
}

pxf_status pxf_worker_start(pxf_worker *worker, pxf_error *err)
{
    AUTO(fox_call) call = {0};

    TRY(fox_call_enter(&call, worker->store, err));
    TRY(prepare(worker, err));
    return fox_worker_start(worker->worker, err);
}

bool pxf_worker_run_one(pxf_worker *worker, pxf_cancel *cancel, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    pxf_error cause = {0};
    pxf_status status;

    if (fox_call_enter_slow(&call, worker->store, cancel, err) != PXF_OK ||
        prepare(worker, err) != PXF_OK) {
        return false;
    }
    status = fox_worker_run_one(worker->worker, NULL, call.cancel, &cause);
    if (status != PXF_OK && status != PXF_NOT_FOUND) {
        (void)fox_fail_as(err, &cause);
        (void)fox_call_verdict(&call, status, err);
    }
    return status == PXF_OK;
}

/* The kinds that are reserved by hand: those that were named, else the host's own. */
static size_t list_kinds(const pxf_worker *worker, const char **names, size_t limit)
{
    size_t count = 0;

    for (size_t i = 0; worker->kinds && fox_kind_at(i) && count < limit; i++) {
        if (holds(worker->kinds, fox_kind_at(i)->name)) {
            names[count++] = fox_kind_at(i)->name;
        }
    }
    for (const struct own_kind *own = worker->own; own && count < limit; own = own->next) {
        names[count++] = own->name;
    }
    return count;
}

pxf_job *pxf_worker_reserve(pxf_worker *worker, int64_t lease_ms, pxf_error *err)
{
    enum { KIND_LIMIT = 64 };
    AUTO(fox_call) call = {0};
    const char *names[KIND_LIMIT];
    struct fox_reserve request = {.kinds = names, .lease_ms = lease_ms};
    struct fox_job job = {0};
    pxf_error cause = {0};
    pxf_status status;
    pxf_job *out;

    if (fox_call_enter(&call, worker->store, err) != PXF_OK) {
        return NULL;
    }
    request.kind_count = list_kinds(worker, names, KIND_LIMIT);
    status = fox_queue_reserve(worker->store->queue, &request, &job, &cause);
    if (status != PXF_OK) {
        if (status != PXF_NOT_FOUND) {
            (void)fox_fail_as(err, &cause);
        }
        return NULL;
    }
    out = fox_job_out(worker->store, &job, NULL, err);
    if (out) {
        out->is_reserved = true;
    }
    return out;
}

bool pxf_worker_is_idle(pxf_worker *worker, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    bool is_idle = false;

    if (fox_call_enter(&call, worker->store, err) != PXF_OK || prepare(worker, err) != PXF_OK) {
        return false;
    }
    (void)fox_worker_is_idle(worker->worker, &is_idle, err);
    return is_idle;
}

int64_t pxf_worker_total(pxf_worker *worker, const char *name)
{
    AUTO(fox_call) call = {0};
    struct fox_worker_totals totals;

    if (!name || fox_call_enter(&call, worker->store, NULL) != PXF_OK) {
        return -1;
    }
    totals = fox_worker_totals(worker->worker);
    if (strcmp(name, "done") == 0) {
        return totals.done;
    }
    if (strcmp(name, "failed") == 0) {
        return totals.failed;
    }
    if (strcmp(name, "retrying") == 0) {
        return totals.retrying;
    }
    if (strcmp(name, "running") == 0) {
        return totals.running;
    }
    if (strcmp(name, "delayed") == 0) {
        return pxf_job_count(worker->store, NULL, PXF_JOB_SCHEDULED, NULL);
    }
    return -1;
}

void pxf_worker_stop(pxf_worker *worker, int64_t drain_ms)
{
    AUTO(fox_call) call = {0};

    if (fox_call_enter(&call, worker->store, NULL) == PXF_OK) {
        fox_worker_stop(worker->worker, drain_ms);
    }
}

void pxf_worker_free(pxf_worker *worker)
{
    if (!worker) {
        return;
    }
    if (fox_process_mark() == worker->store->mark && worker->worker) {
        AUTO(fox_call) call = {0};

        if (fox_call_enter(&call, worker->store, NULL) == PXF_OK) {
            fox_worker_stop(worker->worker, fox_settings_number(worker->store->settings,
                                                                FOX_SETTING_WORKER_DRAIN_MS));
        }
        fox_call_let_go(&call);
        fox_store_delist(worker->store, worker->worker);
        fox_worker_free(worker->worker);
    }
    fox_watch_close(worker->watch);
    while (worker->own) {
        struct own_kind *own = worker->own;

        worker->own = own->next;
        free(own->name);
        free(own);
    }
    (void)pthread_mutex_destroy(&worker->lock);
    free(worker->kinds);
    fox_store_let_go(worker->store);
    free(worker);
}
