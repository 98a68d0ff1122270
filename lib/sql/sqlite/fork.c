/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sqlite/db.h"

#include <sys/stat.h>

#include "os/poll.h"
#include "os/process.h"

/* SQLite keeps the locks of each file in a table of the process, and a forked child inherits the
 * table without the locks: a database that the child opens anew would believe to hold what it does
 * not hold, and other programs could cut its shared memory under it. So in a child SQLite is shown
 * another device number while it opens the file, and makes itself a fresh entry. And a mutex of
 * SQLite that another thread held at the fork stays locked for ever: the child looks before it
 * would hang. */

enum { LAST_STATIC_MUTEX = SQLITE_MUTEX_STATIC_VFS3, LOOKS = 200, LOOK_US = 1000 };

static atomic_llong first_process; /* that used SQLite here; a child sees its ancestor's */
static _Atomic(sqlite3_syscall_ptr) system_fstat;
static _Thread_local dev_t device_mark;

static int marked_fstat(int number, struct stat *ret_stat)
{
    int (*const call)(int, struct stat *) = (int (*)(int, struct stat *))atomic_load(&system_fstat);
    const int failed = call(number, ret_stat);

    if (failed == 0) {
        ret_stat->st_dev ^= device_mark;
    }
    return failed;
}

static bool is_free(sqlite3_mutex *mutex)
{
    for (int i = 0; i < LOOKS; i++) {
        if (sqlite3_mutex_try(mutex) == SQLITE_OK) {
            sqlite3_mutex_leave(mutex);
            return true;
        }
        (void)fox_poll_sleep_us(-1, LOOK_US);
    }
    return false;
}

static pxf_status check_mutexes(pxf_error *err)
{
    for (int i = SQLITE_MUTEX_STATIC_MAIN; i <= LAST_STATIC_MUTEX; i++) {
        sqlite3_mutex *mutex = sqlite3_mutex_alloc(i);

        if (mutex && !is_free(mutex)) {
            return fox_fail_from(err, PXF_FORKED, FOX_SQL_ORIGIN, 0,
                                 "this process was forked while another thread was inside SQLite, "
                                 "whose locks it cannot open: fork earlier, or exec");
        }
    }
    return PXF_OK;
}

static void mark_devices(void)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

    if (vfs && vfs->iVersion >= 3 && !atomic_load(&system_fstat)) {
        atomic_store(&system_fstat, vfs->xGetSystemCall(vfs, "fstat"));
        (void)vfs->xSetSystemCall(vfs, "fstat", (sqlite3_syscall_ptr)marked_fstat);
    }
}

pxf_status fox_sqlite_fork_enter(pxf_error *err)
{
    const long long process = fox_process_mark();
    long long first = 0;

    if (atomic_compare_exchange_strong(&first_process, &first, process) || first == process) {
        return PXF_OK;
    }
    TRY(check_mutexes(err));
    mark_devices();
    device_mark = (dev_t)process << 32;
    return PXF_OK;
}

void fox_sqlite_fork_leave(void)
{
    device_mark = 0;
}
