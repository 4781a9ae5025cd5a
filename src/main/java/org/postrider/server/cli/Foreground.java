package org.postrider.server.cli;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server in the foreground until it is told to end: SIGTERM and SIGINT drain it, a second one ends it at once, SIGHUP
 * makes it read its configuration again.
 */
final class Foreground {
    private static final Logger LOG = LoggerFactory.getLogger(Foreground.class);

    private Foreground() {}

    /**
     * Blocks until the server has been stopped.
     *
     * @param greeting printed once signals are heeded
     */
    static void run(ServerStarter.Running server, String greeting, PrintWriter out) throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        Runnable end = () -> {
            if (told.getCount() == 0) {
                LOG.warn("told twice: ending at once, without a drain");
                Runtime.getRuntime().halt(ExitCodes.INTERNAL);
            }
            told.countDown();
        };
        boolean handled = Signals.on("TERM", end) && Signals.on("INT", end);
        if (!handled) {
            Runtime.getRuntime().addShutdownHook(new Thread(server::stop, "shutdown"));
        }
        Signals.on("HUP", server::reload);
        out.println(greeting);
        out.flush();
        told.await();
        LOG.info("draining");
        server.stop();
        LOG.info("stopped");
    }
}
