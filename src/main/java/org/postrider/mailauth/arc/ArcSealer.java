package org.postrider.mailauth.arc;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.HeaderSection;
import org.postrider.mailauth.dkim.BodyHashes;
import org.postrider.mailauth.dkim.Canonicalization;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimIdentity;
import org.postrider.mailauth.dkim.DkimSigner;
import org.postrider.mailauth.dkim.FoldedField;
import org.postrider.mailauth.dkim.SignedHeader;

/**
 * Adds a set to the chain of a message (RFC 8617 §5.1), after all else has been done to it.
 *
 * <p>Thread: any; a {@link Sealing} is confined.
 */
public final class ArcSealer {
    private static final String LINE_END = "\r\n";

    private final CryptoProviders crypto;
    private final DkimIdentity identity;
    private final DkimSigner.Form form;

    /** What is signed by default: what DKIM signs, and the signatures of DKIM that are there (RFC 8617 §4.1.2). */
    public static DkimSigner.Form defaultForm() {
        DkimSigner.Form dkim = DkimSigner.Form.DEFAULT;
        List<String> covered = new ArrayList<>(dkim.covered());
        covered.add("dkim-signature");
        return new DkimSigner.Form(dkim.header(), dkim.body(), dkim.guarded(), covered, Optional.empty());
    }

    /**
     * @param form must name no field of ARC, nor Authentication-Results, which others take away (RFC 8617 §4.1.2); its
     *     lifetime is not looked at
     */
    public ArcSealer(CryptoProviders crypto, DkimIdentity identity, DkimSigner.Form form) {
        List<String> names = new ArrayList<>(form.guarded());
        names.addAll(form.covered());
        if (names.stream().anyMatch(name -> name.startsWith("arc-") || name.equals("authentication-results"))) {
            throw new IllegalArgumentException("not to be signed by ARC: " + names);
        }
        this.crypto = crypto;
        this.identity = identity;
        this.form = form;
    }

    /** Begins with a message, whose header section is as it will be sent; its chain need not be validated yet. */
    public Sealing begin(HeaderSection header) {
        return new Sealing(header);
    }

    /**
     * What the Authentication-Results fields of one host say, put together as ARC wants it (RFC 8617 §4.1.1).
     *
     * @param server the name of the host, the authserv-id of RFC 8601 §2.5
     */
    public static String results(HeaderSection header, String server) {
        StringBuilder all = new StringBuilder(server);
        for (HeaderSection.Field field : header.named("authentication-results")) {
            String text = field.text();
            int semicolon = text.indexOf(';');
            if (semicolon >= 0 && text.substring(0, semicolon).strip().equalsIgnoreCase(server)) {
                all.append("; ").append(text.substring(semicolon + 1).strip());
            }
        }
        return all.toString();
    }

    /**
     * One message being sealed: its body comes by, then the fields are to be had.
     *
     * <p>Thread: confined.
     */
    public final class Sealing {
        private final HeaderSection header;
        private final BodyHashes hashes = new BodyHashes(crypto);
        private final BodyHashes.BodyHash hash = hashes.want(form.body(), BodyHashes.WHOLE);

        private Sealing(HeaderSection header) {
            this.header = header;
        }

        /** Takes the next octets of the body, in slices of any size. */
        public void write(byte[] octets, int from, int length) {
            hashes.write(octets, from, length);
        }

        /**
         * Ends the body and signs.
         *
         * @param chain what the validation of this message came to
         * @param results what was found at its arrival, as an Authentication-Results field has it behind its colon: the name
         *     of who looked, and the results, separated by semicolons, without a line end, one char an octet
         * @return seal, message signature and results, each a folded field with its line end, to be put above all others in
         *     this order; none where the chain has ended or has all the sets that one may have, and where the header section
         *     no longer has the chain that passed; fails where the signer does
         */
        public CompletionStage<List<String>> finish(ArcResult chain, String results, Instant now) {
            hashes.finish();
            List<ArcSet> passed = List.of();
            if (chain.result() == AuthResult.PASS) {
                passed = ArcChain.of(header) instanceof ArcChain.Whole(List<ArcSet> sets) ? sets : List.of();
                if (passed.size() != chain.sets()) {
                    return CompletableFuture.completedFuture(List.of());
                }
            }
            return chain.ended() || chain.sets() >= ArcChain.SETS_MAX
                    ? CompletableFuture.completedFuture(List.of())
                    : new NextSet(chain, passed, results, now).fields();
        }

        /** The set that is added. */
        private final class NextSet {
            private final ArcResult chain;
            private final List<ArcSet> passed;
            private final Instant now;
            private final int instance;
            private final String results;

            NextSet(ArcResult chain, List<ArcSet> passed, String results, Instant now) {
                this.chain = chain;
                this.passed = passed;
                this.now = now;
                this.instance = chain.sets() + 1;
                this.results = "ARC-Authentication-Results: i=" + instance + "; " + results + LINE_END;
            }

            CompletionStage<List<String>> fields() {
                return message()
                        .thenCompose(message -> seal(message).thenApply(seal -> List.of(seal, message, results)));
            }

            private CompletionStage<String> message() {
                List<String> names = form.names(header);
                FoldedField field = begun("ARC-Message-Signature")
                        .tag("c", form.header().text() + "/" + form.body().text());
                identified(field)
                        .list("h", names)
                        .base64("bh", Base64.getEncoder().encodeToString(hash.value()));
                return DkimSigner.sealed(field, form.header(), names, header, identity.signer());
            }

            private CompletionStage<String> seal(String message) {
                SignedHeader signed = new SignedHeader(Canonicalization.RELAXED);
                // RFC 8617 §5.1.2: the seal of a chain that has failed covers its own set alone.
                for (ArcSet set : passed) {
                    signed.add(set.results());
                    signed.add(set.message());
                    signed.add(set.seal());
                }
                signed.add(field(results));
                signed.add(field(message));
                FoldedField seal = begun("ARC-Seal").tag("cv", chain.result().text());
                return DkimSigner.sealed(identified(seal), signed, identity.signer());
            }

            private FoldedField begun(String name) {
                return new FoldedField(name)
                        .tag("i", Integer.toString(instance))
                        .tag("a", identity.signer().algorithm().text());
            }

            private FoldedField identified(FoldedField field) {
                return field.tag("d", identity.domain().ascii())
                        .tag("s", identity.selector())
                        .tag("t", Long.toString(now.getEpochSecond()));
            }

            private static HeaderSection.Field field(String text) {
                byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
                return HeaderSection.of(octets, octets.length).fields().getFirst();
            }
        }
    }
}
