package org.postrider.filter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;
import org.postrider.mail.Envelope;
import org.postrider.mail.MailParameters;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
import org.postrider.mail.Reply;
import org.postrider.mail.ReversePath;
import org.postrider.message.HeaderLimits;

/**
 * One message past a filter that says, as soon as it is connected, all it will ever say, and then closes its side. Behind it
 * stands a listener that lives as long as the process. Thread: confined to one at a time.
 */
public final class ScriptedFilter {
    /** The header that filters see. */
    public static final String HEADER =
            "From: alice@example.org\r\nSubject: hello\r\n\tfolded\r\nX-Old: 1\r\nX-Old: 2\r\n";

    public static final int MESSAGE_OCTETS_MAX = 20_000;
    private static final String CONTENT = HEADER + "\r\nbody\r\n";
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Timeouts PATIENT = new Timeouts(LONG, LONG, LONG);
    private static final Domain HOST = new Domain("mx1.example.net");

    private final Filters filters;
    private final FilterAddress address;
    private volatile byte[] script = new byte[0];

    /** What is left in the end. */
    public sealed interface Outcome {
        record Refused(Reply reply) implements Outcome {}

        /** @param findings what each filter is said to have said */
        record Passed(String content, Envelope envelope, List<String> findings) implements Outcome {}
    }

    /** Begins to listen, in a directory for temporary files. */
    public ScriptedFilter() {
        try {
            Path directory = Files.createTempDirectory("filter");
            directory.toFile().deleteOnExit();
            filters = new Filters(
                    Files.createDirectory(directory.resolve("staged")),
                    InstantSource.fixed(Instant.EPOCH),
                    System::nanoTime,
                    event -> {});
            UnixDomainSocketAddress socket = UnixDomainSocketAddress.of(directory.resolve("s"));
            ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            listener.bind(socket);
            socket.getPath().toFile().deleteOnExit();
            address = new FilterAddress(socket);
            Thread.ofPlatform().daemon().name("scripted-filter").start(() -> serve(listener));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(ServerSocketChannel listener) {
        ByteBuffer heard = ByteBuffer.allocate(64 << 10);
        while (listener.isOpen()) {
            try (SocketChannel client = listener.accept()) {
                client.write(ByteBuffer.wrap(script));
                client.shutdownOutput();
                // Takes what comes until the other side has had enough.
                int taken;
                do {
                    taken = client.read(heard.clear());
                } while (taken >= 0);
            } catch (IOException _) {
                // The other side has closed with our words unread.
                heard.clear();
            }
        }
    }

    /** Sends a message past a milter. */
    public Outcome milter(byte[] says, DefaultAction action) {
        FilterSettings.Milter milter = new FilterSettings.Milter("scripted", address, PATIENT, action);
        return outcome(says, List.of(milter), Optional.empty());
    }

    /** Sends a message past clamd. */
    public Outcome clamd(byte[] says, FilterSettings.OnVirus onVirus) {
        FilterSettings.VirusScanner scanner =
                new FilterSettings.VirusScanner(address, PATIENT, DefaultAction.TEMPFAIL, onVirus, MESSAGE_OCTETS_MAX);
        return outcome(says, List.of(), Optional.of(scanner));
    }

    private Outcome outcome(
            byte[] says, List<FilterSettings.Milter> milters, Optional<FilterSettings.VirusScanner> scanner) {
        script = says;
        FilterSettings settings = new FilterSettings(milters, scanner, MESSAGE_OCTETS_MAX, HeaderLimits.DEFAULT);
        try (FilterSession session = filters.session(settings)) {
            return outcome(session);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Outcome outcome(FilterSession session) throws IOException {
        ReversePath sender = MailboxGrammar.reversePath("<alice@example.org>", 0)
                .orElseThrow()
                .path();
        Recipient recipient = Recipient.of(MailboxGrammar.forwardPath("<bob@example.net>", 0, HOST)
                .orElseThrow()
                .path());
        @Nullable Reply refusal = session.sender(client(), sender, MailParameters.PLAIN, CONTENT.length());
        refusal = refusal == null ? session.recipient(recipient) : refusal;
        if (refusal != null) {
            return new Outcome.Refused(refusal);
        }
        Envelope envelope = new Envelope(sender, MailParameters.PLAIN, List.of(recipient));
        Optional<FilteredMessage> inspected = session.inspect(envelope);
        if (inspected.isEmpty()) {
            return new Outcome.Passed(CONTENT, envelope, List.of());
        }
        try (FilteredMessage inspection = inspected.get()) {
            byte[] octets = CONTENT.getBytes(StandardCharsets.US_ASCII);
            inspection.write(octets, 0, octets.length);
            return outcome(inspection.judge(new QueueId(7), ""));
        }
    }

    private static Outcome outcome(Verdict verdict) throws IOException {
        return switch (verdict) {
            case Verdict.Refused(Reply reply) -> new Outcome.Refused(reply);
            case Verdict.Passed passed -> {
                StringBuilder content = new StringBuilder();
                passed.content()
                        .writeTo((octets, offset, length) ->
                                content.append(new String(octets, offset, length, StandardCharsets.ISO_8859_1)));
                List<String> findings = passed.findings().stream()
                        .map(finding -> finding.verdict() + " " + finding.detail())
                        .toList();
                yield new Outcome.Passed(content.toString(), passed.envelope(), findings);
            }
        };
    }

    private static ClientFacts client() {
        InetSocketAddress remote = new InetSocketAddress(InetAddress.ofLiteral("198.51.100.7"), 40_000);
        InetSocketAddress local = new InetSocketAddress(InetAddress.ofLiteral("203.0.113.1"), 25);
        return new ClientFacts(remote, local, HOST, "mx", Optional.empty(), "client.example.org", null, null);
    }
}
