package org.postrider.mailauth.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.postrider.dns.Answer;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimIdentity;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.DkimRecord;
import org.postrider.mailauth.dkim.DkimSettings;
import org.postrider.mailauth.dkim.DkimSigner;
import org.postrider.mailauth.dkim.KeySigner;
import org.postrider.mailauth.dkim.SampleMail;
import org.postrider.mailauth.dkim.SigningAlgorithm;
import org.postrider.mailauth.dmarc.AuthorDomains;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;

/** Whole messages, from where they come to the fields that tell what was found out. */
class VerificationTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final Domain DOMAIN = new Domain("example.com");
    private static final String US = "mx.example.net";
    private static final DkimKeyPair KEY = DkimKeyPair.generate(SigningAlgorithm.ED25519_SHA256);
    private static final String LETTER =
            "From: Ann <ann@example.com>\nTo: bob@example.net\nSubject: hello\n folded\n\nthe  body \n\n.\n\n";

    private final FakeResolver dns = dns("");

    private static FakeResolver dns(String flags) {
        DkimRecord record = DkimRecord.of(DOMAIN, "s", KEY);
        return new FakeResolver()
                .txt("example.com", "v=spf1 ip4:192.0.2.0/24 -all")
                .txt("mail.example.com", "v=spf1 a -all")
                .address("mail.example.com", "192.0.2.1")
                .txt("_dmarc.example.com", "v=DMARC1; p=reject")
                .txt(record.name().ascii(), record.text() + flags);
    }

    private static SampleMail signed(String letter) {
        DkimIdentity identity = new DkimIdentity(DOMAIN, "s", new KeySigner(CryptoProviders.jdk(), Runnable::run, KEY));
        SampleMail mail = SampleMail.of(letter);
        DkimSigner signer = new DkimSigner(CryptoProviders.jdk(), List.of(identity), DkimSigner.Form.DEFAULT);
        return mail.below(mail.sign(signer, NOW));
    }

    private static MessageVerifier verifier(FakeResolver dns) {
        return new MessageVerifier(
                new MessageVerifier.Ports(
                        dns, Runnable::run, InstantSource.fixed(NOW), System::nanoTime, CryptoProviders.best()),
                US,
                DkimSettings.DEFAULT,
                null);
    }

    private static Origin from(String address, String mailFrom) {
        return new Origin(
                InetAddress.ofLiteral(address),
                "mail.example.com",
                mailFrom,
                Optional.of(AuthResult.PASS),
                Optional.empty());
    }

    private static Verified verify(MessageVerifier verifier, Origin origin, SampleMail mail) {
        Verification verification = verifier.begin(origin);
        verification.write(mail.octets(), 0, mail.octets().length);
        return verification.end();
    }

    private Verified verify(Origin origin, SampleMail mail) {
        return verify(verifier(dns), origin, mail);
    }

    @Test
    @Requirement({"RFC 8601 §2.2", "RFC 7208 §9.1"})
    void tellsAllThatWasFoundOutOfAnAuthenticMessage() {
        Verified verified = verify(from("192.0.2.1", "ann@example.com"), signed(LETTER));
        String start = verified.dkim().results().getFirst().signatureStart();
        assertThat(verified.results(US).field())
                .isEqualTo("""
                Authentication-Results: mx.example.net;
                \tiprev=pass policy.iprev=192.0.2.1;
                \tspf=pass smtp.mailfrom=ann@example.com;
                \tspf=pass smtp.helo=mail.example.com;
                \tdkim=pass header.d=example.com header.s=s header.a=ed25519-sha256
                \t header.b=%s;
                \tdmarc=pass policy.dmarc=reject header.from=example.com
                """.formatted(start.matches("[A-Za-z0-9+]*") ? start : '"' + start + '"')
                        .replace("\n", "\r\n"));
        assertThat(verified.fields(US))
                .startsWith(verified.results(US).field() + "Received-SPF: pass (mx.example.net: ")
                .endsWith("\r\n");
    }

    @Test
    void findsAForgeryThatNobodySigned() {
        Verified verified = verify(from("198.51.100.1", "ann@example.com"), SampleMail.of(LETTER));
        assertThat(verified.results(US).value())
                .contains("spf=fail smtp.mailfrom=ann@example.com", "dkim=none", "dmarc=fail policy.dmarc=reject");
    }

    @Test
    void aForwardedMessageStaysAuthenticByItsSignature() {
        Verified verified = verify(from("198.51.100.1", "list@example.org"), signed(LETTER));
        assertThat(verified.mailFrom().result()).isEqualTo(AuthResult.NONE);
        assertThat(verified.dmarc().result()).isEqualTo(AuthResult.PASS);
    }

    @Test
    void aChangedBodyFailsAndWithItTheMessage() {
        SampleMail changed = SampleMail.of(signed(LETTER).text() + "more\n");
        Verified verified = verify(from("198.51.100.1", "list@example.org"), changed);
        assertThat(verified.dkim().results().getFirst().result()).isEqualTo(AuthResult.FAIL);
        assertThat(verified.dmarc().result()).isEqualTo(AuthResult.FAIL);
    }

    @Test
    @Requirement("RFC 7208 §2.4")
    void ofANullReversePathTheGreetingIsCheckedOnce() {
        Verified verified = verify(from("192.0.2.1", ""), signed(LETTER));
        assertThat(verified.results(US).value())
                .containsOnlyOnce("spf=")
                .contains("spf=pass smtp.helo=mail.example.com");
    }

    @Test
    @Requirement("RFC 6376 §3.6.1")
    void aKeyForTestingCountsAsNoSignature() {
        Verified verified = verify(verifier(dns("; t=y")), from("198.51.100.1", "list@example.org"), signed(LETTER));
        assertThat(verified.results(US).value()).contains("dkim=pass reason=\"the key is for testing\"");
        assertThat(verified.dmarc().result()).isEqualTo(AuthResult.FAIL);
    }

    @Test
    void tellsWhoHasLoggedIn() {
        Origin origin = new Origin(
                InetAddress.ofLiteral("192.0.2.1"), "me", "ann@example.com", Optional.empty(), Optional.of("ann"));
        assertThat(verify(origin, signed(LETTER)).results(US).value())
                .startsWith("mx.example.net;\r\n\tauth=pass smtp.auth=ann;");
    }

    @Test
    void whatTheDnsDoesNotTellIsATemporaryError() {
        dns.failing("example.com", Answer.Failure.SERVER_FAILURE)
                .failing("s._domainkey.example.com", Answer.Failure.SERVER_FAILURE);
        Verified verified = verify(from("192.0.2.1", "ann@example.com"), signed(LETTER));
        assertThat(verified.mailFrom().result()).isEqualTo(AuthResult.TEMPERROR);
        assertThat(verified.dkim().results().getFirst().result()).isEqualTo(AuthResult.TEMPERROR);
    }

    @Test
    void anExecutorThatTakesNothingMakesTemporaryErrorsAndNoException() {
        MessageVerifier busy = new MessageVerifier(
                new MessageVerifier.Ports(
                        dns,
                        _ -> {
                            throw new RejectedExecutionException("busy");
                        },
                        InstantSource.fixed(NOW),
                        System::nanoTime,
                        CryptoProviders.best()),
                US,
                DkimSettings.DEFAULT,
                null);
        Verified verified = verify(busy, from("192.0.2.1", "ann@example.com"), signed(LETTER));
        assertThat(verified.mailFrom().result()).isEqualTo(AuthResult.TEMPERROR);
        assertThat(verified.helo().result()).isEqualTo(AuthResult.TEMPERROR);
        assertThat(verified.dkim().results().getFirst().result()).isEqualTo(AuthResult.TEMPERROR);
    }

    @Test
    void contentWithoutAHeaderHasNoAuthor() {
        Verified verified = verify(from("192.0.2.1", "ann@example.com"), SampleMail.of("just text\nand more\n"));
        assertThat(verified.author()).isInstanceOf(AuthorDomains.Absent.class);
        assertThat(verified.dmarc().result()).isEqualTo(AuthResult.PERMERROR);
        Verified empty = verify(from("192.0.2.1", "ann@example.com"), SampleMail.of(""));
        assertThat(empty.author()).isInstanceOf(AuthorDomains.Absent.class);
    }

    @Property(tries = 200)
    void theResultIsTheSameInAnySlices(
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 90) Integer> slices, @ForAll boolean intact) {
        byte[] octets =
                SampleMail.of(signed(LETTER).text() + (intact ? "" : "x\n")).octets();
        Verification verification = verifier(dns("")).begin(from("192.0.2.1", "ann@example.com"));
        int at = 0;
        for (int i = 0; at < octets.length; i++) {
            int length = Math.min(slices.get(i % slices.size()), octets.length - at);
            verification.write(octets, at, length);
            at += length;
        }
        assertThat(verification.end().dkim().results().getFirst().result())
                .isEqualTo(intact ? AuthResult.PASS : AuthResult.FAIL);
    }

    @Test
    void aMessageOfAHundredMebibytesIsNeverHeld() {
        Verification verification = verifier(dns).begin(from("192.0.2.1", "ann@example.com"));
        byte[] header = LETTER.substring(0, LETTER.indexOf("\n\n") + 2)
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] signature =
                "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s; h=from; c=relaxed; bh=YQ==; b=YQ==\r\n"
                        .getBytes(StandardCharsets.US_ASCII);
        verification.write(signature, 0, signature.length);
        verification.write(header, 0, header.length);
        byte[] slice = "a  line \r\n\r\n".repeat(1_000).getBytes(StandardCharsets.US_ASCII);
        verification.write(slice, 0, slice.length);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (long written = 0; written < 100L << 20; written += slice.length) {
            verification.write(slice, 0, slice.length);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .as("octets that were allocated while the body came by")
                .isLessThan(1 << 20);
        assertThat(verification.end().dkim().results().getFirst().result()).isEqualTo(AuthResult.FAIL);
    }
}
