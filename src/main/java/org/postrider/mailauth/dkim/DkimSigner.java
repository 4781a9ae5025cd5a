package org.postrider.mailauth.dkim;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.postrider.mailauth.HeaderSection;

/**
 * Signs messages, each by all identities that were given: the body is hashed once, and the keys sign beside each other.
 *
 * <p>Fields that must not be added later are signed once more often than they are there, so that one more breaks the signature
 * (RFC 6376 §8.15). Both canonical forms are relaxed unless said otherwise.
 *
 * <p>Thread: any; a {@link Signing} is confined.
 */
public final class DkimSigner {
    private final CryptoProviders crypto;
    private final List<DkimIdentity> identities;
    private final Form form;

    /**
     * What is signed, and how.
     *
     * @param guarded fields, in lower case, that are signed once more often than they are there
     * @param covered fields, in lower case, that are signed as often as they are there
     * @param lifetime after which a signature expires ({@code x=}); empty for never
     */
    public record Form(
            Canonicalization header,
            Canonicalization body,
            List<String> guarded,
            List<String> covered,
            Optional<Duration> lifetime) {
        /**
         * What RFC 6376 §5.4.1 says, and the fields of one-click unsubscribing, which must be covered (RFC 8058 §4). Fields that
         * others add or change on the way (Received, Return-Path and their kind) are not among them.
         */
        public static final Form DEFAULT = new Form(
                Canonicalization.RELAXED,
                Canonicalization.RELAXED,
                List.of(
                        "from",
                        "to",
                        "cc",
                        "subject",
                        "date",
                        "message-id",
                        "reply-to",
                        "in-reply-to",
                        "references",
                        "mime-version",
                        "content-type",
                        "content-transfer-encoding",
                        "list-unsubscribe",
                        "list-unsubscribe-post"),
                List.of("sender", "list-id", "list-help", "list-post", "feedback-id", "content-language"),
                Optional.empty());

        /** Fields of one name that are signed; a message that has more of it is odd anyway. */
        private static final int SAME_MAX = 10;

        public Form {
            guarded = List.copyOf(guarded);
            covered = List.copyOf(covered);
            if (!guarded.contains("from") && !covered.contains("from")) {
                throw new IllegalArgumentException("From must be signed (RFC 6376 §5.4)");
            }
        }

        /** The names for {@code h=}, each as often as it is to be signed. */
        public List<String> names(HeaderSection header) {
            List<String> names = new ArrayList<>();
            guarded.forEach(name -> repeat(name, header.named(name).size() + 1, names));
            covered.forEach(name -> repeat(name, header.named(name).size(), names));
            return names;
        }

        private static void repeat(String name, int count, List<String> names) {
            for (int i = 0; i < Math.min(count, SAME_MAX); i++) {
                names.add(name);
            }
        }
    }

    /**
     * @param identities one signature for each, the first on top
     */
    public DkimSigner(CryptoProviders crypto, List<DkimIdentity> identities, Form form) {
        this.crypto = crypto;
        this.identities = List.copyOf(identities);
        this.form = form;
    }

    /** Begins with a message, whose header section is as it will be sent. */
    public Signing begin(HeaderSection header, Instant now) {
        return new Signing(header, now);
    }

    /**
     * One message being signed: its body comes by, then the fields are to be had.
     *
     * <p>Thread: confined.
     */
    public final class Signing {
        private final HeaderSection header;
        private final Instant now;
        private final BodyHashes hashes = new BodyHashes(crypto);
        private final BodyHashes.BodyHash hash = hashes.want(form.body, BodyHashes.WHOLE);

        private Signing(HeaderSection header, Instant now) {
            this.header = header;
            this.now = now;
        }

        /** Takes the next octets of the body, in slices of any size. */
        public void write(byte[] octets, int from, int length) {
            hashes.write(octets, from, length);
        }

        /**
         * Ends the body and signs.
         *
         * @return the fields, folded, each with its line end, to be put above all others; fails where a signer does
         */
        public CompletionStage<List<String>> finish() {
            hashes.finish();
            List<String> names = form.names(header);
            List<CompletableFuture<String>> fields = identities.stream()
                    .map(identity -> sign(identity, names).toCompletableFuture())
                    .toList();
            return CompletableFuture.allOf(fields.toArray(CompletableFuture<?>[]::new))
                    .thenApply(_ -> fields.stream().map(CompletableFuture::join).toList());
        }

        private CompletionStage<String> sign(DkimIdentity identity, List<String> names) {
            FoldedField field = new FoldedField("DKIM-Signature")
                    .tag("v", "1")
                    .tag("a", identity.signer().algorithm().text())
                    .tag("c", form.header.text() + "/" + form.body.text())
                    .tag("d", identity.domain().ascii())
                    .tag("s", identity.selector())
                    .tag("t", Long.toString(now.getEpochSecond()));
            form.lifetime.ifPresent(
                    life -> field.tag("x", Long.toString(now.plus(life).getEpochSecond())));
            field.list("h", names).base64("bh", Base64.getEncoder().encodeToString(hash.value()));
            return sealed(field, form.header, names, header, identity.signer());
        }
    }

    /**
     * Signs a field of tags over other fields and itself.
     *
     * @param field whole but for {@code b=}
     * @param names what {@code h=} of it says
     * @return the field with its line end
     */
    public static CompletionStage<String> sealed(
            FoldedField field, Canonicalization form, List<String> names, HeaderSection header, Signer signer) {
        SignedHeader signed = new SignedHeader(form);
        signed.addNamed(header, names, null);
        return sealed(field, signed, signer);
    }

    /**
     * Signs a field of tags over what has been added to {@code signed}, and itself.
     *
     * @param field whole but for {@code b=}
     * @return the field with its line end
     */
    public static CompletionStage<String> sealed(FoldedField field, SignedHeader signed, Signer signer) {
        field.tag("b", "");
        byte[] unsigned = (field.text() + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] octets = signed.close(
                HeaderSection.of(unsigned, unsigned.length).fields().getFirst());
        return signer.sign(octets)
                .thenApply(signature -> field.more(Base64.getEncoder().encodeToString(signature))
                                .text()
                        + "\r\n");
    }
}
