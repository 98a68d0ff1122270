/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/driver.h"

/* The build without a client library of MariaDB or MySQL. */
pxf_status fox_sql_open_mysql(struct fox_sql **ret_db, const struct fox_env *env,
                              const struct fox_mysql_options *options, pxf_error *err)
{
    (void)ret_db;
    (void)env;
    (void)options;
    return fox_fail_from(err, PXF_UNSUPPORTED, FOX_SQL_ORIGIN, 0,
                         "this build has no MariaDB and MySQL (meson option 'mariadb')");
}
