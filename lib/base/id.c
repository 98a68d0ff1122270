/* SPDX-License-Identifier: Apache-2.0 */
#include "base/id.h"

#include <string.h>

#include "base/hex.h"

/* Where the groups of 8-4-4-4-12 digits begin, in bytes and in letters. */
static const struct {
    int byte, letter, bytes;
} groups[] = {{0, 0, 4}, {4, 9, 2}, {6, 14, 2}, {8, 19, 2}, {10, 24, 6}};

enum { GROUP_COUNT = sizeof groups / sizeof groups[0] };

pxf_status fox_id_new(struct fox_id *ret_id, const struct fox_env *env, int64_t now_ms,
                      pxf_error *err)
{
    struct fox_id id;

    TRY(fox_env_random(env, id.bytes, sizeof id.bytes, err));
    for (int i = 0; i < 6; i++) {
        id.bytes[i] = (uint8_t)((uint64_t)now_ms >> (40 - 8 * i));
    }
    id.bytes[6] = (uint8_t)(0x70 | (id.bytes[6] & 0x0f));
    id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 0x3f));
    *ret_id = id;
    return PXF_OK;
}

int64_t fox_id_time_ms(const struct fox_id *id)
{
    uint64_t ms = 0;

    for (int i = 0; i < 6; i++) {
        ms = ms << 8 | id->bytes[i];
    }
    return (int64_t)ms;
}

void fox_id_format(char text[FOX_ID_TEXT_BYTES], const struct fox_id *id)
{
    for (int i = 0; i < GROUP_COUNT; i++) {
        fox_hex_format(text + groups[i].letter, id->bytes + groups[i].byte,
                       (size_t)groups[i].bytes);
        if (i + 1 < GROUP_COUNT) {
            text[groups[i + 1].letter - 1] = '-';
        }
    }
}

bool fox_id_parse(struct fox_id *ret_id, const char *text)
{
    struct fox_id id;

    if (strlen(text) != FOX_ID_TEXT_BYTES - 1) {
        return false;
    }
    for (int i = 0; i < GROUP_COUNT; i++) {
        const size_t size = (size_t)groups[i].bytes;
        char digits[13] = "";

        if (i > 0 && text[groups[i].letter - 1] != '-') {
            return false;
        }
        memcpy(digits, text + groups[i].letter, 2 * size);
        if (!fox_hex_parse(id.bytes + groups[i].byte, size, digits)) {
            return false;
        }
    }
    *ret_id = id;
    return true;
}

bool fox_id_equals(const struct fox_id *one, const struct fox_id *other)
{
    return memcmp(one, other, sizeof *one) == 0;
}

bool fox_id_is_zero(const struct fox_id *id)
{
    return fox_id_equals(id, &(struct fox_id){.bytes = {0}});
}
