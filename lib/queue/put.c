/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "model/kinds.h"
#include "model/names.h"
#include "queue/check.h"
#include "queue/driver.h"
#include "queue/payload.h"

pxf_status fox_queue_check_json(const char *what, const char *text, pxf_error *err)
{
    const size_t size = strlen(text);

    if (size > FOX_PAYLOAD_LIMIT) {
        return fox_fail(err, PXF_LIMIT, "a job's %s has %zu bytes, more than %d", what, size,
                        FOX_PAYLOAD_LIMIT);
    }
    if (!fox_payload_is_json(text, size)) {
        return fox_fail(err, PXF_INVALID, "a job's %s is not JSON", what);
    }
    return PXF_OK;
}

static pxf_status check_texts(const struct fox_job_spec *spec, pxf_error *err)
{
    if (!spec->kind) {
        return fox_fail(err, PXF_INVALID, "a job needs a kind");
    }
    TRY(fox_name_check_kind(spec->kind, err));
    if (spec->node) {
        TRY(fox_name_check_node(spec->node, err));
    }
    if (spec->unique_key &&
        (spec->unique_key[0] == '\0' || strlen(spec->unique_key) > FOX_UNIQUE_BYTES)) {
        return fox_fail(err, PXF_INVALID, "a job's unique key has 1 to %d bytes", FOX_UNIQUE_BYTES);
    }
    if (spec->trace_id && (strlen(spec->trace_id) >= FOX_TRACE_BYTES ||
                           !fox_utf8_is_clean(spec->trace_id, strlen(spec->trace_id)))) {
        return fox_fail(err, PXF_INVALID, "a job's trace id is clean UTF-8 of less than %d bytes",
                        FOX_TRACE_BYTES);
    }
    return spec->payload ? fox_queue_check_json("payload", spec->payload, err) : PXF_OK;
}

static pxf_status check_numbers(const struct fox_job_spec *spec, pxf_error *err)
{
    if (spec->priority < 0 || spec->priority > FOX_PRIORITY_LAST) {
        return fox_fail(err, PXF_INVALID, "a job's priority is 1 to %d, not %" PRId32,
                        FOX_PRIORITY_LAST, spec->priority);
    }
    if (spec->unique_policy < 0 || spec->unique_policy > FOX_UNIQUE_REPLACE) {
        return fox_fail(err, PXF_INVALID, "%d is no policy for unique jobs",
                        (int)spec->unique_policy);
    }
    if (spec->due_ms < 0 || spec->timeout_ms < 0 || spec->max_attempts < -1) {
        return fox_fail(err, PXF_INVALID,
                        "a job's time, timeout or number of attempts is below its least");
    }
    return PXF_OK;
}

/* The kind's attempts, in a job's words: -1 is for ever. */
static int32_t attempts_of(const struct fox_backoff *backoff)
{
    return backoff->attempts > 0 ? backoff->attempts : -1;
}

static void scope_key(struct fox_put *put)
{
    if (put->spec.unique_key) {
        (void)snprintf(put->key, sizeof put->key, "%s/%s", put->spec.kind, put->spec.unique_key);
        put->spec.unique_key = put->key;
    }
}

static void fill_defaults(struct fox_job_spec *spec, int64_t now_ms)
{
    const struct fox_kind *kind = fox_kind_find(spec->kind);

    if (!spec->payload) {
        spec->payload = "{}";
    }
    if (!spec->node) {
        spec->node = "";
    }
    if (spec->unique_policy == 0) {
        spec->unique_policy = FOX_UNIQUE_KEEP;
    }
    if (spec->priority == 0) {
        spec->priority = FOX_PRIORITY_DEFAULT;
    }
    if (spec->due_ms == 0) {
        spec->due_ms = now_ms;
    }
    if (spec->max_attempts == 0) {
        spec->max_attempts = attempts_of(kind ? &kind->backoff : &fox_kind_default_backoff);
    }
    if (spec->timeout_ms == 0) {
        spec->timeout_ms = kind ? kind->timeout_ms : FOX_KIND_DEFAULT_TIMEOUT_MS;
    }
}

static pxf_status put_job(struct fox_queue *queue, struct fox_sql_tx *tx,
                          const struct fox_job_spec *spec, struct fox_id *ret_id, pxf_error *err)
{
    struct fox_put put = {.spec = *spec, .now_ms = fox_env_now_ms(queue->env)};
    struct fox_id id;

    TRY(check_texts(spec, err));
    TRY(check_numbers(spec, err));
    fill_defaults(&put.spec, put.now_ms);
    scope_key(&put);
    TRY(fox_id_new(&put.id, queue->env, put.now_ms, err));
    TRY(queue->driver->put(queue, tx, &put, &id, err));
    if (ret_id) {
        *ret_id = id;
    }
    return PXF_OK;
}

pxf_status fox_queue_put(struct fox_queue *queue, const struct fox_job_spec *spec,
                         struct fox_id *ret_id, pxf_error *err)
{
    TRY(put_job(queue, NULL, spec, ret_id, err));
    fox_queue_wake(queue);
    return PXF_OK;
}

pxf_status fox_queue_put_in(struct fox_queue *queue, struct fox_sql_tx *tx,
                            const struct fox_job_spec *spec, struct fox_id *ret_id, pxf_error *err)
{
    TRY(fox_queue_check_shared(queue, err));
    return put_job(queue, tx, spec, ret_id, err);
}
