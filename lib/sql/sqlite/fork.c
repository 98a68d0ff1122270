/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sqlite/db.h"

#include <pthread.h>
#include <sys/stat.h>

#include "os/poll.h"
#include "os/process.h"

/* SQLite keeps the locks of each file in a table of the process, and a forked child inherits it
 * without the locks: a database that the child opens anew would believe to hold what it does not
 * hold, and other programs could cut its shared memory under it. So in a child SQLite is shown
 * another device number while it opens the file, and makes itself a fresh entry.
 *
 * And a mutex of SQLite that another thread held at the fork would stay locked in the child for
 * ever: fork() happens while the forking thread holds them all. They are taken by trying, as no
 * order of theirs is promised. Should some thread keep one for long, the fork does not wait, and
 * the child is told before it would hang. */

enum {
    FIRST_STATIC_MUTEX = SQLITE_MUTEX_STATIC_MAIN,
    END_OF_STATIC_MUTEXES = SQLITE_MUTEX_STATIC_VFS3 + 1,
    LOOKS = 20000,
    LOOK_US = 50
};

static atomic_llong first_process; /* that used SQLite here; a child sees its ancestor's */
static _Atomic(sqlite3_syscall_ptr) system_fstat;
static _Thread_local dev_t device_mark;
static _Thread_local bool has_all; /* of SQLite's mutexes, from before a fork until after it */
static pthread_once_t guarded = PTHREAD_ONCE_INIT;

static int marked_fstat(int number, struct stat *ret_stat)
{
    int (*const call)(int, struct stat *) = (int (*)(int, struct stat *))atomic_load(&system_fstat);
    const int failed = call(number, ret_stat);

    if (failed == 0) {
        ret_stat->st_dev ^= device_mark;
    }
    return failed;
}

static sqlite3_mutex *static_mutex(int number)
{
    return sqlite3_mutex_alloc(number);
}

static void leave_before(int end)
{
    for (int i = FIRST_STATIC_MUTEX; i < end; i++) {
        sqlite3_mutex_leave(static_mutex(i));
    }
}

static bool try_all(void)
{
    for (int i = FIRST_STATIC_MUTEX; i < END_OF_STATIC_MUTEXES; i++) {
        if (sqlite3_mutex_try(static_mutex(i)) != SQLITE_OK) {
            leave_before(i);
            return false;
        }
    }
    return true;
}

static bool take_all(void)
{
    for (int i = 0; i < LOOKS; i++) {
        if (try_all()) {
            return true;
        }
        (void)fox_poll_sleep_us(-1, LOOK_US);
    }
    return false;
}

static void before_fork(void)
{
    has_all = take_all();
}

static void after_fork(void)
{
    if (has_all) {
        leave_before(END_OF_STATIC_MUTEXES);
    }
}

static void guard(void)
{
    (void)pthread_atfork(before_fork, after_fork, after_fork);
}

static pxf_status check_mutexes(pxf_error *err)
{
    if (!take_all()) {
        return fox_fail_from(err, PXF_FORKED, FOX_SQL_ORIGIN, 0,
                             "this process was forked while another thread was inside SQLite, "
                             "whose locks it cannot open: fork earlier, or exec");
    }
    leave_before(END_OF_STATIC_MUTEXES);
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

    (void)pthread_once(&guarded, guard);
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
