/**
 * What a node must remember beside mail: accounts, quotas, greylists. Small facts in tables, in one database that is
 * consistent after any crash.
 *
 * <p>{@link org.postrider.state.StateDatabase} is the door. A package that keeps something here hands its {@link
 * org.postrider.state.Migration}s to {@code open} and asks with {@code read} and {@code write}; its tables begin with the
 * package's name ({@code account_user}), and no other package touches them. SQL keeps to what SQLite and PostgreSQL have
 * in common: types TEXT, BIGINT, INTEGER and BLOB, {@code INSERT … ON CONFLICT … DO UPDATE}, times as BIGINT milliseconds
 * since 1970, no rowid, no triggers, no functions of one of them alone.
 *
 * <p>Must not know what is kept. Mail itself belongs to {@code spool}.
 *
 * <p>Thread: any; calls block, on threads of the database's own, so that a slow disk holds no carrier of virtual threads.
 */
@NullMarked
package org.postrider.state;

import org.jspecify.annotations.NullMarked;
