/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include "out.h"
#include "output.h"

enum { LOOK_MS = 1000 };

int run_metrics(struct cli *cli)
{
    const int code = open_store(cli);
    pxf_bytes *text;
    pxf_error err;

    if (code != EXIT_DONE) {
        return code;
    }
    text = pxf_metrics_text(cli->store, &err);
    if (!text) {
        return fail(cli, &err);
    }
    (void)fwrite(pxf_bytes_data(text), 1, pxf_bytes_size(text), stdout);
    pxf_bytes_free(text);
    return EXIT_DONE;
}

static void print_text(const pxf_event *event)
{
    char when[TIME_TEXT_BYTES];

    printf("%s  %-16s", time_text(when, pxf_event_at_ms(event)), pxf_event_kind(event));
    if (pxf_event_image_id(event)) {
        printf("  %s", pxf_event_image_id(event));
    }
    if (pxf_event_pool(event)) {
        printf("  pool %s", pxf_event_pool(event));
    }
    if (pxf_event_message(event)) {
        fputs("  ", stdout);
        print_line(stdout, pxf_event_message(event));
    }
    (void)fputc('\n', stdout);
    (void)fflush(stdout);
}

static void print_event(const struct cli *cli, const pxf_event *event)
{
    json_t *object;

    if (!cli->json) {
        print_text(event);
        return;
    }
    object = json_object();
    put_text(object, "cursor", pxf_event_cursor(event));
    put_text(object, "kind", pxf_event_kind(event));
    put_number(object, "at_ms", pxf_event_at_ms(event));
    put_text(object, "image", pxf_event_image_id(event));
    put_text(object, "pool", pxf_event_pool(event));
    put_text(object, "message", pxf_event_message(event));
    print_json(object);
}

/* Tells events up to the last; with --follow waits for more until nobody reads them. */
static pxf_status tell_events(const struct cli *cli, pxf_error *err)
{
    const bool follows = option(cli, "follow");
    const char *cursor = option(cli, "after");
    pxf_event *last = NULL, *next;

    while (!is_interrupted() && !ferror(stdout)) {
        next = pxf_event_next(cli->store, cursor, err);
        if (next) {
            print_event(cli, next);
            pxf_event_free(last);
            last = next;
            cursor = pxf_event_cursor(last);
            continue;
        }
        if (err->status != PXF_OK || !follows || is_reader_gone()) {
            break;
        }
        (void)pxf_store_wait(cli->store, LOOK_MS, cli->cancel, err);
    }
    pxf_event_free(last);
    return (pxf_status)err->status;
}

int run_events(struct cli *cli)
{
    const int code = open_store(cli);
    pxf_error err = {0};

    if (code != EXIT_DONE) {
        return code;
    }
    (void)tell_events(cli, &err);
    if (is_interrupted()) {
        return EXIT_SIGNAL;
    }
    if (err.status == PXF_INVALID) {
        return usage(cli, "%s", err.message);
    }
    return err.status == PXF_OK ? EXIT_DONE : fail(cli, &err);
}
