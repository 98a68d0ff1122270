/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "helper/program/alloc.h"
#include "helper/program/crash.h"
#include "helper/program/job.h"
#include "helper/program/line.h"
#include "image/image.h"
#include "os/process.h"
#include "os/service.h"

/* pixelfox-helper: decodes and encodes pictures for a host process that started it. */

enum { EXIT_USAGE = 2, FILE_LIMIT = 64 };

static pxf_status limit(pxf_error *err)
{
    TRY(fox_process_limit(FOX_PROCESS_CORE_BYTES, 0, err));
    TRY(fox_process_limit(FOX_PROCESS_FILES, FILE_LIMIT, err));
    TRY(fox_process_limit(FOX_PROCESS_FILE_BYTES, FOX_WIRE_VARIANT_BYTES, err));
    return fox_process_harden(err);
}

static pxf_status prepare(pxf_error *err)
{
    fox_service_settle();
    alloc_tune();
    TRY(limit(err));
    return fox_image_start(err);
}

static void say_hello(const struct fox_fd *line, const pxf_error *trouble)
{
    AUTO(fox_fd) self = {0};
    struct fox_wire_hello wire = {.head = fox_wire_head_of(FOX_WIRE_HELLO, 0)};

    fox_wire_set_text(wire.build, sizeof wire.build, fox_wire_build());
    fox_wire_set_text(wire.trouble, sizeof wire.trouble, trouble->message);
    fox_image_versions(wire.codecs, sizeof wire.codecs);
    (void)fox_process_self(&self, NULL);
    line_send(line, &wire.head, fox_fd_number(&self));
}

static void serve(void)
{
    AUTO(fox_fd) line = fox_fd_of(FOX_WIRE_SOCKET_FD, PXF_ORIGIN_HELPER);
    pxf_error trouble = {0};

    (void)prepare(&trouble);
    crash_watch();
    line_watch_host();
    say_hello(&line, &trouble);
    for (;;) {
        AUTO(fox_fd) original = {0};
        union fox_wire_message message;

        line_receive(&line, &message, &original);
        crash_set_picture(message.head.picture);
        job_run(&line, &message.request, &original);
    }
}

static int print_version(void)
{
    char codecs[FOX_WIRE_CODECS_BYTES] = "";
    pxf_error err = {0};

    if (fox_image_start(&err) != PXF_OK) {
        (void)fprintf(stderr, "pixelfox-helper: %s\n", err.message);
        return 1;
    }
    fox_image_versions(codecs, sizeof codecs);
    (void)printf("pixelfox-helper %s\n%s\n", fox_wire_build(), codecs);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        return print_version();
    }
    if (argc == 2 && strcmp(argv[1], "--serve") == 0 && fox_service_is_socket(FOX_WIRE_SOCKET_FD)) {
        serve();
    }
    (void)fprintf(stderr, "pixelfox-helper decodes and encodes pictures for a program that uses "
                          "libpixelfox, which starts it.\nusage: pixelfox-helper --version\n");
    return EXIT_USAGE;
}
