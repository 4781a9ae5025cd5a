package org.postrider.bench;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.HeaderSection;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimIdentity;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.DkimRecord;
import org.postrider.mailauth.dkim.DkimSettings;
import org.postrider.mailauth.dkim.DkimSigner;
import org.postrider.mailauth.dkim.KeySigner;
import org.postrider.mailauth.dkim.SigningAlgorithm;
import org.postrider.mailauth.verify.MessageVerifier;
import org.postrider.mailauth.verify.Origin;
import org.postrider.mailauth.verify.Verification;
import org.postrider.mailauth.verify.Verified;

/**
 * All that verifying costs a message of 10 KiB, which passes SPF (MAIL FROM and HELO), one DKIM signature with RSA, and DMARC,
 * up to the fields that tell it. All look-ups are answered at once and on the same thread, so that time is CPU time.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class VerificationBenchmark {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final Domain DOMAIN = new Domain("example.net");
    private static final String US = "mx.example.org";
    private static final String FIELDS = "From: Ann <a@example.net>\r\nTo: b@example.org\r\nSubject: about the matter\r\n"
            + "Date: Thu, 26 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@example.net>\r\n"
            + "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n";

    private final Origin origin = new Origin(
            InetAddress.ofLiteral("192.0.2.1"),
            "mail.example.net",
            "a@example.net",
            Optional.of(AuthResult.PASS),
            Optional.empty());
    private byte[] header;
    private byte[] body;
    private MessageVerifier verifier;

    @Setup
    public void prepare() {
        CryptoProviders crypto = CryptoProviders.best();
        body = "A line of ordinary text that is about seventy octets long, as most are.\r\n"
                .repeat(140)
                .getBytes(StandardCharsets.US_ASCII);
        DkimKeyPair pair = DkimKeyPair.generate(SigningAlgorithm.RSA_SHA256);
        DkimIdentity identity = new DkimIdentity(DOMAIN, "s", new KeySigner(crypto, Runnable::run, pair));
        byte[] fields = FIELDS.getBytes(StandardCharsets.US_ASCII);
        DkimSigner.Signing signing = new DkimSigner(crypto, List.of(identity), DkimSigner.Form.DEFAULT)
                .begin(HeaderSection.of(fields, fields.length), NOW);
        signing.write(body, 0, body.length);
        String signature = signing.finish().toCompletableFuture().join().getFirst();
        header = (signature + FIELDS + "\r\n").getBytes(StandardCharsets.US_ASCII);
        DkimRecord record = DkimRecord.of(DOMAIN, "s", pair);
        Resolver dns = new CachedTexts(Map.of(
                record.name().ascii(),
                record.text(),
                DOMAIN.ascii(),
                "v=spf1 ip4:198.51.100.0/24 ip4:192.0.2.0/24 -all",
                "mail.example.net",
                "v=spf1 ip4:192.0.2.1 -all",
                "_dmarc.example.net",
                "v=DMARC1; p=reject; rua=mailto:reports@example.net"));
        verifier = new MessageVerifier(
                new MessageVerifier.Ports(dns, Runnable::run, InstantSource.fixed(NOW), System::nanoTime, crypto),
                US,
                DkimSettings.DEFAULT,
                null);
        if (verify().dmarc().result() != AuthResult.PASS) {
            throw new IllegalStateException("the message does not pass");
        }
    }

    private Verified verify() {
        Verification verification = verifier.begin(origin);
        verification.write(header, 0, header.length);
        verification.write(body, 0, body.length);
        return verification.end();
    }

    @Benchmark
    public String verifyAndTell() {
        return verify().fields(US);
    }
}
