/* SPDX-License-Identifier: Apache-2.0 */
#include "model/setting_text.h"

#include <stdint.h>
#include <string.h>

#include "base/hex.h"
#include "model/names.h"
#include "model/recipe_text.h"

enum {
    RWX = 0777,
    SETGID = 02000,
    FILE_LEAST = 0600,
    FOLDER_LEAST = 0700,
    MODE_DIGITS = 5,
    COLOUR_DIGITS = 6
};

pxf_status fox_setting_text_path(const char *text, struct fox_str *canonical, pxf_error *err)
{
    if (text[0] != '\0' && text[0] != '/') {
        return fox_fail(err, PXF_INVALID, "a path begins with '/', not as '%s'", text);
    }
    fox_str_put_text(canonical, text);
    return PXF_OK;
}

pxf_status fox_setting_text_node(const char *text, struct fox_str *canonical, pxf_error *err)
{
    TRY(fox_name_check_node(text, err));
    fox_str_put_text(canonical, text);
    return PXF_OK;
}

pxf_status fox_setting_text_colour(const char *text, struct fox_str *canonical, pxf_error *err)
{
    const char *digits = text[0] == '#' ? text + 1 : text;
    char full[COLOUR_DIGITS + 1] = "";
    uint8_t rgb[COLOUR_DIGITS / 2];

    if (strlen(digits) == COLOUR_DIGITS) {
        memcpy(full, digits, COLOUR_DIGITS);
    } else if (strlen(digits) == COLOUR_DIGITS / 2) {
        for (size_t i = 0; i < COLOUR_DIGITS; i++) {
            full[i] = digits[i / 2];
        }
    }
    if (!fox_hex_parse(rgb, sizeof rgb, full)) {
        return fox_fail(err, PXF_INVALID, "a colour is written as #rrggbb, not '%s'", text);
    }
    fox_hex_format(full, rgb, sizeof rgb);
    fox_str_add(canonical, "#%s", full);
    return PXF_OK;
}

pxf_status fox_setting_text_queue(const char *text, struct fox_str *canonical, pxf_error *err)
{
    if (strcmp(text, "sqlite:") == 0 || strcmp(text, "memory:") == 0) {
        fox_str_put_text(canonical, text);
        return PXF_OK;
    }
    if (strncmp(text, "redis", strlen("redis")) == 0) {
        return fox_fail(err, PXF_UNSUPPORTED, "a queue in Redis is not available yet");
    }
    return fox_fail(err, PXF_INVALID, "a queue is 'sqlite:' or 'memory:', not '%s'", text);
}

static pxf_status put_mode(const char *text, uint32_t least, uint32_t most,
                           struct fox_str *canonical, pxf_error *err)
{
    const size_t digit_count = strspn(text, "01234567");
    uint32_t mode = 0;

    for (size_t i = 0; i < digit_count && i < MODE_DIGITS; i++) {
        mode = mode * 8 + (uint32_t)(text[i] - '0');
    }
    if (digit_count > MODE_DIGITS || text[digit_count] != '\0' || (mode & least) != least ||
        (mode & ~most) != 0) {
        return fox_fail(err, PXF_INVALID,
                        "a mode is octal and at least %04o, at most %04o, not '%s'", least, most,
                        text);
    }
    fox_str_add(canonical, "%04o", mode);
    return PXF_OK;
}

pxf_status fox_setting_text_file_mode(const char *text, struct fox_str *canonical, pxf_error *err)
{
    return put_mode(text, FILE_LEAST, RWX, canonical, err);
}

pxf_status fox_setting_text_folder_mode(const char *text, struct fox_str *canonical, pxf_error *err)
{
    return put_mode(text, FOLDER_LEAST, SETGID | RWX, canonical, err);
}

pxf_status fox_setting_text_recipes(const char *text, struct fox_str *canonical, pxf_error *err)
{
    struct fox_recipe_set set;

    TRY(fox_recipe_set_read(&set, text, err));
    fox_recipe_set_write(&set, canonical);
    return PXF_OK;
}
