package org.postrider.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.postrider.mail.Envelope;
import org.postrider.mail.ForwardPath;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.Recipient;
import org.postrider.mail.RecipientState;
import org.postrider.mail.ReversePath;
import org.postrider.spool.Arrival;
import org.postrider.spool.Commit;
import org.postrider.spool.Draft;
import org.postrider.spool.LogSpool;
import org.postrider.spool.SpoolSettings;
import org.postrider.spool.Update;

/**
 * Durable messages a second with 20 writers, each settled soon after, as young mail is. Set {@code -Djava.io.tmpdir} to
 * the disk in question: on a tmpfs it measures nothing.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Threads(20)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 3)
public class SpoolAppendBenchmark {
    @Param({"1024", "10240"})
    int octets;

    private Path directory;
    private LogSpool spool;
    private Arrival arrival;
    private byte[] content;

    @Setup(Level.Iteration)
    public void open() throws IOException {
        directory = Files.createTempDirectory("spool-bench");
        spool = LogSpool.open(directory, SpoolSettings.DEFAULT, InstantSource.system());
        content = new byte[octets];
        Envelope envelope = new Envelope(
                new ReversePath(mailbox("from@source.test")),
                MailParameters.PLAIN,
                List.of(Recipient.of(new ForwardPath(mailbox("to@sink.test")))));
        arrival = new Arrival(envelope, Instant.now(), "benchmark");
    }

    private static Mailbox mailbox(String text) {
        return MailboxGrammar.mailbox(text).orElseThrow();
    }

    @Benchmark
    public Commit commitAndSettle() throws IOException {
        Draft draft = spool.draft(octets);
        draft.write(content, 0, content.length);
        Commit commit = spool.commit(draft, arrival, new byte[0], List.of());
        RecipientState gone = new RecipientState.Removed(Instant.now(), "benchmark", "settled");
        spool.update(List.of(new Update(draft.id(), 0, gone)), () -> {});
        return commit;
    }

    @TearDown(Level.Iteration)
    public void close() throws IOException {
        spool.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
