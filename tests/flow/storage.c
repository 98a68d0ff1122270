/* SPDX-License-Identifier: Apache-2.0 */
#include "storage.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NOBODY = 65534, NAME_BYTES = 200 };

static pxf_pool *find(struct kit *kit, const char *name)
{
    pxf_error err = {0};
    pxf_check *check = pxf_pool_test(kit->store, name, NULL, &err); /* looks anew */
    pxf_pool *pool;

    pxf_check_free(check);
    pool = pxf_pool_find(kit->store, name, &err);
    if (!pool) {
        fail_msg("pool '%s': %s", name, err.message);
    }
    return pool;
}

void storage_add_pool(struct kit *kit, const char *name, int64_t priority, int64_t max_bytes)
{
    pxf_error err = {0};
    pxf_pool *pool = pxf_pool_new(name, &err);

    assert_non_null(pool);
    (void)mkdir(fox_scratch_path(&kit->scratch, name), 0755);
    assert_ok(pxf_pool_set_text(pool, "path", fox_scratch_path(&kit->scratch, name), &err));
    assert_ok(pxf_pool_set_number(pool, "priority", priority, &err));
    assert_ok(pxf_pool_set_number(pool, "max_bytes", max_bytes, &err));
    assert_ok(pxf_pool_add(kit->store, pool, &err));
    pxf_pool_free(pool);
}

void storage_set(struct kit *kit, const char *pool_name, const char *field, const char *value)
{
    pxf_error err = {0};
    pxf_pool *pool = find(kit, pool_name);

    assert_ok(pxf_pool_set_text(pool, field, value, &err));
    assert_ok(pxf_pool_update(kit->store, pool, &err));
    pxf_pool_free(pool);
}

int64_t storage_number(struct kit *kit, const char *name, const char *field)
{
    pxf_pool *pool = find(kit, name);
    const int64_t number = pxf_pool_get_number(pool, field);

    pxf_pool_free(pool);
    return number;
}

bool storage_is_healthy(struct kit *kit, const char *name)
{
    return storage_number(kit, name, "is_healthy") == 1;
}

void storage_assert_reason(struct kit *kit, const char *name, const char *word)
{
    pxf_pool *pool = find(kit, name);
    const char *reason = pxf_pool_get_text(pool, "unhealthy_reason");

    if (!reason || !strstr(reason, word)) {
        fail_msg("pool '%s': '%s' does not say '%s'", name, reason ? reason : "healthy", word);
    }
    pxf_pool_free(pool);
}

const char *storage_put(struct kit *kit, uint32_t seed, char *id)
{
    static char pool[64];
    pxf_image *image = kit_put(kit, "ada", 40, 30, seed);

    (void)snprintf(pool, sizeof pool, "%s", pxf_image_pool(image));
    if (id) {
        (void)snprintf(id, 40, "%s", pxf_image_id(image));
    }
    pxf_image_free(image);
    return pool;
}

pxf_image *storage_make(struct kit *kit, uint32_t seed)
{
    pxf_image *put = kit_put(kit, "ada", 40, 30, seed);
    pxf_image *made = kit_wait(put, PXF_IMAGE_READY);

    pxf_image_free(put);
    return made;
}

static const char *disk_of(struct kit *kit, const char *name)
{
    char disk[NAME_BYTES];

    (void)snprintf(disk, sizeof disk, "%s.disk", name);
    return fox_scratch_path(&kit->scratch, disk);
}

void storage_make_disk(struct kit *kit, const char *name, const char *size)
{
    char options[64], disk[NAME_BYTES];

    (void)snprintf(options, sizeof options, "mode=0755,size=%s", size);
    (void)snprintf(disk, sizeof disk, "%s.disk", name);
    fox_scratch_make_folder(&kit->scratch, disk);
    fox_scratch_make_folder(&kit->scratch, name);
    fox_scratch_mount(&kit->scratch, disk, options);
    storage_mount(kit, name);
}

static void expect(int answer, const char *what)
{
    if (answer != 0) {
        fail_msg("cannot %s: %s", what, strerror(errno));
    }
}

void storage_mount(struct kit *kit, const char *name)
{
    expect(mount(disk_of(kit, name), fox_scratch_path(&kit->scratch, name), NULL, MS_BIND, NULL),
           "mount a disk");
}

void storage_unmount(struct kit *kit, const char *name)
{
    expect(umount2(fox_scratch_path(&kit->scratch, name), MNT_DETACH), "unmount a disk");
}

void storage_make_read_only(struct kit *kit, const char *name)
{
    expect(mount(NULL, fox_scratch_path(&kit->scratch, name), NULL,
                 MS_REMOUNT | MS_BIND | MS_RDONLY, NULL),
           "make a disk read-only");
}

