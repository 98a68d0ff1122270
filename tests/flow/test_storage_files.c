/* SPDX-License-Identifier: Apache-2.0 */
#include "storage.h"

#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Files as others see them: names, modes, and how they come and go. */

static int watching;

static int watch_folder(const char *path, const struct stat *stat, int kind, struct FTW *place)
{
    (void)stat;
    (void)place;
    return kind == FTW_D &&
                   inotify_add_watch(watching, path, IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0
               ? -1
               : 0;
}

/* Watches the folders of blobs that the pool has by now. */
static void watch(struct kit *kit, const char *pool)
{
    static const char *const tops[] = {"original", "variants"};

    for (size_t i = 0; i < 2; i++) {
        char name[100];

        (void)snprintf(name, sizeof name, "%s/%s", pool, tops[i]);
        assert_int_equal(nftw(fox_scratch_path(&kit->scratch, name), watch_folder, 16, FTW_PHYS),
                         0);
    }
}

/* How many files came by a rename; no file was made, written or cut under a final name. */
static size_t count_renames(void)
{
    char buffer[64 << 10] __attribute__((aligned(8)));
    size_t count = 0;
    ssize_t size;

    while ((size = read(watching, buffer, sizeof buffer)) > 0) {
        for (char *at = buffer; at < buffer + size;) {
            const struct inotify_event *event = (const void *)at;

            if (!(event->mask & IN_ISDIR)) {
                if (event->mask & (IN_MODIFY | IN_CREATE)) {
                    fail_msg("'%s' was made or written under its final name", event->name);
                }
                count += (event->mask & IN_MOVED_TO) != 0;
            }
            at += sizeof *event + event->len;
        }
    }
    return count;
}

static void nothing_is_ever_made_or_cut_under_its_final_name(void **state)
{
    enum { ROUNDS = 5 };
    struct kit *kit = *state;
    pxf_image *image = storage_make(kit, 1);
    struct storage_report report;

    watching = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    watch(kit, "store/pool");
    for (uint32_t i = 0; i < ROUNDS; i++) {
        FILE *file =
            fopen(pxf_variant_path(pxf_image_variant(image, i)), "ae"); /* not what was stored */

        pxf_image_free(storage_make(kit, 100 + i));
        assert_int_equal(count_renames(), 9);
        assert_non_null(file);
        assert_int_equal(fputc('x', file), 'x');
        assert_int_equal(fclose(file), 0);
        while (read(watching, &report, sizeof report) > 0) {
        }
        storage_verify(&report, kit, PXF_VERIFY_REPAIR);
        assert_int_equal(report.repaired, 1);
        kit_work(kit);
        assert_int_equal(count_renames(), 1); /* the seven others were right and stayed */
    }
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    (void)close(watching);
    pxf_image_free(image);
}

static void a_full_pool_leaves_what_stands_there_whole(void **state)
{
    struct kit *kit = *state;
    pxf_image *image;
    pxf_error err = {0};
    struct storage_report report;

    storage_make_disk(kit, "first", "1m");
    storage_add_pool(kit, "first", 1, 0);
    image = storage_make(kit, 1);
    storage_plant(kit, "first/ballast", (size_t)storage_free_bytes(kit, "first") / 4096 * 4096);
    storage_set(kit, "local", "state", "read_only");
    watching = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    watch(kit, "first");
    for (uint32_t i = 0; i < 20; i++) {
        struct fox_picture_file file = fox_picture_png(40, 30, 100 + i);

        assert_null(pxf_image_put_bytes(kit->store, file.data, file.size, "ada", NULL, &err));
        assert_int_equal(err.status, PXF_FULL);
        fox_picture_file_let_go(&file);
    }
    assert_int_equal(count_renames(), 0);
    storage_verify(&report, kit, PXF_VERIFY_DEEP);
    assert_int_equal(report.count, report.foreign); /* the ballast */
    (void)close(watching);
    pxf_image_free(image);
}

static void pools_on_other_disks_than_the_store_get_their_files_by_rename_alone(void **state)
{
    struct kit *kit = *state;

    storage_make_disk(kit, "second", "8m");
    storage_make_disk(kit, "third", "8m");
    storage_add_pool(kit, "second", 1, 0);
    pxf_image_free(storage_make(kit, 1));
    storage_add_pool(kit, "third", 0, 0);
    pxf_image_free(storage_make(kit, 2));
    watching = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    watch(kit, "second");
    watch(kit, "third");
    for (uint32_t i = 0; i < 6; i++) {
        storage_set(kit, "third", "state", i % 2 ? "active" : "read_only");
        pxf_image_free(storage_make(kit, 100 + i));
        assert_int_equal(count_renames(), 9);
    }
    assert_true(storage_number(kit, "second", "image_count") > 1);
    assert_true(storage_number(kit, "third", "image_count") > 1);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    (void)close(watching);
}

static mode_t mode_of(const char *path)
{
    struct stat file;

    assert_int_equal(stat(path, &file), 0);
    return file.st_mode & 07777;
}

/* The file's mode, and that of each folder from the pool down to it. */
static void assert_modes(struct kit *kit, const char *key, mode_t file_mode, mode_t folder_mode)
{
    char path[300];
    const size_t pool = (size_t)snprintf(path, sizeof path, "%s/store/pool/", kit->scratch.path);

    (void)snprintf(path + pool, sizeof path - pool, "%s", key);
    assert_int_equal(mode_of(path), file_mode);
    for (char *slash = strrchr(path, '/'); slash >= path + pool; slash = strrchr(path, '/')) {
        *slash = '\0';
        assert_int_equal(mode_of(path), folder_mode);
    }
}

static void modes_are_what_the_settings_say_whatever_the_umask(void **state)
{
    static const char *const settings[] = {"pool.file_mode=0640", "pool.folder_mode=0750", NULL};
    static const mode_t masks[] = {0077, 0000};
    struct kit *kit = *state;

    for (size_t i = 0; i < 2; i++) {
        const mode_t before = umask(masks[i]);
        pxf_image *image;

        kit_reopen(kit, settings);
        image = storage_make(kit, (uint32_t)i);
        (void)umask(before);
        assert_modes(kit, pxf_image_key(image), 0640, 0750);
        for (size_t v = 0; v < pxf_image_variant_count(image); v++) {
            assert_modes(kit, pxf_variant_key(pxf_image_variant(image, v)), 0640, 0750);
        }
        pxf_image_free(image);
    }
}

/* As another user than the store's: what a web server must be able to do, and what it must not. */
static bool can_others_read(const char *path)
{
    const pid_t child = fork();
    int status = 1;

    if (child == 0) {
        _exit(setgroups(0, NULL) == 0 && setgid(65534) == 0 && setuid(65534) == 0
                  ? open(path, O_RDONLY | O_CLOEXEC) < 0
                  : 2);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_not_equal(WEXITSTATUS(status), 2);
    return status == 0;
}

static void another_user_reads_every_file_and_nothing_else_with_shipped_defaults(void **state)
{
    static const char *const secrets[] = {"other/catalog.sqlite", "other/catalog.sqlite-wal",
                                          "other/live", "other", "other/pool/.incoming"};
    struct kit *kit = *state;
    const mode_t before = umask(0);
    pxf_image *image;

    (void)snprintf(kit->path, sizeof kit->path, "%s/other", kit->scratch.path);
    kit_reopen(kit, NULL);
    (void)umask(before);
    image = storage_make(kit, 1);
    if (getuid() != 0) {
        skip_because("takes root");
    }
    assert_true(can_others_read(pxf_image_path(image)));
    for (size_t v = 0; v < pxf_image_variant_count(image); v++) {
        assert_true(can_others_read(pxf_variant_path(pxf_image_variant(image, v))));
    }
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        assert_true(storage_exists(kit, secrets[i]));
        assert_false(can_others_read(fox_scratch_path(&kit->scratch, secrets[i])));
    }
    pxf_image_free(image);
}

static pxf_image *put_named(struct kit *kit, uint32_t seed, const char *title)
{
    struct fox_picture_file file = fox_picture_png(20, 20, seed);
    pxf_error err = {0};
    pxf_upload *upload = pxf_upload_new(kit->store, "ada", &err);
    pxf_image *image;

    assert_non_null(upload);
    assert_ok(pxf_upload_set_title(upload, title, &err));
    assert_ok(pxf_upload_append(upload, file.data, file.size, NULL, &err));
    image = pxf_upload_finish(upload, NULL, &err);
    if (!image) {
        fail_msg("'%s': %s", title, err.message);
    }
    pxf_upload_free(upload);
    fox_picture_file_let_go(&file);
    return image;
}

static void a_title_is_composed_and_clean_and_never_in_a_path(void **state)
{
    static const struct {
        const char *given, *kept;
    } cases[] = {
        {"\xc3\x84.jpg", "\xc3\x84.jpg"},     /* composed */
        {"A\xcc\x88.jpg", "\xc3\x84.jpg"},    /* decomposed */
        {"trailing   ", "trailing"},          /* spaces */
        {"two\nlines", "two lines"},          /* a newline */
        {"a/../../etc/passwd", NULL},         /* slashes are no path */
        {"x\xe2\x80\xaegpj.exe", "xgpj.exe"}, /* a bidi control */
    };
    struct kit *kit = *state;

    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pxf_image *image = put_named(kit, i, cases[i].given);

        assert_false(pxf_image_is_duplicate(image));
        if (cases[i].kept) {
            assert_string_equal(pxf_image_title(image), cases[i].kept);
        }
        assert_null(strstr(pxf_image_key(image), "passwd"));
        assert_int_equal(strspn(pxf_image_key(image), "abcdefghijklmnopqrstuvwxyz0123456789/-."),
                         strlen(pxf_image_key(image)));
        pxf_image_free(image);
    }
    assert_int_equal(kit_pool_number(kit, "image_count"), sizeof cases / sizeof cases[0]);
}

