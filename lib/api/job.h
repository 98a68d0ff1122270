/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_API_JOB_H
#define FOX_API_JOB_H

#include <pixelfox/job.h>

#include "api/store.h"

/* A job to put, one that was read, or one that runs for somebody. */
struct pxf_job {
    pxf_store *store;
    struct fox_job job;
    struct fox_run *run; /* lent, while a worker's thread runs it; else NULL */
    bool is_reserved;    /* runs for whoever holds the handle */
    bool is_cancelled;
    int32_t progress_permille;
    int64_t delay_ms;
    char *unique_key, *cursor;
    char id[FOX_ID_TEXT_BYTES], image_id[FOX_ID_TEXT_BYTES];
};

/* INVALID for a number that is no state; 0 stands for all. */
pxf_status fox_job_check_state(pxf_job_state state, pxf_error *err);

/* INVALID for what is no job's id. */
pxf_status fox_job_parse_id(struct fox_id *ret_id, const char *text, pxf_error *err);

/* Takes the job over, also on failure. */
pxf_job *fox_job_out(pxf_store *store, struct fox_job *job, const char *cursor, pxf_error *err);

#endif
