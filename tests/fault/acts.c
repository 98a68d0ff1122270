/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "round.h"

/* What is tried under faults: nothing in here asserts, for memory may be out. */

enum { WAIT_MS = 30 };

static pxf_status open_it(struct round *round, pxf_error *err)
{
    round->kit.store = pxf_store_open(round->kit.path, NULL, err);
    return (pxf_status)err->status;
}

static pxf_status note_put(struct round *round, pxf_image *image, const pxf_error *err)
{
    if (image) {
        (void)snprintf(round->put_id, sizeof round->put_id, "%s", pxf_image_id(image));
        pxf_image_free(image);
    }
    return (pxf_status)err->status;
}

static pxf_status put_bytes(struct round *round, pxf_error *err)
{
    pxf_image *image =
        pxf_image_put_bytes(round->kit.store, round->file.data, round->file.size, "ada", NULL, err);

    return note_put(round, image, err);
}

static pxf_status put_file(struct round *round, pxf_error *err)
{
    pxf_image *image = pxf_image_put_file(round->kit.store, round->path, "ada", NULL, err);

    return note_put(round, image, err);
}

static pxf_status wait(struct round *round, pxf_error *err)
{
    pxf_image *image = pxf_image_wait(round->image, WAIT_MS, NULL, err);

    round->is_ready = image && pxf_image_get_state(image) == PXF_IMAGE_READY;
    pxf_image_free(image);
    return (pxf_status)err->status;
}

/* Reads what a gallery shows: the list, and of each picture variants, metadata and bytes. */
static pxf_status query(struct round *round, pxf_error *err)
{
    pxf_query *query = pxf_query_new(round->kit.store, err);
    pxf_image *image;

    if (!query || pxf_query_set_owner(query, "ada", err) != PXF_OK) {
        pxf_query_free(query);
        return (pxf_status)err->status;
    }
    while ((image = pxf_query_next(query, err)) != NULL) {
        pxf_bytes *bytes;

        (void)pxf_image_variant_count(image);
        (void)pxf_image_metadata(image);
        bytes = pxf_image_read(image, PXF_FOR_OWNER, 0, 0, NULL, err);
        pxf_bytes_free(bytes);
        pxf_image_free(image);
        if (!bytes) {
            break;
        }
    }
    pxf_query_free(query);
    return (pxf_status)err->status;
}

/* Hides it and works the job that removes it. */
static pxf_status remove_it(struct round *round, pxf_error *err)
{
    pxf_worker *worker;

    if (pxf_image_remove(round->kit.store, pxf_image_id(round->image), err) != PXF_OK) {
        return (pxf_status)err->status;
    }
    worker = pxf_worker_new(round->kit.store, err);
    while (worker && pxf_worker_run_one(worker, NULL, err)) {
    }
    pxf_worker_free(worker);
    return (pxf_status)err->status;
}

/* What cannot be read is not missing, and what cannot be counted is not wrong. */
static bool is_false_alarm(const pxf_finding *finding)
{
    static const char *const kinds[] = {"missing", "orphan", "usage", "foreign"};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(pxf_finding_kind(finding), kinds[i]) == 0) {
            return true;
        }
    }
    return false;
}

static pxf_status verify(struct round *round, pxf_error *err)
{
    pxf_finding *finding = pxf_store_verify(round->kit.store, PXF_VERIFY_DEEP, NULL, err);

    while (finding && pxf_finding_next(finding, err)) {
        if (is_false_alarm(finding)) {
            err->status = PXF_INTERNAL;
            (void)snprintf(err->message, sizeof err->message, "a false alarm: %s %s",
                           pxf_finding_kind(finding), pxf_finding_message(finding));
            break;
        }
    }
    pxf_finding_free(finding);
    return (pxf_status)err->status;
}

const struct act acts[] = {
    {.name = "open", .opens = true, .run = open_it},
    {.name = "put_bytes", .run = put_bytes},
    {.name = "put_file", .run = put_file},
    {.name = "wait", .is_about_image = true, .run = wait},
    {.name = "query", .is_about_image = true, .run = query},
    {.name = "remove", .is_about_image = true, .run = remove_it},
    {.name = "verify", .is_about_image = true, .run = verify},
};

const size_t act_count = sizeof acts / sizeof acts[0];
