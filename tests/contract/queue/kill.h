/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_QUEUE_KILL_H
#define FOX_TESTS_QUEUE_KILL_H

#include "base/id.h"
#include "queue/queue.h"

/* Processes that put and work on one SQLite file and are killed at any instant. Each writes a
 * ledger of what it was told: a line of one letter, a space, an id. What the ledgers say must be in
 * the file. */

#define KILL_JOB "soak"
#define KILL_STOP_FILE "stop"

enum {
    LEDGER_PUT = 'P',      /* a put was acknowledged */
    LEDGER_TAKEN = 'T',    /* a job was handed out */
    LEDGER_FINISHED = 'F', /* its end was acknowledged */
    LEDGER_LINE = 2 + FOX_ID_TEXT_BYTES
};

/* Opens the database in `folder`, made where it is new. */
pxf_status kill_open(const struct fox_env *env, const char *folder, struct fox_sql **ret_db,
                     pxf_error *err);

/* What a child does until the stop file is there and nothing is left to do; its exit code. */
int kill_work(const char *folder, const char *ledger);

#endif
