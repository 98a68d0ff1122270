-- Numbers that only grow, by name.
CREATE TABLE IF NOT EXISTS counter (
    name  VARBINARY(63) NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
