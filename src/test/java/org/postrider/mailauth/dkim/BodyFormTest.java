package org.postrider.mailauth.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.postrider.testing.Requirement;

/** The canonical forms of bodies, against what the RFC says in one line each. */
final class BodyFormTest {
    private MessageDigest sha256;

    @SuppressWarnings("NullAway.Init") // set before each property
    BodyFormTest() {}

    @BeforeProperty
    void digest() throws NoSuchAlgorithmException {
        sha256 = MessageDigest.getInstance("SHA-256");
    }

    @Provide
    Arbitrary<String> bodies() {
        Arbitrary<String> pieces = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.of("\r\n", " ", "\t", "a", "\r", "\n", "\u0001", "\u00e4")),
                Tuple.of(2, Arbitraries.of("\r\n\r\n", "  ", " \r\n", "one two", "\r\n x", "\r\n.\r\n")),
                Tuple.of(2, Arbitraries.of("a line as it is in most mail, some sixty octets\r\nlong")),
                Tuple.of(1, Arbitraries.of("x".repeat(1_030), "\r\n".repeat(200), " ".repeat(70))));
        return pieces.list().ofMaxSize(40).map(list -> String.join("", list));
    }

    @Provide
    Arbitrary<List<Integer>> slices() {
        return Arbitraries.integers().between(1, 60).list().ofMinSize(1).ofMaxSize(20);
    }

    @Property(tries = 1_000)
    @Requirement("RFC 6376 §3.4.3")
    void simpleIsTheSameInAnySlices(@ForAll("bodies") String body, @ForAll("slices") List<Integer> slices) {
        String expected = body.replaceFirst("(\r\n)*\\z", "") + "\r\n";
        check(Canonicalization.SIMPLE, body, expected, slices);
    }

    @Property(tries = 1_000)
    @Requirement("RFC 6376 §3.4.4")
    void relaxedIsTheSameInAnySlices(@ForAll("bodies") String body, @ForAll("slices") List<Integer> slices) {
        String expected =
                body.replaceAll("[ \t]+", " ").replaceAll(" (?=\r\n|\\z)", "").replaceFirst("(\r\n)*\\z", "");
        check(Canonicalization.RELAXED, body, expected.isEmpty() ? "" : expected + "\r\n", slices);
    }

    private void check(Canonicalization form, String body, String expected, List<Integer> slices) {
        byte[] octets = body.getBytes(StandardCharsets.ISO_8859_1);
        byte[] canonical = expected.getBytes(StandardCharsets.ISO_8859_1);
        BodyHashes hashes = new BodyHashes(CryptoProviders.best());
        BodyHashes.BodyHash whole = hashes.want(form, BodyHashes.WHOLE);
        BodyHashes.BodyHash start = hashes.want(form, 7);
        int at = 0;
        for (int i = 0; at < octets.length; i++) {
            int length = Math.min(slices.get(i % slices.size()), octets.length - at);
            hashes.write(octets, at, length);
            at += length;
        }
        hashes.finish();
        assertThat(whole.bodyOctets()).isEqualTo(canonical.length);
        assertThat(whole.value()).isEqualTo(sha256.digest(canonical));
        sha256.update(canonical, 0, Math.min(7, canonical.length));
        assertThat(start.value()).isEqualTo(sha256.digest());
    }
}
