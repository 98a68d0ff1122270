/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_QUEUE_PAYLOAD_H
#define FOX_QUEUE_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a text is one JSON value (RFC 8259) of valid UTF-8, nested at most 128 deep, whose
 * strings have neither U+0000 nor half a surrogate pair. It only looks: nothing is allocated, so a
 * lack of memory never makes a good payload a bad one. Names that come twice are accepted. */
bool fox_payload_is_json(const char *text, size_t size);

#endif
