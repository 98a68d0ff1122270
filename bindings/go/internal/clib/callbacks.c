/* SPDX-License-Identifier: Apache-2.0 */
#include "callbacks.h"

#include "_cgo_export.h"

static void log_line(void *user, pxf_level level, const char *message)
{
    pixelfoxGoLog((uintptr_t)user, (int32_t)level, (char *)message);
}

void clib_config_set_log(pxf_config *config, uintptr_t user)
{
    pxf_config_set_log(config, user ? log_line : NULL, (void *)user);
}

static pxf_status run_job(void *user, pxf_job *job, pxf_error *err)
{
    return (pxf_status)pixelfoxGoRun((uintptr_t)user, job, err);
}

pxf_status clib_worker_add_kind(pxf_worker *worker, const char *kind, uintptr_t user,
                                pxf_error *err)
{
    return pxf_worker_add_kind(worker, kind, run_job, (void *)user, err);
}
