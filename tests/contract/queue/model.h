/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_QUEUE_MODEL_H
#define FOX_TESTS_QUEUE_MODEL_H

#include "queue/queue.h"

/* The queue as one would explain it: an array of jobs, looked through from end to end. A random
 * walk does the same to it and to a driver, and compares whatever can be seen. */

enum {
    MODEL_JOBS = 400,
    MODEL_KINDS = 3,
    MODEL_KEYS = 6,
    MODEL_IMAGES = 5,
    MODEL_STRANDED_MS = 60000,
    MODEL_ANNOUNCE_MS = 20000
};

extern const char *const model_kinds[MODEL_KINDS];
extern const char *const model_nodes[3]; /* any, this one, another */

struct model_job {
    bool is_there;
    struct fox_id id;
    int kind, node, key, image; /* key and image: -1 is none */
    int64_t seq;
    pxf_job_state state; /* as it is kept, never PAUSED or STRANDED */
    bool is_front, cancel_requested;
    int32_t priority, attempts, crashes, own_crashes, max_attempts, progress_permille;
    int64_t created_ms, due_ms, started_ms, ended_ms, lease_until_ms;
    uint64_t token;
    pxf_status error_status;
    int payload;
};

struct model_kind {
    bool is_known, is_paused, is_asked_for;
    int64_t since_ms, seen_ms;
};

struct model {
    struct model_job jobs[MODEL_JOBS];
    struct model_kind kinds[MODEL_KINDS];
    int64_t now_ms, monotonic_ms, announced_ms, last_seq;
    bool has_announced;
};

bool model_is_waiting(const struct model_job *job);
bool model_is_living(const struct model_job *job);
int model_living_count(const struct model *model);

/* A kind is heard of when it is first put, paused or asked for. */
void model_know(struct model *model, int kind);
/* A worker asks for the kinds of `mask`, or (0) only shows that it lives. */
void model_announce(struct model *model, unsigned mask);
void model_promote(struct model *model);

struct model_job *model_new(struct model *model); /* NULL: full */
struct model_job *model_find(struct model *model, const struct fox_id *id);
struct model_job *model_twin(struct model *model, int kind, int key);
void model_wait(struct model *model, struct model_job *job, int64_t due_ms);

/* What is taken next by a worker of this node, NULL: nothing. `image` -1: any. */
struct model_job *model_pick(struct model *model, unsigned mask, int image);
int64_t model_next_due(const struct model *model, unsigned mask, int image);

void model_end(struct model *model, struct model_job *job, pxf_job_state state);
/* Leaves RUNNING for that state: CANCELLED instead if that was asked for and it is not DONE. */
void model_leave(struct model *model, struct model_job *job, pxf_job_state state, int64_t due_ms);
int model_recover(struct model *model);
int model_expire(struct model *model, int64_t before_ms, int limit);

pxf_job_state model_view(const struct model *model, const struct model_job *job);

#endif
