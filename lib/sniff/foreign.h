/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_SNIFF_FOREIGN_H
#define FOX_SNIFF_FOREIGN_H

#include <stddef.h>

/* Names what a file that is no picture of ours is, for a message ("a PDF document"), as far as
 * its first bytes tell; static text, never NULL. */
const char *fox_foreign_name(const char *head, size_t size);

#endif
