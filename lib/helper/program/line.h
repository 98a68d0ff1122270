/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_HELPER_PROGRAM_LINE_H
#define FOX_HELPER_PROGRAM_LINE_H

#include "helper/protocol.h"
#include "os/fd.h"

/* The line to the host. Where the host is gone, so is the helper's reason to be: what fails here
 * ends the process. */

/* Sends a message, waiting as long as the host does not read. */
void line_send(const struct fox_fd *line, const struct fox_wire_head *message, int number);

/* Waits for the next request and the original that comes with it. */
void line_receive(const struct fox_fd *line, union fox_wire_message *ret_message,
                  struct fox_fd *ret_original);

/* Watches the host by its pidfd and ends this process with it, whatever it is doing. */
void line_watch_host(void);

#endif
