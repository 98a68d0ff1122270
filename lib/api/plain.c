/* SPDX-License-Identifier: Apache-2.0 */
#include <pixelfox/bytes.h>
#include <pixelfox/cancel.h>
#include <pixelfox/error.h>
#include <pixelfox/layout.h>

#include <string.h>

#include "api/plain.h"
#include "model/layout.h"
#include "sql/sql.h"

/* What needs no store: statuses, bytes, tokens, paths. */

const char *pxf_status_name(pxf_status status)
{
    return fox_status_name(status);
}

bool pxf_status_is_retryable(pxf_status status)
{
    return fox_status_is_retryable(status);
}

const char *pxf_version(void)
{
    return FOX_VERSION;
}

const char *pxf_sqlite_version(void)
{
    return fox_sql_sqlite_version();
}

pxf_bytes *fox_bytes_out(struct fox_bytes *bytes)
{
    return (pxf_bytes *)bytes;
}

struct fox_cancel *fox_cancel_in(pxf_cancel *cancel)
{
    return (struct fox_cancel *)cancel;
}

pxf_status fox_text_check(const char *text, const char *what, pxf_error *err)
{
    return text ? PXF_OK : fox_fail(err, PXF_INVALID, "%s is missing", what);
}

pxf_status fox_data_check(const void *data, size_t size, pxf_error *err)
{
    if (!data && size > 0) {
        return fox_fail(err, PXF_INVALID, "%zu bytes are said, and none are there", size);
    }
    return PXF_OK;
}

pxf_bytes *fox_text_out(struct fox_str *text, pxf_error *err)
{
    const size_t size = text->size;
    char *taken = fox_str_take(text, err);

    return taken ? fox_bytes_out(fox_bytes_take(taken, size, err)) : NULL;
}

pxf_bytes *pxf_bytes_copy(const void *data, size_t size, pxf_error *err)
{
    fox_fail_clear(err);
    if (fox_data_check(data, size, err) != PXF_OK) {
        return NULL;
    }
    return fox_bytes_out(fox_bytes_new(data, size, err));
}

const void *pxf_bytes_data(const pxf_bytes *bytes)
{
    return fox_bytes_data((const struct fox_bytes *)bytes);
}

size_t pxf_bytes_size(const pxf_bytes *bytes)
{
    return fox_bytes_size((const struct fox_bytes *)bytes);
}

void pxf_bytes_free(pxf_bytes *bytes)
{
    fox_bytes_free((struct fox_bytes *)bytes);
}

pxf_cancel *pxf_cancel_new(pxf_error *err)
{
    fox_fail_clear(err);
    return (pxf_cancel *)fox_cancel_new(err);
}

void pxf_cancel_trip(pxf_cancel *cancel)
{
    fox_cancel_trip(fox_cancel_in(cancel));
}

bool pxf_cancel_is_tripped(const pxf_cancel *cancel)
{
    return fox_cancel_is_tripped((const struct fox_cancel *)cancel);
}

void pxf_cancel_free(pxf_cancel *cancel)
{
    fox_cancel_free(fox_cancel_in(cancel));
}

static pxf_status check_names(const char *id, const char *extension, pxf_error *err)
{
    TRY(fox_text_check(id, "an image's id", err));
    return fox_text_check(extension, "an extension", err);
}

pxf_bytes *pxf_layout_original(int64_t accepted_ms, const char *id, const char *extension,
                               pxf_error *err)
{
    AUTO(fox_str) key = {0};

    fox_fail_clear(err);
    if (check_names(id, extension, err) != PXF_OK ||
        fox_layout_original(&key, fox_day_of_ms(accepted_ms), id, extension, err) != PXF_OK) {
        return NULL;
    }
    return fox_text_out(&key, err);
}

pxf_bytes *pxf_layout_variant(int64_t accepted_ms, const char *id, const char *suffix,
                              const char *extension, pxf_error *err)
{
    AUTO(fox_str) key = {0};

    fox_fail_clear(err);
    if (check_names(id, extension, err) != PXF_OK ||
        fox_layout_variant(&key, fox_day_of_ms(accepted_ms), id, suffix ? suffix : "", extension,
                           err) != PXF_OK) {
        return NULL;
    }
    return fox_text_out(&key, err);
}
