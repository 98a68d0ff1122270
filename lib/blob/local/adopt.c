/* SPDX-License-Identifier: Apache-2.0 */
#include "blob/local/local.h"
#include "os/rights.h"

/* The folder that is to be the pool's, and the marker that is there. */
struct site {
    struct fox_local *local;
    struct fox_fd folder;
    bool has_marker;
    struct fox_local_marker marker;
};

static void site_let_go(struct site *site)
{
    fox_fd_let_go(&site->folder);
}

static pxf_status damaged(const struct fox_local *local, const pxf_error *cause, pxf_error *err)
{
    return fox_fail_from(err, PXF_CONFLICT, PXF_ORIGIN_POOL, cause->code,
                         "the marker '%s/%s' cannot be read: %s; if the folder is no other "
                         "pool's, remove that file and try again",
                         local->path, FOX_BLOB_MARKER, cause->message);
}

static pxf_status look(struct site *site, pxf_error *err)
{
    AUTO(fox_str) words = {0};
    pxf_error cause = {0};

    if (fox_rights_explain(&words, site->local->path, FOX_RIGHTS_WRITE)) {
        return fox_fail_from(err, PXF_DENIED, PXF_ORIGIN_POOL, 0, "%s", fox_str_text(&words));
    }
    TRY(fox_folder_open(&site->folder, site->local->path, PXF_ORIGIN_POOL, err));
    if (fox_local_marker_read(&site->marker, &site->folder, &cause) == PXF_OK) {
        site->has_marker = true;
        return PXF_OK;
    }
    return cause.status == PXF_NOT_FOUND ? PXF_OK : damaged(site->local, &cause, err);
}

static pxf_status refuse(const struct site *site, pxf_error *err)
{
    AUTO(fox_str) words = {0};

    fox_local_marker_explain(&words, site->local, &site->marker);
    TRY(fox_str_check(&words, err));
    return fox_fail_from(err, PXF_CONFLICT, PXF_ORIGIN_POOL, 0, "%s", fox_str_text(&words));
}

/* Somebody may have written one meanwhile: then it is judged as if it had been there. */
static pxf_status write_marker(struct site *site, bool replaces, pxf_error *err)
{
    pxf_error cause = {0};

    TRY(fox_local_try(site->local, &site->folder, NULL, NULL, err));
    if (fox_local_marker_put(&site->folder, site->local, replaces, &cause) == PXF_OK) {
        return PXF_OK;
    }
    if (cause.status != PXF_EXISTS) {
        return fox_fail_as(err, &cause);
    }
    TRY(fox_local_marker_read(&site->marker, &site->folder, err));
    return fox_local_marker_compare(&site->marker, &site->local->marker) == FOX_LOCAL_OURS
               ? PXF_OK
               : refuse(site, err);
}

static pxf_status take_unmarked(struct site *site, enum fox_blob_adoption how, pxf_error *err)
{
    switch (how) {
    case FOX_BLOB_ADD:
        TRY(fox_local_check_empty(&site->folder, site->local, err));
        return write_marker(site, false, err);
    case FOX_BLOB_ADOPT:
        return write_marker(site, false, err);
    case FOX_BLOB_FOLLOW:
        return fox_fail_from(err, PXF_CONFLICT, PXF_ORIGIN_POOL, 0,
                             "'%s' has no marker %s: nothing says that the pool's files are there",
                             site->local->path, FOX_BLOB_MARKER);
    }
    return PXF_INTERNAL;
}

static pxf_status take_marked(struct site *site, enum fox_blob_adoption how, pxf_error *err)
{
    switch (fox_local_marker_compare(&site->marker, &site->local->marker)) {
    case FOX_LOCAL_OURS:
        return PXF_OK;
    case FOX_LOCAL_MOVED:
    case FOX_LOCAL_UNSIGNED:
        return how == FOX_BLOB_ADD ? refuse(site, err) : write_marker(site, true, err);
    case FOX_LOCAL_FOREIGN:
        break;
    }
    return refuse(site, err);
}

pxf_status fox_local_adopt(struct fox_local *local, enum fox_blob_adoption how, pxf_error *err)
{
    AUTO(site) site = {.local = local};

    TRY(look(&site, err));
    return site.has_marker ? take_marked(&site, how, err) : take_unmarked(&site, how, err);
}

bool fox_blob_find_local(struct fox_id *ret_pool_id, const char *path,
                         const struct fox_blob_home *home)
{
    AUTO(fox_fd) folder = {0};
    struct fox_local_marker found, ours;

    if (fox_folder_open(&folder, path, PXF_ORIGIN_POOL, NULL) != PXF_OK ||
        fox_local_marker_read(&found, &folder, NULL) != PXF_OK) {
        return false;
    }
    fox_local_marker_fill(&ours, &found.pool_id, home);
    if (fox_local_marker_compare(&found, &ours) != FOX_LOCAL_OURS) {
        return false;
    }
    *ret_pool_id = found.pool_id;
    return true;
}
