package org.postrider.feedback;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.postrider.state.StateDatabase;
import org.postrider.tlspolicy.TlsCounts;
import org.postrider.tlspolicy.TlsLedger;

/**
 * Counts how sessions with others' hosts went, for reports on TLS (RFC 8460 §4): in memory for a moment, then in the state
 * database.
 *
 * <p>Thread: any; counting does no I/O, flushing one at a time.
 */
public final class TlsCounting implements TlsLedger {
    private final TlsCounts counts;
    private final TlsLedgerTable table;
    private final AtomicLong dropped = new AtomicLong();

    public TlsCounting(StateDatabase state, InstantSource clock) {
        this.counts = new TlsCounts(clock);
        this.table = new TlsLedgerTable(state);
    }

    @Override
    public void count(Session session) {
        counts.count(session);
    }

    /**
     * Writes what was counted since. To be called every few seconds, and once more at the end.
     *
     * @throws IOException where the state database fails; the counts are lost then, and counted as such
     */
    public void flush() throws IOException {
        List<TlsCounts.Tally> tallies = counts.take();
        if (tallies.isEmpty()) {
            return;
        }
        try {
            table.add(tallies);
        } catch (IOException e) {
            dropped.addAndGet(tallies.stream()
                    .flatMap(tally -> tally.results().stream())
                    .mapToLong(result -> result.successful() + result.failed())
                    .sum());
            throw e;
        }
    }

    /** Sessions that were not counted for want of room, or of a database. */
    public long dropped() {
        return dropped.get() + counts.lost();
    }
}
