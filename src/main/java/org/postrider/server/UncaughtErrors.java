package org.postrider.server;

import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done of last resort: an error that ended a thread is logged, and where it was one of the few threads on which
 * all else depends and the virtual machine lacked something, the process ends, so that it is started anew.
 *
 * <p>Thread: any.
 */
final class UncaughtErrors implements Thread.UncaughtExceptionHandler {
    /** EX_SOFTWARE. */
    static final int EXIT_CODE = 70;

    private static final Logger LOG = LoggerFactory.getLogger(UncaughtErrors.class);

    private final IntConsumer halt;

    /** @param halt ends the process at once, with an exit code, without anything that takes memory */
    UncaughtErrors(IntConsumer halt) {
        this.halt = halt;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable e) {
        try {
            LOG.error("uncaught in thread {}", thread.getName(), e);
        } finally {
            // Sessions and attempts have virtual threads, and each concerns one connection alone.
            if (e instanceof VirtualMachineError && !thread.isVirtual()) {
                halt.accept(EXIT_CODE);
            }
        }
    }
}