int64_t storage_free_bytes(struct kit *kit, const char *name)
{
    struct statvfs disk;

    expect(statvfs(fox_scratch_path(&kit->scratch, name), &disk), "measure a disk");
    return (int64_t)(disk.f_bfree * disk.f_frsize);
}

static size_t *counter_of(struct storage_report *report, const char *kind)
{
    const struct {
        const char *kind;
        size_t *counter;
    } rows[] = {
        {"missing", &report->missing},       {"orphan", &report->orphan},
        {"corrupt", &report->corrupt},       {"usage", &report->usage},
        {"stale_hold", &report->stale_hold}, {"temporary", &report->temporary},
        {"foreign", &report->foreign},       {"unavailable", &report->unavailable},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].kind, kind) == 0) {
            return rows[i].counter;
        }
    }
    fail_msg("an unknown kind of finding: %s", kind);
    return NULL;
}

void storage_verify(struct storage_report *report, struct kit *kit, int how)
{
    pxf_error err = {0};
    pxf_finding *finding = pxf_store_verify(kit->store, how, NULL, &err);

    memset(report, 0, sizeof *report);
    assert_non_null(finding);
    while (pxf_finding_next(finding, &err)) {
        const char *key = pxf_finding_key(finding);

        ++*counter_of(report, pxf_finding_kind(finding));
        report->repaired += pxf_finding_is_repaired(finding);
        assert_true(report->count < sizeof report->keys / sizeof report->keys[0]);
        (void)snprintf(report->keys[report->count++], sizeof report->keys[0], "%s", key ? key : "");
    }
    if (err.status != PXF_OK) {
        fail_msg("verify: %s", err.message);
    }
    report->set_aside = pxf_finding_total(finding, "set_aside");
    report->removed_bytes = pxf_finding_total(finding, "removed_bytes");
    assert_int_equal(pxf_finding_total(finding, "repaired"), report->repaired);
    pxf_finding_free(finding);
}

bool storage_names(const struct storage_report *report, const char *key)
{
    for (size_t i = 0; i < report->count; i++) {
        if (strcmp(report->keys[i], key) == 0) {
            return true;
        }
    }
    return false;
}

void storage_age(const char *path)
{
    const time_t then = time(NULL) - 7200;
    const struct timespec times[2] = {{.tv_sec = then}, {.tv_sec = then}};

    expect(utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW), "set a file's time");
}

void storage_plant(struct kit *kit, const char *name, size_t size)
{
    char path[1024];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s", fox_scratch_path(&kit->scratch, name));
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0755);
        *slash = '/';
    }
    file = fopen(path, "we");
    assert_non_null(file);
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(fputc('x', file), 'x');
    }
    expect(fclose(file), "write a file");
    storage_age(path);
}

bool storage_exists(struct kit *kit, const char *name)
{
    struct stat file;

    return lstat(fox_scratch_path(&kit->scratch, name), &file) == 0;
}

size_t storage_event_count(struct kit *kit, const char *kind)
{
    char cursor[64] = "0";
    size_t count = 0;
    pxf_error err = {0};
    pxf_event *event = pxf_event_next(kit->store, NULL, &err);

    while (event) {
        count += strcmp(pxf_event_kind(event), kind) == 0;
        (void)snprintf(cursor, sizeof cursor, "%s", pxf_event_cursor(event));
        pxf_event_free(event);
        event = pxf_event_next(kit->store, cursor, &err);
    }
    assert_int_equal(err.status, PXF_OK);
    return count;
}

static int own(const char *path, const struct stat *stat, int kind, struct FTW *place)
{
    (void)stat;
    (void)kind;
    (void)place;
    return lchown(path, NOBODY, NOBODY);
}

static int change_user(void)
{
    return setgroups(0, NULL) == 0 && setgid(NOBODY) == 0 && setuid(NOBODY) == 0 ? 0 : -1;
}

static bool can_change_user(void)
{
    const pid_t child = fork();
    int status = 1;

    if (child == 0) {
        _exit(change_user() == 0 ? 0 : 1);
    }
    return waitpid(child, &status, 0) == child && status == 0;
}

void storage_as_nobody(struct kit *kit, storage_fn fn)
{
    pid_t child;
    int status = 1;

    if (!can_change_user()) {
        skip_because("takes root, to become somebody else");
    }
    pxf_store_close(kit->store);
    kit->store = NULL;
    expect(nftw(kit->scratch.path, own, 16, FTW_PHYS), "give a folder away");
    child = fork();
    if (child == 0) {
        (void)alarm(120);
        status = change_user() == 0 ? fn(kit) : 1;
        pxf_store_close(kit->store);
        _exit(status);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}
