/* SPDX-License-Identifier: Apache-2.0 */
#include "helper/program/job.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "helper/program/alloc.h"
#include "helper/program/line.h"
#include "image/image.h"
#include "os/memfd.h"
#include "os/service.h"

struct job {
    const struct fox_fd *line;
    const struct fox_fd *original;
    const struct fox_wire_request *wire;
    struct fox_helper_request request;
    struct fox_recipe recipes[FOX_RECIPE_LIMIT];
};

/* The original in memory; copied, so that a disk that fails to read is told as that. */
struct content {
    void *data;
    size_t size;
};

static void content_let_go(struct content *content)
{
    free(content->data);
}

struct effort {
    int webp_method, avif_speed, avif_thumbnail_speed;
};

static struct effort effort_of(enum fox_preset preset)
{
    switch (preset) {
    case FOX_PRESET_FAST:
        return (struct effort){.webp_method = 2, .avif_speed = 9, .avif_thumbnail_speed = 9};
    case FOX_PRESET_BALANCED:
        break;
    case FOX_PRESET_SMALL:
        return (struct effort){.webp_method = 6, .avif_speed = 6, .avif_thumbnail_speed = 6};
    }
    return (struct effort){.webp_method = 4, .avif_speed = 9, .avif_thumbnail_speed = 6};
}

static struct fox_image_options options_of(const struct fox_helper_request *request)
{
    const struct effort effort = effort_of(request->preset);
    struct fox_image_options options = {
        .thread_count = request->thread_count < FOX_IMAGE_THREAD_LIMIT ? request->thread_count
                                                                       : FOX_IMAGE_THREAD_LIMIT,
        .webp_method = effort.webp_method,
        .avif_speed = effort.avif_speed,
        .avif_thumbnail_speed = effort.avif_thumbnail_speed,
        .keep_truncated = request->keep_truncated,
        .memory_bytes = request->memory_bytes,
    };

    memcpy(options.flatten_rgb, request->flatten_rgb, sizeof options.flatten_rgb);
    return options;
}

static pxf_status read_original(struct content *content, const struct fox_fd *original,
                                pxf_error *err)
{
    struct fox_file_stat stat = {0};

    TRY(fox_file_stat(&stat, original, err));
    content->data = fox_mem_new((size_t)stat.size, 1, err);
    if (!content->data) {
        return PXF_NO_MEMORY;
    }
    return fox_file_read_at(original, 0, content->data, (size_t)stat.size, &content->size, err);
}

static pxf_status seal(struct fox_fd *memfd, const struct fox_image_variant *variant,
                       pxf_error *err)
{
    TRY(fox_memfd_new(memfd, "pixelfox-variant", PXF_ORIGIN_HELPER, err));
    TRY(fox_file_write(memfd, variant->data, variant->size, err));
    return fox_memfd_seal(memfd, err);
}

static pxf_status send_variant(void *ctx, size_t index, struct fox_image_variant *variant,
                               pxf_error *err)
{
    const struct job *job = ctx;
    AUTO(fox_fd) memfd = {0};
    struct fox_wire_variant wire = {
        .head = fox_wire_head_of(FOX_WIRE_VARIANT, job->wire->head.picture),
        .index = (uint32_t)index,
        .skip = (uint32_t)variant->skip,
        .render_ms = variant->render_ms,
    };

    if (variant->skip == FOX_SKIP_NONE) {
        if (variant->size > job->wire->variant_bytes) {
            return fox_fail(err, PXF_INTERNAL, "variant '%s' has %zu bytes",
                            job->recipes[index].kind, variant->size);
        }
        TRY(seal(&memfd, variant, err));
        wire.format = (uint32_t)variant->format;
        wire.width_px = variant->width_px;
        wire.height_px = variant->height_px;
        wire.bytes = variant->size;
    }
    line_send(job->line, &wire.head, fox_fd_number(&memfd));
    return PXF_OK;
}

static pxf_status make(struct job *job, pxf_error *err)
{
    AUTO(fox_image) *image = NULL;
    struct fox_image_options options;
    __attribute__((cleanup(content_let_go))) struct content content = {0};

    TRY(fox_wire_read_request(&job->request, job->recipes, job->wire, err));
    TRY(fox_service_allow(job->request.memory_bytes, err));
    TRY(read_original(&content, job->original, err));
    options = options_of(&job->request);
    TRY(fox_image_open(&image, content.data, content.size, &job->request.sniff, &options, err));
    return fox_image_render_all(image, job->recipes, job->request.recipe_count, send_variant, job,
                                err);
}

static const char *rule_of(const pxf_error *cause)
{
    static const char truncated[] = "truncated";

    switch ((pxf_status)cause->status) {
    case PXF_CORRUPT:
        return strncmp(cause->message, truncated, sizeof truncated - 1) == 0 ? truncated
                                                                             : "corrupt";
    case PXF_UNSUPPORTED:
        return "unsupported";
    case PXF_LIMIT:
        return "memory_limit";
    case PXF_OK:
    case PXF_INVALID:
    case PXF_NOT_FOUND:
    case PXF_EXISTS:
    case PXF_CONFLICT:
    case PXF_FULL:
    case PXF_DENIED:
    case PXF_BUSY:
    case PXF_TIMEOUT:
    case PXF_UNAVAILABLE:
    case PXF_CANCELLED:
    case PXF_CLOSED:
    case PXF_FORKED:
    case PXF_LOST:
    case PXF_IO:
    case PXF_NO_MEMORY:
    case PXF_INTERNAL:
        break;
    }
    return "";
}

/* With a limit the limit is the cause. */
static void blame_limit(const struct job *job, pxf_error *cause)
{
    if (cause->status == PXF_NO_MEMORY && job->wire->memory_bytes > 0) {
        fox_fail_clear(cause);
        (void)fox_fail(cause, PXF_LIMIT, "the picture needs more memory than a helper is given");
    }
}

static void send_end(const struct job *job, const pxf_error *cause)
{
    struct fox_service_usage usage = {0};
    struct fox_wire_end wire = {
        .head = fox_wire_head_of(FOX_WIRE_END, job->wire->head.picture),
        .status = (uint32_t)cause->status,
    };

    (void)fox_service_usage(&usage, NULL);
    wire.resident_bytes = usage.resident_bytes;
    fox_wire_set_text(wire.rule, sizeof wire.rule, rule_of(cause));
    fox_wire_set_text(wire.message, sizeof wire.message, cause->message);
    line_send(job->line, &wire.head, -1);
}

void job_run(const struct fox_fd *line, const struct fox_wire_request *wire,
             const struct fox_fd *original)
{
    struct job job = {.line = line, .original = original, .wire = wire};
    pxf_error cause = {0};

    (void)make(&job, &cause);
    blame_limit(&job, &cause);
    (void)fox_service_allow(0, NULL);
    alloc_trim();
    send_end(&job, &cause);
}
