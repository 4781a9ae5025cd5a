package org.postrider.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postrider.testing.Requirement;
import org.slf4j.LoggerFactory;

class UncaughtErrorsTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(UncaughtErrors.class);
    private final List<Integer> halts = new ArrayList<>();

    @BeforeEach
    void silenceAlarms() {
        logger.setLevel(Level.OFF);
    }

    @AfterEach
    void hearAlarms() {
        logger.setLevel(null);
    }

    private void end(Thread.Builder builder, RuntimeException e) throws InterruptedException {
        run(builder, () -> {
            throw e;
        });
    }

    private void end(Thread.Builder builder, Error e) throws InterruptedException {
        run(builder, () -> {
            throw e;
        });
    }

    private void run(Thread.Builder builder, Runnable task) throws InterruptedException {
        Thread thread = builder.unstarted(task);
        thread.setUncaughtExceptionHandler(new UncaughtErrors(halts::add));
        thread.start();
        thread.join();
    }

    @Test
    @Requirement("L6")
    void endsTheProcessOnlyWhereAThreadThatAllDependOnLacksMemory() throws InterruptedException {
        end(Thread.ofVirtual(), new OutOfMemoryError("as told"));
        end(Thread.ofPlatform(), new IllegalStateException("as told"));
        end(Thread.ofPlatform(), new AssertionError("as told"));
        assertThat(halts).isEmpty();
        end(Thread.ofPlatform(), new OutOfMemoryError("as told"));
        assertThat(halts).containsExactly(UncaughtErrors.EXIT_CODE);
    }
}
