package org.postrider.bench;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;
import org.postrider.mailauth.HeaderSection;
import org.postrider.mailauth.dkim.BodyHashes;
import org.postrider.mailauth.dkim.Canonicalization;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimIdentity;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.DkimRecord;
import org.postrider.mailauth.dkim.DkimResults;
import org.postrider.mailauth.dkim.DkimSettings;
import org.postrider.mailauth.dkim.DkimSigner;
import org.postrider.mailauth.dkim.DkimVerification;
import org.postrider.mailauth.dkim.KeyLookups;
import org.postrider.mailauth.dkim.KeySigner;
import org.postrider.mailauth.dkim.MessagePass;
import org.postrider.mailauth.dkim.SigningAlgorithm;

/** What DKIM costs a message of 10 KiB, its key's record at hand; and the rate at which bodies are hashed. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class DkimBenchmark {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final Domain DOMAIN = new Domain("example.net");
    private static final int SLICE_OCTETS = 16_384;

    @Param({"best", "jdk"})
    private String provider;

    private CryptoProviders crypto;
    private byte[] header;
    private byte[] signedHeader;
    private byte[] body;
    private byte[] text;
    private byte[] base64;
    private byte[] html;
    private DkimSigner rsa;
    private DkimSigner ed25519;
    private Resolver dns;

    @Setup
    public void prepare() {
        crypto = provider.equals("best") ? CryptoProviders.best() : CryptoProviders.jdk();
        String fields = "From: a@example.net\r\nTo: b@example.org\r\nSubject: about the matter\r\n"
                + "Date: Thu, 26 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@example.net>\r\n"
                + "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n";
        header = fields.getBytes(StandardCharsets.US_ASCII);
        String line = "A line of ordinary text that is about seventy octets long, as most are.\r\n";
        body = line.repeat(140).getBytes(StandardCharsets.US_ASCII);
        text = line.repeat(14_000).getBytes(StandardCharsets.US_ASCII);
        base64 = ("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\r\n".repeat(13_000))
                .getBytes(StandardCharsets.US_ASCII);
        html = "<table>\r\n    <tr>\r\n        <td class=\"x\">some text here, in a cell</td>  \r\n    </tr>\r\n\r\n"
                .repeat(12_000)
                .getBytes(StandardCharsets.US_ASCII);
        DkimKeyPair pair = DkimKeyPair.generate(SigningAlgorithm.RSA_SHA256);
        rsa = signer(pair);
        ed25519 = signer(DkimKeyPair.generate(SigningAlgorithm.ED25519_SHA256));
        DkimRecord record = DkimRecord.of(DOMAIN, "s", pair);
        dns = new CachedTexts(Map.of(record.name().ascii(), record.text()));
        signedHeader = (rsa().getFirst() + fields).getBytes(StandardCharsets.US_ASCII);
    }

    private DkimSigner signer(DkimKeyPair pair) {
        DkimIdentity identity = new DkimIdentity(DOMAIN, "s", new KeySigner(crypto, Runnable::run, pair));
        return new DkimSigner(crypto, List.of(identity), DkimSigner.Form.DEFAULT);
    }

    private List<String> sign(DkimSigner signer) {
        DkimSigner.Signing signing = signer.begin(HeaderSection.of(header, header.length), NOW);
        signing.write(body, 0, body.length);
        return signing.finish().toCompletableFuture().join();
    }

    @Benchmark
    public List<String> rsa() {
        return sign(rsa);
    }

    @Benchmark
    public List<String> ed25519() {
        return sign(ed25519);
    }

    @Benchmark
    public DkimResults verify() {
        MessagePass pass = MessagePass.of(
                HeaderSection.of(signedHeader, signedHeader.length),
                new KeyLookups(dns, Runnable::run),
                crypto,
                DkimSettings.DEFAULT,
                NOW);
        DkimVerification verification = new DkimVerification(pass);
        pass.write(body, 0, body.length);
        pass.finish();
        return verification.results();
    }

    /** A megabyte or so of each kind; octets in a microsecond are megabytes in a second. */
    @Benchmark
    public byte[] hashText() {
        return hash(text);
    }

    @Benchmark
    public byte[] hashBase64() {
        return hash(base64);
    }

    @Benchmark
    public byte[] hashHtml() {
        return hash(html);
    }

    @Benchmark
    public byte[] digestAlone() {
        return crypto.sha256().digest(text);
    }

    private byte[] hash(byte[] octets) {
        BodyHashes hashes = new BodyHashes(crypto);
        BodyHashes.BodyHash hash = hashes.want(Canonicalization.RELAXED, BodyHashes.WHOLE);
        for (int at = 0; at < octets.length; at += SLICE_OCTETS) {
            hashes.write(octets, at, Math.min(SLICE_OCTETS, octets.length - at));
        }
        hashes.finish();
        return hash.value();
    }
}
