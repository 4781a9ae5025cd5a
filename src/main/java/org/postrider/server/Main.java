package org.postrider.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.postrider.http.Control;
import org.postrider.server.cli.Cli;
import org.postrider.server.cli.ServerStarter;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.ConfigurationFile;
import org.postrider.server.config.Problem;
import org.postrider.server.crash.CrashTestCommand;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the process begins. */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

    private Main() {}

    public static void main(String[] arguments) {
        leaveAProcessor();
        Thread.setDefaultUncaughtExceptionHandler(new UncaughtErrors(Runtime.getRuntime()::halt));
        System.exit(Cli.run(arguments, Main::start, new CrashTestCommand()));
    }

    /**
     * Virtual threads get one processor less than there are: the spool's committer, the queue engine and the kernel need one,
     * and work that is handed from processor to processor costs more than it gains (docs/performance.md). Counts only before
     * the first virtual thread.
     */
    private static void leaveAProcessor() {
        if (System.getProperty(CARRIERS) == null) {
            int processors = Runtime.getRuntime().availableProcessors();
            System.setProperty(CARRIERS, Integer.toString(Math.max(1, processors - 1)));
        }
    }

    private static ServerStarter.Running start(Configuration configuration, ServerStarter.Launch launch)
            throws IOException {
        Node.Options options = new Node.Options(launch.dev(), () -> reread(configuration, launch));
        Node node = Node.start(configuration, options);
        if (!hashesPasswords(configuration)) {
            var _ = Turns.take(ProcessHandle.current().pid());
        }
        return new RunningNode(node);
    }

    /** Sessions must be able to push aside a thread that hashes: it would not give way for some milliseconds. */
    private static boolean hashesPasswords(Configuration configuration) {
        return configuration.listeners().stream()
                .anyMatch(listener -> listener.authMode() != Configuration.AuthMode.OFF);
    }

    private static ConfigurationFile.Result reread(Configuration first, ServerStarter.Launch launch) {
        return launch.file() == null
                ? new ConfigurationFile.Result.Valid(first, List.<Problem>of())
                : ConfigurationFile.read(launch.file());
    }

    private record RunningNode(Node node) implements ServerStarter.Running {
        @Override
        public String summary() {
            List<String> lines = new ArrayList<>();
            node.smtpAddresses().forEach(address -> lines.add("SMTP on " + text(address)));
            lines.add("HTTP on " + text(node.httpAddress()));
            return String.join("\n", lines);
        }

        private static String text(InetSocketAddress address) {
            String host = address.getAddress().getHostAddress();
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
        }

        @Override
        public List<InetSocketAddress> smtpAddresses() {
            return node.smtpAddresses();
        }

        @Override
        public InetSocketAddress httpAddress() {
            return node.httpAddress();
        }

        @Override
        public void reload() {
            Control.Reloaded reloaded = node.control().reload();
            if (reloaded.done()) {
                LOG.info("the configuration was read again and is in force");
            } else {
                LOG.error("the new configuration is bad; the old one stays in force");
            }
            reloaded.remarks().forEach(LOG::warn);
        }

        @Override
        public void stop() {
            node.drain();
        }
    }
}
