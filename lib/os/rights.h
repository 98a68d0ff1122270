/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_RIGHTS_H
#define FOX_OS_RIGHTS_H

#include "base/str.h"

/* What a process wants of a folder: to list it, or to make files in it as well. */
enum fox_rights_want { FOX_RIGHTS_READ = 1, FOX_RIGHTS_WRITE = 2 };

/* Looks at each level of an absolute or relative path, links followed, and adds one sentence on the
 * first level that refuses: "user 101, group 0 may not write in '/srv/pool' (owner 0, group 0, mode
 * 0755)", or "'/srv/pool' is on a file system that is mounted read-only". False, and nothing
 * added, where nothing refuses. */
bool fox_rights_explain(struct fox_str *words, const char *path, enum fox_rights_want want);

#endif
