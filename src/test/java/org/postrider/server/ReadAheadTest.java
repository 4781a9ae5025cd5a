package org.postrider.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class ReadAheadTest {
    private static final int MANY = 20 * ReadAhead.BATCH + 1;

    private final List<Integer> worked = new ArrayList<>();

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @Test
    void worksOnAllInTheirOrderOnTheThreadOfItsCaller() throws IOException {
        Thread caller = Thread.currentThread();
        for (int count : new int[] {0, 1, ReadAhead.BATCH, MANY}) {
            worked.clear();
            new ReadAhead<Integer>(numbers(count)::forEach).run(number -> {
                assertThat(Thread.currentThread()).isSameAs(caller);
                worked.add(number);
            });
            assertThat(worked).isEqualTo(numbers(count));
        }
    }

    @Test
    void throwsWhatTheSourceThrewAfterWorkingOnWhatItGave() {
        ReadAhead<Integer> ahead = new ReadAhead<>(visitor -> {
            numbers(ReadAhead.BATCH).forEach(visitor);
            throw new IOException("the disk is gone");
        });
        assertThatThrownBy(() -> ahead.run(worked::add))
                .isInstanceOf(IOException.class)
                .hasMessage("the disk is gone");
        assertThat(worked).isEqualTo(numbers(ReadAhead.BATCH));
    }

    @Test
    void throwsAnErrorOfTheSourceAsItIs() {
        ReadAhead<Integer> ahead = new ReadAhead<>(_ -> {
            throw new AssertionError("a bug");
        });
        assertThatThrownBy(() -> ahead.run(worked::add))
                .isInstanceOf(AssertionError.class)
                .hasMessage("a bug");
    }

    @Test
    void readsNoMoreWhereTheWorkFails() {
        AtomicInteger given = new AtomicInteger();
        ReadAhead<Integer> ahead = new ReadAhead<>(visitor -> {
            for (int i = 0; i < 1_000 * ReadAhead.BATCH; i++) {
                visitor.accept(i);
                given.incrementAndGet();
            }
        });
        assertThatThrownBy(() -> ahead.run(_ -> {
                    throw new IllegalArgumentException("twice");
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("twice");
        assertThat(given.get()).isLessThan(10 * ReadAhead.BATCH);
    }
}
