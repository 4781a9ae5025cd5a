package org.postrider.server.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.server.config.Configuration;

/** Starts a server; implemented by the composition root. */
public interface ServerStarter {
    /**
     * Starts everything and returns once mail is taken.
     *
     * @throws IOException where that cannot be, in words for people: an address in use, a spool that cannot be opened
     */
    Running start(Configuration configuration, Launch launch) throws IOException;

    /**
     * @param file what the configuration was read from and is read from again on reload; {@code null} where there is none
     * @param dev whether mail may be looked at without a token
     */
    record Launch(@Nullable Path file, boolean dev) {}

    /** A server at work. Thread: any. */
    interface Running {
        /** Where it listens and what it is, a line each, for people. */
        String summary();

        /** Where SMTP is listened for, in the configuration's order, with the ports that were taken. */
        List<InetSocketAddress> smtpAddresses();

        InetSocketAddress httpAddress();

        /** Reads the configuration again; says in the log what came of it. */
        void reload();

        /** Drains, makes all durable and ends. Blocks; harmless when called again. */
        void stop();
    }
}