static void a_title_of_any_length_is_cut_at_a_character(void **state)
{
    char title[601];
    pxf_image *image;

    for (size_t i = 0; i < 300; i++) {
        memcpy(title + 2 * i, "\xc3\x84", 3);
    }
    image = put_named(*state, 1, title);
    assert_true(strlen(pxf_image_title(image)) <= 255);
    assert_int_equal(strlen(pxf_image_title(image)) % 2, 0);
    pxf_image_free(image);
}

static void no_key_has_a_capital_letter(void **state)
{
    struct kit *kit = *state;
    pxf_image *image = storage_make(kit, 1);

    assert_null(strpbrk(pxf_image_key(image), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
    for (size_t v = 0; v < pxf_image_variant_count(image); v++) {
        assert_null(
            strpbrk(pxf_variant_key(pxf_image_variant(image, v)), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
    }
    pxf_image_free(image);
}

/* The dated folder that the key is in, below the pool. */
static void dated_folder(struct kit *kit, const pxf_image *image, char *folder, size_t size)
{
    (void)snprintf(folder, size, "%s/store/pool/%s", kit->scratch.path, pxf_image_key(image));
    *strrchr(folder, '/') = '\0';
}

static int put_past_a_closed_folder(struct kit *kit)
{
    pxf_error err = {0};
    char folder[300];
    pxf_image *image;

    kit->store = pxf_store_open(kit->path, NULL, &err);
    EXPECT(kit->store);
    image = kit_put(kit, "ada", 20, 20, 1);
    EXPECT(strcmp(pxf_image_pool(image), "local") == 0);
    dated_folder(kit, image, folder, sizeof folder);
    pxf_image_free(image);
    EXPECT(chmod(folder, 0555) == 0);
    for (uint32_t i = 0; i < 20; i++) {
        image = kit_put(kit, "ada", 20, 20, 100 + i);
        EXPECT(strcmp(pxf_image_pool(image), "second") == 0);
        pxf_image_free(image);
    }
    EXPECT(chmod(folder, 0755) == 0);
    image = kit_put(kit, "ada", 20, 20, 2);
    EXPECT(strcmp(pxf_image_pool(image), "local") == 0);
    pxf_image_free(image);
    kit_work(kit);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    return 0;
}

static void pictures_go_to_another_pool_while_a_dated_folder_is_closed(void **state)
{
    storage_add_pool(*state, "second", 200, 0);
    storage_as_nobody(*state, put_past_a_closed_folder);
}

static int put_into_a_closed_folder(struct kit *kit)
{
    struct fox_picture_file file = fox_picture_png(20, 20, 2);
    pxf_error err = {0};
    char folder[300];
    pxf_image *image;

    kit->store = pxf_store_open(kit->path, NULL, &err);
    EXPECT(kit->store);
    image = kit_put(kit, "ada", 20, 20, 1);
    dated_folder(kit, image, folder, sizeof folder);
    pxf_image_free(image);
    EXPECT(chmod(folder, 0555) == 0);
    EXPECT(!pxf_image_put_bytes(kit->store, file.data, file.size, "ada", NULL, &err));
    EXPECT(err.status == PXF_UNAVAILABLE);
    EXPECT(strstr(err.message, "65534"));
    EXPECT(kit_file_count(kit) == 1);
    EXPECT(chmod(folder, 0755) == 0);
    image = pxf_image_put_bytes(kit->store, file.data, file.size, "ada", NULL, &err);
    EXPECT(image);
    pxf_image_free(image);
    fox_picture_file_let_go(&file);
    kit_work(kit);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    return 0;
}

static void a_closed_dated_folder_leaves_nothing_behind_and_works_again_once_opened(void **state)
{
    storage_as_nobody(*state, put_into_a_closed_folder);
}

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, kit_open, kit_close)

SUITE(storage_files, IN_STORE(nothing_is_ever_made_or_cut_under_its_final_name),
      IN_STORE(a_full_pool_leaves_what_stands_there_whole),
      IN_STORE(pools_on_other_disks_than_the_store_get_their_files_by_rename_alone),
      IN_STORE(modes_are_what_the_settings_say_whatever_the_umask),
      IN_STORE(another_user_reads_every_file_and_nothing_else_with_shipped_defaults),
      IN_STORE(a_title_is_composed_and_clean_and_never_in_a_path),
      IN_STORE(a_title_of_any_length_is_cut_at_a_character), IN_STORE(no_key_has_a_capital_letter),
      IN_STORE(pictures_go_to_another_pool_while_a_dated_folder_is_closed),
      IN_STORE(a_closed_dated_folder_leaves_nothing_behind_and_works_again_once_opened))
