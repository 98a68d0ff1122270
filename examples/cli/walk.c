/* SPDX-License-Identifier: Apache-2.0 */
#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "out.h"

static struct found *add(struct walk *walk, size_t argument, const char *path)
{
    struct found *grown = walk->found;
    size_t capacity = walk->capacity;
    char *copy = strdup(path);

    if (walk->count == capacity) {
        capacity = capacity ? 2 * capacity : 64;
        grown = reallocarray(walk->found, capacity, sizeof *grown);
    }
    if (!grown || !copy) {
        free(copy);
        walk->is_out_of_memory = true;
        return NULL;
    }
    walk->found = grown;
    walk->capacity = capacity;
    grown[walk->count] = (struct found){.path = copy, .argument = argument};
    return &grown[walk->count++];
}

static void refuse(struct walk *walk, size_t argument, const char *path, const pxf_error *err)
{
    struct found *found = add(walk, argument, path);

    if (!found) {
        return;
    }
    found->err = malloc(sizeof *found->err);
    if (!found->err) {
        walk->is_out_of_memory = true;
        walk->count--;
        free(found->path);
        return;
    }
    *found->err = *err;
}

static void refuse_errno(struct walk *walk, size_t argument, const char *path, const char *what)
{
    pxf_error err;

    (void)set_errno_error(&err, errno, what);
    refuse(walk, argument, path, &err);
}

static void refuse_kind(struct walk *walk, size_t argument, const char *path)
{
    pxf_error err;

    (void)set_error(&err, PXF_UNSUPPORTED, "is neither a file nor a folder");
    refuse(walk, argument, path, &err);
}

static void note(const struct walk *walk, const char *path, const char *what)
{
    if (!walk->cli->quiet) {
        fputs("pixelfox: ", stderr);
        print_path(stderr, path);
        fprintf(stderr, ": %s\n", what);
    }
}

static char *join(const char *folder, const char *name)
{
    const size_t size = strlen(folder);
    char *path;

    return asprintf(&path, size > 0 && folder[size - 1] == '/' ? "%s%s" : "%s/%s", folder, name) < 0
               ? NULL
               : path;
}

static bool has(const char *folder, const char *name)
{
    char *path = join(folder, name);
    const bool is_there = path && access(path, F_OK) == 0;

    free(path);
    return is_there;
}

/* A store's own folder, or a pool's: what is in it was put already. */
static bool is_ours(const char *folder)
{
    return has(folder, ".pixelfox-pool") || (has(folder, "catalog.sqlite") && has(folder, "wake"));
}

static void walk_folder(struct walk *walk, size_t argument, const char *path);

/* One entry of a folder. What is hidden and no file is passed over. */
static void walk_entry(struct walk *walk, size_t argument, const char *path, bool is_hidden)
{
    struct stat entry, target;
    struct found *found;

    if (lstat(path, &entry) != 0 || stat(path, &target) != 0) {
        if (!is_hidden) {
            refuse_errno(walk, argument, path, "cannot be looked at");
        }
        return;
    }
    if (S_ISREG(target.st_mode)) {
        found = add(walk, argument, path);
        if (found) {
            found->is_hidden = is_hidden;
        }
    } else if (is_hidden) {
        return;
    } else if (!S_ISDIR(target.st_mode)) {
        refuse_kind(walk, argument, path);
    } else if (S_ISLNK(entry.st_mode)) {
        note(walk, path, "a link to a folder, not followed");
    } else if (is_ours(path)) {
        note(walk, path, "a store's own folder, passed over");
    } else {
        walk_folder(walk, argument, path);
    }
}

static void walk_folder(struct walk *walk, size_t argument, const char *path)
{
    struct dirent **entries = NULL;
    const int count = scandir(path, &entries, NULL, alphasort);

    if (count < 0) {
        refuse_errno(walk, argument, path, "the folder cannot be read");
        return;
    }
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        char *below = join(path, name);

        if (!below) {
            walk->is_out_of_memory = true;
        } else if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && !is_interrupted()) {
            walk_entry(walk, argument, below, name[0] == '.');
        }
        free(below);
        free(entries[i]);
    }
    free(entries);
}

static void add_stream(struct walk *walk, size_t argument, const char *path)
{
    struct found *found = add(walk, argument, path);

    if (found) {
        found->is_stream = true;
    }
}

void walk_argument(struct walk *walk, size_t argument)
{
    const char *path = walk->cli->arguments[argument];
    struct stat stat_of;
    pxf_error err;

    if (strcmp(path, "-") == 0) {
        add_stream(walk, argument, path);
    } else if (stat(path, &stat_of) != 0) {
        refuse_errno(walk, argument, path, "cannot be put");
    } else if (S_ISREG(stat_of.st_mode)) {
        (void)add(walk, argument, path);
    } else if (S_ISFIFO(stat_of.st_mode)) {
        add_stream(walk, argument, path);
    } else if (!S_ISDIR(stat_of.st_mode)) {
        refuse_kind(walk, argument, path);
    } else if (is_ours(path)) {
        (void)set_error(&err, PXF_INVALID,
                        "is a store's own folder: what is in it was put already");
        refuse(walk, argument, path, &err);
    } else {
        walk_folder(walk, argument, path);
    }
}

void walk_let_go(struct walk *walk)
{
    for (size_t i = 0; i < walk->count; i++) {
        free(walk->found[i].path);
        free(walk->found[i].err);
    }
    free(walk->found);
}
