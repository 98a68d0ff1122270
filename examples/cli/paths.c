/* SPDX-License-Identifier: Apache-2.0 */
#include "out.h"

#include <stdlib.h>
#include <string.h>

/* How many bytes of a character stand here; 0 for what is not UTF-8 (RFC 3629). */
static size_t utf8_size(const unsigned char *at)
{
    static const unsigned char first[] = {0x00, 0xc2, 0xe0, 0xf0};
    static const unsigned char last[] = {0x7f, 0xdf, 0xef, 0xf4};
    size_t size = 0;

    while (size < sizeof first && (at[0] < first[size] || at[0] > last[size])) {
        size++;
    }
    if (size == sizeof first) {
        return 0;
    }
    for (size_t i = 1; i <= size; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
        (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f)) {
        return 0;
    }
    return size + 1;
}

static bool is_control(const unsigned char *at)
{
    return *at < ' ' || *at == 0x7f || (at[0] == 0xc2 && at[1] < 0xa0);
}

static bool is_printable(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at; at += utf8_size(at)) {
        if (utf8_size(at) == 0 || is_control(at)) {
            return false;
        }
    }
    return true;
}

/* As 'it'\''s' has it. */
static void quote(FILE *stream, const char *path)
{
    (void)fputc('\'', stream);
    for (; *path; path++) {
        if (*path == '\'') {
            (void)fputs("'\\''", stream);
        } else {
            (void)fputc(*path, stream);
        }
    }
    (void)fputc('\'', stream);
}

/* As $'a\nb' has it, for what no terminal should see. */
static void escape(FILE *stream, const char *path)
{
    const unsigned char *at = (const unsigned char *)path;

    (void)fputs("$'", stream);
    while (*at) {
        const size_t size = utf8_size(at);

        if (*at == '\'' || *at == '\\') {
            fprintf(stream, "\\%c", *at++);
        } else if (*at == '\n') {
            (void)fputs("\\n", stream);
            at++;
        } else if (size == 0 || is_control(at)) {
            fprintf(stream, "\\%03o", *at++);
        } else {
            (void)fwrite(at, 1, size, stream);
            at += size;
        }
    }
    (void)fputc('\'', stream);
}

void print_path(FILE *stream, const char *path)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_./-+,@:=%";

    if (!is_printable(path)) {
        escape(stream, path);
    } else if (!*path || strspn(path, plain) != strlen(path)) {
        quote(stream, path);
    } else {
        (void)fputs(path, stream);
    }
}

void print_line(FILE *stream, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    while (*at) {
        const size_t size = utf8_size(at);

        if (size == 0 || is_control(at)) {
            (void)fputc(*at == '\n' || *at == '\t' ? ' ' : '?', stream);
            at += size > 0 ? size : 1;
        } else {
            (void)fwrite(at, 1, size, stream);
            at += size;
        }
    }
}

json_t *clean_string(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    char *clean = malloc(3 * strlen(text) + 1), *end = clean;
    json_t *string;

    while (clean && *at) {
        const size_t size = utf8_size(at);
        const char *from = size > 0 ? (const char *)at : "\xef\xbf\xbd";

        memcpy(end, from, size > 0 ? size : 3);
        end += size > 0 ? size : 3;
        at += size > 0 ? size : 1;
    }
    string = clean ? json_stringn(clean, (size_t)(end - clean)) : NULL;
    free(clean);
    return string;
}

static void put_quoted(json_t *object, const char *name, const char *path)
{
    char key[64], *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);

    if (!stream) {
        return;
    }
    print_path(stream, path);
    if (fclose(stream) == 0) {
        (void)snprintf(key, sizeof key, "%s_quoted", name);
        (void)json_object_set_new(object, key, json_stringn(text, size));
    }
    free(text);
}

void put_path(json_t *object, const char *name, const char *path)
{
    json_t *string = json_string(path);

    if (string) {
        (void)json_object_set_new(object, name, string);
        return;
    }
    (void)json_object_set_new(object, name, clean_string(path));
    put_quoted(object, name, path);
}
