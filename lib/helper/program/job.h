/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_HELPER_PROGRAM_JOB_H
#define FOX_HELPER_PROGRAM_JOB_H

#include "helper/protocol.h"
#include "os/fd.h"

/* Makes the variants of one picture, sends each when it is done, and the end. */
void job_run(const struct fox_fd *line, const struct fox_wire_request *wire,
             const struct fox_fd *original);

#endif
