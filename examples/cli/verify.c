/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <inttypes.h>

#include "out.h"

/* The sum's keys, and what the library calls them. */
static const char *const totals[] = {
    "images",    "files",         "bytes",       "missing",     "orphans",
    "corrupt",   "usage_wrong",   "stale_holds", "unavailable", "repaired",
    "set_aside", "removed_bytes", "foreign",
};

static void print_finding(const struct cli *cli, const pxf_finding *finding)
{
    json_t *object;

    if (!cli->json) {
        printf("%-10s ", pxf_finding_kind(finding));
        if (pxf_finding_pool(finding)) {
            printf("%s:", pxf_finding_pool(finding));
        }
        if (pxf_finding_key(finding)) {
            print_path(stdout, pxf_finding_key(finding));
        }
        fputs("  ", stdout);
        print_line(stdout, pxf_finding_message(finding) ? pxf_finding_message(finding) : "");
        printf("%s\n", pxf_finding_is_repaired(finding) ? "  (repaired)" : "");
        return;
    }
    object = json_object();
    put_text(object, "finding", pxf_finding_kind(finding));
    put_text(object, "pool", pxf_finding_pool(finding));
    if (pxf_finding_key(finding)) {
        put_path(object, "key", pxf_finding_key(finding));
    }
    put_text(object, "image", pxf_finding_image_id(finding));
    put_text(object, "message", pxf_finding_message(finding));
    put_flag(object, "repaired", pxf_finding_is_repaired(finding));
    print_json(object);
}

static void print_sum(const struct cli *cli, const pxf_finding *finding)
{
    char size[SIZE_TEXT_BYTES];
    json_t *object, *sum;

    if (!cli->json) {
        printf("%" PRId64 " images, %" PRId64 " files, %s: %" PRId64 " missing, %" PRId64
               " orphans, %" PRId64 " corrupt, %" PRId64 " usage wrong, %" PRId64 " repaired\n",
               pxf_finding_total(finding, "images"), pxf_finding_total(finding, "files"),
               size_text(size, (uint64_t)pxf_finding_total(finding, "bytes")),
               pxf_finding_total(finding, "missing"), pxf_finding_total(finding, "orphans"),
               pxf_finding_total(finding, "corrupt"), pxf_finding_total(finding, "usage_wrong"),
               pxf_finding_total(finding, "repaired"));
        return;
    }
    object = json_object();
    sum = json_object();
    for (size_t i = 0; i < sizeof totals / sizeof totals[0]; i++) {
        put_number(sum, totals[i], pxf_finding_total(finding, totals[i]));
    }
    (void)json_object_set_new(object, "summary", sum);
    print_json(object);
}

static int verify(const struct cli *cli, pxf_finding *finding)
{
    bool stands = false;
    pxf_error err;

    while (pxf_finding_next(finding, &err)) {
        stands = stands || !pxf_finding_is_repaired(finding);
        print_finding(cli, finding);
    }
    if (err.status != PXF_OK) {
        return fail(cli, &err);
    }
    print_sum(cli, finding);
    return stands ? EXIT_SOME_FAILED : EXIT_DONE;
}

int run_verify(struct cli *cli)
{
    const int how = (option(cli, "deep") ? PXF_VERIFY_DEEP : PXF_VERIFY_QUICK) |
                    (option(cli, "repair") ? PXF_VERIFY_REPAIR : PXF_VERIFY_QUICK);
    pxf_finding *finding;
    pxf_error err;
    int code;

    if (option(cli, "backups")) {
        (void)set_error(&err, PXF_UNSUPPORTED, "backups are not there yet in version %s",
                        pxf_version());
        (void)fail(cli, &err);
        return EXIT_USAGE;
    }
    code = open_store(cli);
    if (code != EXIT_DONE) {
        return code;
    }
    finding = pxf_store_verify(cli->store, how, cli->cancel, &err);
    if (!finding) {
        return fail(cli, &err);
    }
    code = verify(cli, finding);
    pxf_finding_free(finding);
    return code;
}
