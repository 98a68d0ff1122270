/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_MODEL_FORMAT_H
#define FOX_MODEL_FORMAT_H

#include <pixelfox/types.h>

/* A format's names. The extension is always that of the bytes. */
const char *fox_format_mime(pxf_format format);      /* "image/jpeg" */
const char *fox_format_extension(pxf_format format); /* "jpg" */
const char *fox_format_name(pxf_format format);      /* "JPEG" */

/* The format of that MIME type or extension; 0 for any other. */
pxf_format fox_format_of_mime(const char *mime);
pxf_format fox_format_of_extension(const char *extension);

#endif
