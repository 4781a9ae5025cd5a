package org.postrider.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.postrider.http.ControlToken;
import org.postrider.http.ControlViews.Summary;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.SigningAlgorithm;
import org.postrider.smtp.client.ClientSettings;
import org.postrider.smtp.client.ClientTls;
import org.postrider.smtp.client.Dial;
import org.postrider.smtp.client.Opening;
import org.postrider.smtp.client.Protocol;
import org.postrider.smtp.client.SmtpConnection;
import org.postrider.smtp.client.TlsRequirement;
import org.postrider.tls.Authorities;
import org.postrider.tls.ClientEngines;
import tools.jackson.core.type.TypeReference;

/**
 * A short working life of the server: what the JVM loads, links and counts in it goes into the AOT cache, so that later
 * lives know from their first message on which methods are worth compiling (docs/performance.md).
 *
 * <p>One server relays to another in the same JVM: in clear, and signed, under TLS, with authentication.
 */
final class Rehearsal {
    private static final int CONNECTIONS = 20;
    private static final int OCTETS = 10_240;
    private static final int PER_CONNECTION = 100;
    private static final int HANDSHAKES_SHARE = 3;
    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final long LOOK_MILLIS = 50;
    private static final String FROM = "bench@author.test";

    private final ServerStarter starter;
    private final Path directory;
    private final Length length;

    /**
     * How long it takes.
     *
     * @param messages at most so many of each kind in clear, a tenth of it under TLS; a third as many full handshakes
     * @param time after this no further load is begun
     */
    record Length(int messages, Duration time) {
        /** Enough for C2 to have compiled what is worth it, in a build that one can wait for. */
        static final Length USUAL = new Length(1_500, Duration.ofSeconds(20));
    }

    /** What was sent and accepted. */
    record Outcome(long accepted, long refused) {}

    Rehearsal(ServerStarter starter, Path directory, Length length) {
        this.starter = starter;
        this.directory = directory;
        this.length = length;
    }

    Outcome run(PrintWriter progress) throws IOException, CommandFailed, InterruptedException {
        Path far = Files.createDirectories(directory.resolve("far"));
        Path near = Files.createDirectories(directory.resolve("near"));
        Files.writeString(
                near.resolve("key.pem"),
                DkimKeyPair.generate(SigningAlgorithm.RSA_SHA256).pem());
        ServerStarter.Launch launch = new ServerStarter.Launch(null, true);
        ServerStarter.Running sink = starter.start(DevCommand.configuration(farToml(far), far), launch);
        try {
            String to = Target.text(sink.smtpAddresses().getFirst());
            ServerStarter.Running server = starter.start(DevCommand.configuration(nearToml(near, to), near), launch);
            try {
                Outcome outcome = load(server.smtpAddresses().getFirst(), progress);
                awaitDelivered(server, near);
                shakeHands(sink.smtpAddresses().getFirst());
                return outcome;
            } finally {
                server.stop();
            }
        } finally {
            sink.stop();
        }
    }

    private Outcome load(InetSocketAddress server, PrintWriter progress) throws InterruptedException {
        long start = System.nanoTime();
        long accepted = 0;
        long refused = 0;
        // By turns, so that a machine on which the time runs out has seen some of each.
        int turns = 10;
        for (int turn = 0; turn < turns && System.nanoTime() - start < length.time.toNanos(); turn++) {
            int messages = Math.max(1, length.messages / turns);
            for (Load load : Load.values()) {
                BenchCommand.Result result = new LoadRun(
                                server,
                                CONNECTIONS,
                                Math.max(1, messages / load.share),
                                OCTETS,
                                load.perConnection,
                                FROM,
                                "sink@" + load.domain)
                        .run(progress);
                accepted += result.accepted();
                refused += result.refused();
            }
        }
        return new Outcome(accepted, refused);
    }

    /** Full handshakes, as each of them begins with no session to resume. */
    private void shakeHands(InetSocketAddress server) throws CommandFailed {
        long end = System.nanoTime() + length.time.toNanos();
        Dial dial = new Dial(server, "far.test", null, "near.test", Protocol.SMTP, new TlsRequirement.Encrypt());
        for (int i = 0; i < length.messages / HANDSHAKES_SHARE && System.nanoTime() < end; i++) {
            ClientTls tls = new ClientTls(new ClientEngines(), () -> Authorities.NONE, InstantSource.system());
            if (SmtpConnection.open(dial, ClientSettings.DEFAULT, tls) instanceof Opening.Ready ready) {
                ready.connection().close();
            } else {
                throw new CommandFailed(ExitCodes.INTERNAL, "a rehearsed handshake failed");
            }
        }
    }

    private enum Load {
        CONNECTION_EACH("clear.test", 1, 1),
        REUSED("clear.test", PER_CONNECTION, 1),
        UNDER_TLS("tls.test", PER_CONNECTION, 10);

        private final String domain;
        private final int perConnection;
        private final int share;

        Load(String domain, int perConnection, int share) {
            this.domain = domain;
            this.perConnection = perConnection;
            this.share = share;
        }
    }

    /** What cannot be delivered in time is no reason to fail: it is thrown away with the directory. */
    private static void awaitDelivered(ServerStarter.Running server, Path dataDir)
            throws IOException, CommandFailed, InterruptedException {
        ControlClient client =
                new ControlClient("http://" + Target.text(server.httpAddress()), ControlToken.load(dataDir));
        long start = System.nanoTime();
        while (client.get("/control/summary", new TypeReference<Summary>() {}).messages() > 0
                && System.nanoTime() - start < DRAIN.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private static String farToml(Path directory) {
        return """
            hostname = "far.test"
            data-dir = %s
            [[listener]]
            address = "127.0.0.1:0"
            role = "relay"
            tls = "starttls"
            auth = "tls"
            [tls]
            self-signed = true
            [limits]
            tls-sessions-per-minute = "off"
            [[user]]
            name = "near"
            password = "plain:rehearsal"
            send-as = ["*"]
            [http]
            address = "127.0.0.1:0"
            [[route]]
            recipient-domain = "*"
            to = "discard"
            """.formatted(DevCommand.quoted(directory.toString()));
    }

    private static String nearToml(Path directory, String far) {
        return """
            hostname = "near.test"
            data-dir = %1$s
            [[listener]]
            address = "127.0.0.1:0"
            role = "relay"
            [http]
            address = "127.0.0.1:0"
            [log]
            mail-log = "mail.log"
            [[dkim-key]]
            domain = "author.test"
            selector = "rehearsal"
            key = "file:key.pem"
            [[route]]
            recipient-domain = "clear.test"
            to = "smtp:%2$s"
            tls = "none"
            [[route]]
            recipient-domain = "tls.test"
            to = "smtp:%2$s"
            tls = "encrypt"
            user = "near"
            password = "rehearsal"
            """.formatted(DevCommand.quoted(directory.toString()), far);
    }
}
