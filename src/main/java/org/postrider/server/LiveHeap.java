package org.postrider.server;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How much of the heap is in use by what is alive: what was left in its pools when each was last collected. Garbage does not
 * count, since an idle server may let it grow up to the brim.
 *
 * <p>Thread: any.
 */
final class LiveHeap {
    private final List<Supplier<@Nullable MemoryUsage>> pools;
    private final long octetsMax;

    /**
     * @param pools each tells how it was after its last collection, {@code null} where it is never collected
     */
    LiveHeap(List<Supplier<@Nullable MemoryUsage>> pools, long octetsMax) {
        this.pools = List.copyOf(pools);
        this.octetsMax = octetsMax;
    }

    static LiveHeap ofThisMachine() {
        List<Supplier<@Nullable MemoryUsage>> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(LiveHeap::afterCollection)
                .toList();
        return new LiveHeap(pools, Runtime.getRuntime().maxMemory());
    }

    private static Supplier<@Nullable MemoryUsage> afterCollection(MemoryPoolMXBean pool) {
        return pool::getCollectionUsage;
    }

    /** From 0 to about 1; 0 before the first collection. */
    double share() {
        long octets = 0;
        for (Supplier<@Nullable MemoryUsage> pool : pools) {
            MemoryUsage left = pool.get();
            octets += left == null ? 0 : left.getUsed();
        }
        return (double) octets / octetsMax;
    }
}
