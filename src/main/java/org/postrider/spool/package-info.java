/**
 * Keeps accepted messages and the states of their recipients until the last one is settled, whatever happens to the
 * process or the power.
 *
 * <p>{@link org.postrider.spool.Spool} is the door. {@code LogSpool} keeps one node's mail in a segmented append log with
 * group commit; {@code RamSpool}, for tests, keeps it in memory. Both pass the same contract suite. Must not know who
 * asks: no SMTP, no queue, no schedule.
 *
 * <p>{@code SpoolCheck} and {@code SpoolArchive} work on a stopped spool. Format, recovery and the rule by which records
 * become garbage: {@code docs/design/spool.md}.
 *
 * <p>Thread: a {@code Draft} is confined to the thread that writes it; all else may be called from any thread.
 */
@NullMarked
package org.postrider.spool;

import org.jspecify.annotations.NullMarked;
