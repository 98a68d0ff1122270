/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_SQL_SQLITE_PLACE_H
#define FOX_SQL_SQLITE_PLACE_H

#include "sql/sqlite/db.h"

/* What is looked at before SQLite sees the file; nothing here opens the database file itself. */

/* UNSUPPORTED on file systems whose locks or shared memory do not suffice. */
pxf_status fox_sqlite_place_check_disk(const struct fox_fd *folder, const char *path,
                                       pxf_error *err);

/* Whether a database is to be made there. NOT_FOUND, INVALID (a link, a folder), CORRUPT. */
pxf_status fox_sqlite_place_look(bool *ret_is_new, const struct fox_fd *folder, const char *name,
                                 bool create, pxf_error *err);

/* Opens or makes the file of the writer lock. */
pxf_status fox_sqlite_place_open_lock(struct fox_fd *ret_lock, const char *path, pxf_error *err);

#endif
