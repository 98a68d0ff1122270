/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

static int append(const char *data, size_t size, void *ctx)
{
    struct fox_str *str = ctx;

    fox_str_put(str, data, size);
    return str->failed ? -1 : 0;
}

pxf_status fox_json_parse(json_t **ret_json, const char *text, size_t size, pxf_error *err)
{
    json_error_t cause;
    json_t *json = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &cause);

    if (!json && json_error_code(&cause) == json_error_out_of_memory) {
        return fox_fail(err, PXF_NO_MEMORY, "no memory for %zu bytes of JSON", size);
    }
    if (!json) {
        return fox_fail(err, PXF_CORRUPT, "bad JSON at byte %d: %s", cause.position, cause.text);
    }
    *ret_json = json;
    return PXF_OK;
}

pxf_status fox_json_write(struct fox_str *str, const json_t *json, pxf_error *err)
{
    if (json_dump_callback(json, append, str, JSON_COMPACT | JSON_ENCODE_ANY) != 0) {
        str->failed = true;
    }
    return fox_str_check(str, err);
}

void fox_json_quote(struct fox_str *str, const char *text)
{
    fox_str_put_text(str, "\"");
    for (; *text; text++) {
        const unsigned char letter = (unsigned char)*text;

        if (letter == '"' || letter == '\\') {
            fox_str_add(str, "\\%c", letter);
        } else if (letter < ' ') {
            fox_str_add(str, "\\u%04x", letter);
        } else {
            fox_str_put(str, text, 1);
        }
    }
    fox_str_put_text(str, "\"");
}
