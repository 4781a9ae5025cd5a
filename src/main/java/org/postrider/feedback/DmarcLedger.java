package org.postrider.feedback;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.postrider.mailauth.dmarc.DmarcOutcome;
import org.postrider.report.dmarc.AggregateReport.Row;

/**
 * Counts mail by policy domain, UTC day, source and results, for aggregate reports (RFC 9990 §3.1.1). Counts are kept in
 * memory for a moment and then in the state database: what a crash takes is that moment.
 *
 * <p>Thread: any. {@link #count} holds a lock for as long as a map takes, and does no I/O.
 */
public final class DmarcLedger {
    /** Different rows in memory; what is more is dropped until they are written. */
    static final int WAITING_MAX = 20_000;

    private final LedgerTable table;
    private final AtomicLong dropped = new AtomicLong();
    private final Object door = new Object();
    private Map<Key, Counted> waiting = new HashMap<>();

    /** @param day since 1970, UTC */
    record Key(long day, String domain, String row) {}

    /** @param record of the policy domain, as it was last seen */
    record Counted(String record, long messages) {}

    public DmarcLedger(LedgerTable table) {
        this.table = table;
    }

    /** Counts a message, where a record applies to it that asks for reports; nothing else is kept. */
    public void count(Evaluated message) {
        message.outcome()
                .applied()
                .filter(applied -> !applied.record().rua().isEmpty())
                .ifPresent(applied -> count(applied, message));
    }

    private void count(DmarcOutcome.Applied applied, Evaluated message) {
        Row row = message.row();
        long day = ReportDay.of(message.at());
        Key key = new Key(day, applied.domain().ascii(), RowText.text(row));
        String record = applied.record().text();
        synchronized (door) {
            Counted before = waiting.get(key);
            if (before == null && waiting.size() >= WAITING_MAX) {
                dropped.incrementAndGet();
            } else {
                waiting.put(key, new Counted(record, before == null ? 1 : before.messages() + 1));
            }
        }
    }

    /** Messages that were not counted for want of room. */
    public long dropped() {
        return dropped.get();
    }

    /**
     * Writes what was counted since. To be called every few seconds, and once more at the end.
     *
     * @throws IOException where the state database fails; the counts then wait for the next time
     */
    public void flush() throws IOException {
        Map<Key, Counted> taken;
        synchronized (door) {
            taken = waiting;
            waiting = new HashMap<>();
        }
        if (taken.isEmpty()) {
            return;
        }
        try {
            table.add(new LinkedHashMap<>(taken));
        } catch (IOException e) {
            putBack(taken);
            throw e;
        }
    }

    private void putBack(Map<Key, Counted> taken) {
        synchronized (door) {
            taken.forEach((key, counted) -> {
                Counted newer = waiting.get(key);
                if (newer != null) {
                    waiting.put(key, new Counted(newer.record(), newer.messages() + counted.messages()));
                } else if (waiting.size() < WAITING_MAX) {
                    waiting.put(key, counted);
                } else {
                    dropped.addAndGet(counted.messages());
                }
            });
        }
    }
}
