package org.postrider.mailauth.dkim;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.postrider.mailauth.HeaderSection;
import org.postrider.testing.FakeResolver;

/** A whole message, and what a verifier says of it. */
public final class SampleMail {
    private static final int SLICE_OCTETS = 31;

    private final byte[] octets;

    public SampleMail(byte[] octets) {
        this.octets = octets.clone();
    }

    /** Line ends may be LF alone. */
    public static SampleMail of(String text) {
        return new SampleMail(text.replace("\r\n", "\n").replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A folder with test data of others; the test is skipped where it is missing. */
    public static Path conformance(String folder) {
        Path path = Path.of("..", "shared", "conformance", folder);
        Assumptions.assumeTrue(path.toFile().isDirectory(), () -> "no test data of others in " + path);
        return path;
    }

    public byte[] octets() {
        return octets.clone();
    }

    public String text() {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    /** The same with fields above it, which end in line ends. */
    public SampleMail below(List<String> fields) {
        return of(String.join("", fields) + text());
    }

    public HeaderSection header() {
        return HeaderSection.of(octets, octets.length);
    }

    private int bodyStart() {
        int end = text().indexOf("\r\n\r\n");
        return text().startsWith("\r\n") ? 2 : end < 0 ? octets.length : end + 4;
    }

    public MessagePass pass(FakeResolver dns, DkimSettings settings, Instant now) {
        return MessagePass.of(header(), new KeyLookups(dns, Runnable::run), CryptoProviders.best(), settings, now);
    }

    /** Lets the body go by, in slices. */
    public void play(BodySink sink) {
        for (int at = bodyStart(); at < octets.length; at += SLICE_OCTETS) {
            sink.write(octets, at, Math.min(SLICE_OCTETS, octets.length - at));
        }
    }

    /** Whoever takes a body. */
    public interface BodySink {
        void write(byte[] octets, int from, int length);
    }

    public DkimResults verify(FakeResolver dns, DkimSettings settings, Instant now) {
        MessagePass pass = pass(dns, settings, now);
        DkimVerification verification = new DkimVerification(pass);
        play(pass::write);
        pass.finish();
        return verification.results();
    }

    public List<String> sign(DkimSigner signer, Instant now) {
        DkimSigner.Signing signing = signer.begin(header(), now);
        play(signing::write);
        return signing.finish().toCompletableFuture().join();
    }
}
