/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_QUEUE_CHECK_H
#define FOX_QUEUE_CHECK_H

#include "queue/queue.h"

/* INVALID for what is not JSON, LIMIT above FOX_PAYLOAD_LIMIT; `what` is "payload" or "result". */
pxf_status fox_queue_check_json(const char *what, const char *text, pxf_error *err);

/* UNSUPPORTED where the queue is in no database that an operation could be of. */
pxf_status fox_queue_check_shared(const struct fox_queue *queue, pxf_error *err);

#endif
