/* SPDX-License-Identifier: Apache-2.0 */
#include "helper/protocol.h"

#include <assert.h>
#include <string.h>

#include "base/utf8.h"

/* No holes: what is sent was written, and both ends agree on where each field stands. */
static_assert(sizeof(struct fox_wire_head) == 16, "head");
static_assert(sizeof(struct fox_wire_hello) == 512, "hello");
static_assert(sizeof(struct fox_wire_recipe) == 56, "recipe");
static_assert(sizeof(struct fox_wire_request) == 80 + 56 * FOX_RECIPE_LIMIT, "request");
static_assert(sizeof(struct fox_wire_variant) == 56, "variant");
static_assert(sizeof(struct fox_wire_end) == 304, "end");
static_assert(sizeof(struct fox_wire_last_words) == 24, "last words");

static const size_t sizes[] = {
    [FOX_WIRE_HELLO] = sizeof(struct fox_wire_hello),
    [FOX_WIRE_REQUEST] = sizeof(struct fox_wire_request),
    [FOX_WIRE_VARIANT] = sizeof(struct fox_wire_variant),
    [FOX_WIRE_END] = sizeof(struct fox_wire_end),
    [FOX_WIRE_LAST_WORDS] = sizeof(struct fox_wire_last_words),
};

enum { KIND_COUNT = sizeof sizes / sizeof sizes[0] };

const char *fox_wire_build(void)
{
    return FOX_HELPER_RELEASE " " FOX_HELPER_DIGEST;
}

const char *fox_wire_release(void)
{
    return FOX_HELPER_RELEASE;
}

size_t fox_wire_size(uint32_t kind)
{
    return kind < KIND_COUNT ? sizes[kind] : 0;
}

struct fox_wire_head fox_wire_head_of(enum fox_wire_kind kind, uint32_t picture)
{
    return (struct fox_wire_head){.magic = FOX_WIRE_MAGIC,
                                  .version = FOX_WIRE_VERSION,
                                  .kind = (uint16_t)kind,
                                  .size = (uint32_t)fox_wire_size(kind),
                                  .picture = picture};
}

pxf_status fox_wire_check(const union fox_wire_message *message, size_t size, uint32_t picture,
                          pxf_error *err)
{
    const struct fox_wire_head *head = &message->head;

    if (size < sizeof *head || head->magic != FOX_WIRE_MAGIC) {
        return fox_fail(err, PXF_CORRUPT, "%zu bytes that are no message", size);
    }
    if (head->version != FOX_WIRE_VERSION) {
        return fox_fail(err, PXF_CORRUPT, "a message of version %u", (unsigned)head->version);
    }
    if (head->size != size || fox_wire_size(head->kind) != size) {
        return fox_fail(err, PXF_CORRUPT, "a message of kind %u with %zu bytes",
                        (unsigned)head->kind, size);
    }
    if (head->picture != picture) {
        return fox_fail(err, PXF_CORRUPT, "a message about picture %u instead of %u",
                        (unsigned)head->picture, (unsigned)picture);
    }
    return PXF_OK;
}

/* Libraries put names from a picture's own bytes into their messages. */
void fox_wire_set_text(char *field, size_t size, const char *text)
{
    const size_t length = fox_utf8_whole(text, strnlen(text, size - 1));
    size_t step;

    memset(field, 0, size);
    memcpy(field, text, length);
    for (size_t i = 0; i < length; i += step) {
        step = fox_utf8_next(field + i, length - i);
        if (!fox_utf8_is_clean(field + i, step)) {
            memset(field + i, '?', step);
        }
    }
}

bool fox_wire_is_text(const char *field, size_t size)
{
    const size_t length = strnlen(field, size);

    return length < size && fox_utf8_is_clean(field, length);
}
