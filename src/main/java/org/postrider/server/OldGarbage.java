package org.postrider.server;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has the old generation collected once much of it is garbage. By itself the serial collector waits until the heap is full,
 * and the process keeps the pages. Other collectors are left alone.
 *
 * <p>Thread: one at a time.
 */
final class OldGarbage {
    /** How often to look. */
    static final Duration EVERY = Duration.ofSeconds(10);

    /** A collection stops everything for some 3 ms a MiB of what is alive, so that there is not more than one in this time. */
    static final Duration PAUSE = Duration.ofSeconds(30);

    /** So much garbage may lie there, or half of what is alive, if that is more. */
    static final long OCTETS_MAX = 32L << 20;

    private static final String POOL = "Tenured Gen";

    private final Supplier<MemoryUsage> usage;
    private final Supplier<@Nullable MemoryUsage> leftByLastCollection;
    private final Runnable collection;
    private final LongSupplier nanoTime;
    private long last;

    OldGarbage(
            Supplier<MemoryUsage> usage,
            Supplier<@Nullable MemoryUsage> leftByLastCollection,
            Runnable collection,
            LongSupplier nanoTime) {
        this.usage = usage;
        this.leftByLastCollection = leftByLastCollection;
        this.collection = collection;
        this.nanoTime = nanoTime;
        this.last = nanoTime.getAsLong();
    }

    static OldGarbage ofThisMachine() {
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getName().equals(POOL)) {
                return new OldGarbage(pool::getUsage, pool::getCollectionUsage, System::gc, System::nanoTime);
            }
        }
        MemoryUsage nothing = new MemoryUsage(0, 0, 0, 0);
        return new OldGarbage(() -> nothing, () -> nothing, System::gc, System::nanoTime);
    }

    /** Collects where it is time to. */
    void look() {
        MemoryUsage left = leftByLastCollection.get();
        long alive = left == null ? 0 : left.getUsed();
        long garbage = usage.get().getUsed() - alive;
        long now = nanoTime.getAsLong();
        if (garbage > Math.max(OCTETS_MAX, alive / 2) && now - last >= PAUSE.toNanos()) {
            last = now;
            collection.run();
        }
    }
}
