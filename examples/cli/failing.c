/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "out.h"

int usage(const struct cli *cli, const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    clear_bar();
    if (cli->command) {
        fprintf(stderr, "pixelfox: %s (see `pixelfox help %s`)\n", text, cli->command->name);
    } else {
        fprintf(stderr, "pixelfox: %s (see `pixelfox --help`)\n", text);
    }
    return EXIT_USAGE;
}

bool is_outage(pxf_status status)
{
    return status == PXF_UNAVAILABLE || status == PXF_TIMEOUT || status == PXF_BUSY ||
           status == PXF_CLOSED || status == PXF_FORKED;
}

/* Exit code for a failure of the whole command. */
static int code_of(const pxf_error *err)
{
    if (err->status == PXF_CANCELLED && is_interrupted()) {
        return EXIT_SIGNAL;
    }
    return is_outage((pxf_status)err->status) ? EXIT_NO_STORE : EXIT_SOME_FAILED;
}

int fail(const struct cli *cli, const pxf_error *err)
{
    if (cli->json) {
        json_t *object = json_object();

        put_error(object, err);
        print_json(object);
    }
    clear_bar();
    fprintf(stderr, "pixelfox: %s\n", err->message);
    return code_of(err);
}

void warn_of(const char *name, const pxf_error *err)
{
    flockfile(stderr);
    clear_bar();
    fputs("pixelfox: ", stderr);
    if (!strstr(err->message, name)) { /* most of the library's own words name the thing */
        print_path(stderr, name);
        fputs(": ", stderr);
    }
    fprintf(stderr, "%s\n", err->message);
    funlockfile(stderr);
}

void tell(const struct cli *cli, const char *key, const char *name, const pxf_error *err)
{
    if (cli->json) {
        json_t *object = json_object();

        put_path(object, key, name);
        put_error(object, err);
        print_json(object);
    }
    warn_of(name, err);
}

int fail_of(const struct cli *cli, const char *key, const char *name, const pxf_error *err)
{
    tell(cli, key, name, err);
    return code_of(err);
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
