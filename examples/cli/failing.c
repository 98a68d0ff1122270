/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "out.h"

/* Words on one line of standard error, and with --json an object in the stream. */
static void say(const struct cli *cli, pxf_status status, const char *message, const char *hint)
{
    if (cli->json) {
        json_t *object = json_object();

        put_error(object, status, NULL, message);
        print_json(object);
    }
    flockfile(stderr);
    clear_bar();
    fputs("pixelfox: ", stderr);
    print_line(stderr, message);
    fprintf(stderr, "%s\n", hint);
    funlockfile(stderr);
}

int usage(const struct cli *cli, const char *format, ...)
{
    char text[1024], hint[64] = " (see `pixelfox --help`)";
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (cli->command) {
        (void)snprintf(hint, sizeof hint, " (see `pixelfox help %s`)", cli->command->name);
    } else if (cli->group) {
        (void)snprintf(hint, sizeof hint, " (see `pixelfox help %s`)", cli->group);
    }
    say(cli, PXF_INVALID, text, hint);
    return EXIT_USAGE;
}

int wrong(const struct cli *cli, const pxf_error *err)
{
    say(cli, (pxf_status)err->status, err->message, "");
    return EXIT_USAGE;
}

static bool is_of_catalog(const pxf_error *err)
{
    return err->origin == PXF_ORIGIN_CATALOG &&
           (err->status == PXF_CORRUPT || err->status == PXF_FULL || err->status == PXF_IO);
}

bool is_outage(const pxf_error *err)
{
    const int32_t status = err->status;

    return status == PXF_UNAVAILABLE || status == PXF_TIMEOUT || status == PXF_BUSY ||
           status == PXF_CLOSED || status == PXF_FORKED || is_of_catalog(err);
}

int code_of_error(const pxf_error *err)
{
    if (err->status == PXF_CANCELLED && is_interrupted()) {
        return EXIT_SIGNAL;
    }
    return is_outage(err) ? EXIT_NO_STORE : EXIT_SOME_FAILED;
}

int fail(const struct cli *cli, const pxf_error *err)
{
    if (err->status == PXF_CANCELLED && is_interrupted()) {
        say(cli, PXF_CANCELLED, "stopped by a signal", "");
        return EXIT_SIGNAL;
    }
    say(cli, (pxf_status)err->status, err->message, "");
    return code_of_error(err);
}

/* Most of the library's own words name the thing. */
static bool is_named(const char *message, const char *name)
{
    const size_t size = strlen(name);
    const char *at = strchr(message, '\'');

    while (at && (strncmp(at + 1, name, size) != 0 || at[size + 1] != '\'')) {
        at = strchr(at + 1, '\'');
    }
    return at;
}

void warn_of(const char *name, const pxf_error *err)
{
    flockfile(stderr);
    clear_bar();
    fputs("pixelfox: ", stderr);
    if (!is_named(err->message, name)) {
        print_path(stderr, name);
        fputs(": ", stderr);
    }
    print_line(stderr, err->message);
    (void)fputc('\n', stderr);
    funlockfile(stderr);
}

void tell(const struct cli *cli, const char *key, const char *name, const pxf_error *err)
{
    tell_rule(cli, key, name, err, NULL);
}

void tell_rule(const struct cli *cli, const char *key, const char *name, const pxf_error *err,
               const char *rule)
{
    if (cli->json) {
        json_t *object = json_object();

        put_path(object, key, name);
        put_error(object, (pxf_status)err->status, rule, err->message);
        print_json(object);
    }
    warn_of(name, err);
}

int fail_of(const struct cli *cli, const char *key, const char *name, const pxf_error *err)
{
    tell(cli, key, name, err);
    return code_of_error(err);
}

pxf_status set_error(pxf_error *err, pxf_status status, const char *format, ...)
{
    va_list args;

    *err = (pxf_error){.status = (int32_t)status};
    va_start(args, format);
    (void)vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    return status;
}

pxf_status set_errno_error(pxf_error *err, int number, const char *what)
{
    pxf_status status = PXF_IO;

    if (number == EINTR) {
        return set_error(err, PXF_CANCELLED, "stopped by a signal");
    }
    if (number == ENOENT || number == ENOTDIR) {
        status = PXF_NOT_FOUND;
    } else if (number == EACCES || number == EPERM || number == EROFS) {
        status = PXF_DENIED;
    } else if (number == ENOSPC || number == EDQUOT) {
        status = PXF_FULL;
    } else if (number == ENAMETOOLONG || number == ELOOP) {
        status = PXF_INVALID;
    }
    (void)set_error(err, status, "%s: %s", what, strerror(number));
    err->code = number;
    return status;
}
