package org.postrider.bench;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.ReversePath;
import org.postrider.message.HeaderLimits;
import org.postrider.message.HeaderScanner;

/** What each message costs before its content: addresses, and the look at its header section. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ParsingBenchmark {
    private final String plain = "first.last+tag@mail.example.net";
    private final String quoted = "\"a \\\"b\\\" c\"@example.net";
    private final String path = "<bounce+12345=user=example.org@mail.example.net> SIZE=10240";
    private final byte[] header = header();

    private static byte[] header() {
        StringBuilder text = new StringBuilder();
        for (int hop = 0; hop < 5; hop++) {
            text.append("Received: from a")
                    .append(hop)
                    .append(".example.net (a.example.net [192.0.2.1])\r\n")
                    .append("\tby b.example.net with ESMTPS id 4XyZ")
                    .append(hop)
                    .append("\r\n\tfor <user@example.org>; Thu, 01 Jan 2026 10:00:00 +0000\r\n");
        }
        text.append("From: First Last <first.last@example.net>\r\nTo: <user@example.org>\r\n")
                .append("Subject: A subject of the usual length, more or less\r\n")
                .append("Message-ID: <1234567890.abcdef@mail.example.net>\r\n")
                .append("Date: Thu, 01 Jan 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n")
                .append("Content-Type: text/plain; charset=utf-8\r\n\r\n");
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Benchmark
    public Optional<Mailbox> plainMailbox() {
        return MailboxGrammar.mailbox(plain);
    }

    @Benchmark
    public Optional<Mailbox> quotedMailbox() {
        return MailboxGrammar.mailbox(quoted);
    }

    @Benchmark
    public Optional<MailboxGrammar.Scanned<ReversePath>> reversePath() {
        return MailboxGrammar.reversePath(path, 0);
    }

    @Benchmark
    public int headerSection() {
        HeaderScanner scanner = new HeaderScanner(HeaderLimits.DEFAULT, "b.example.net");
        scanner.write(header, 0, header.length);
        scanner.end();
        return scanner.fields();
    }
}
