/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_API_PLAIN_H
#define FOX_API_PLAIN_H

#include <pixelfox/bytes.h>
#include <pixelfox/cancel.h>

#include "base/bytes.h"
#include "base/cancel.h"
#include "base/str.h"

/* The public handles of bytes and tokens are base's own, under another name. */
pxf_bytes *fox_bytes_out(struct fox_bytes *bytes);
struct fox_cancel *fox_cancel_in(pxf_cancel *cancel);

/* INVALID for a text that is missing, as a field of a form may be; `what` names it. */
pxf_status fox_text_check(const char *text, const char *what, pxf_error *err);

/* INVALID for bytes that are missing though their count is not 0. */
pxf_status fox_data_check(const void *data, size_t size, pxf_error *err);

/* Hands a text out as bytes; NULL with the error set on failure. */
pxf_bytes *fox_text_out(struct fox_str *text, pxf_error *err);

#endif
