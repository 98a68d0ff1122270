/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_BENCH_FLOOR_H
#define FOX_TESTS_BENCH_FLOOR_H

#include <stddef.h>

/* The least that a put could be: what the copy does, and beside it the SHA-256 of the bytes, a sync
 * of the folder, and one row in a SQLite database with a log, whose sync is waited for. Nothing is
 * looked at, held, counted or handed on. Any thread. */
struct floor;

/* In a new folder; NULL if it cannot be. */
struct floor *floor_open(const char *folder);
void floor_close(struct floor *floor);

/* The hash of one file. Its own. */
struct floor_hash;
struct floor_hash *floor_hash_new(void);
void floor_hash_add(struct floor_hash *hash, const void *data, size_t size);

/* The file `name`, whose bytes are synced, is on the disk and in the database. Frees the hash.
 * NULL, or what failed. */
const char *floor_add(struct floor *floor, struct floor_hash *hash, const char *name);

#endif
