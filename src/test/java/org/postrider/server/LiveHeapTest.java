package org.postrider.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.MemoryUsage;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveHeapTest {
    @Test
    void countsWhatCollectionsLeft() {
        LiveHeap heap = new LiveHeap(
                List.of(() -> new MemoryUsage(0, 30, 100, 100), () -> null, () -> new MemoryUsage(0, 20, 50, 50)), 200);
        assertThat(heap.share()).isEqualTo(0.25);
    }

    @Test
    void knowsThePoolsOfThisMachine() {
        assertThat(LiveHeap.ofThisMachine().share()).isBetween(0.0, 1.0);
    }
}
