package org.postrider.feedback;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
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
    /** Domains' days that wait for a state database that fails. */
    private static final int UNWRITTEN_MAX = 20_000;

    private final TlsCounts counts;
    private final TlsLedgerTable table;
    private final AtomicLong dropped = new AtomicLong();
    private List<TlsCounts.Tally> unwritten = List.of();

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
     * @throws IOException where the state database fails; the counts then wait for the next time
     */
    public void flush() throws IOException {
        List<TlsCounts.Tally> tallies = new ArrayList<>(unwritten);
        tallies.addAll(counts.take());
        unwritten = List.of();
        if (tallies.isEmpty()) {
            return;
        }
        try {
            table.add(tallies);
        } catch (IOException e) {
            unwritten = List.copyOf(tallies.subList(0, Math.min(UNWRITTEN_MAX, tallies.size())));
            dropped.addAndGet(tallies.stream()
                    .skip(UNWRITTEN_MAX)
                    .flatMap(tally -> tally.results().stream())
                    .mapToLong(result -> result.successful() + result.failed())
                    .sum());
            throw e;
        }
    }

    /** Sessions that were not counted for want of room. */
    public long dropped() {
        return dropped.get() + counts.lost();
    }
}
