package org.postrider.mailauth.sign;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postrider.mailauth.HeaderCollector;
import org.postrider.mailauth.HeaderSection;
import org.postrider.mailauth.dkim.DkimSigner;
import org.postrider.mailauth.dmarc.AuthorDomains;

/**
 * Signs one message as its content goes into the spool.
 *
 * <p>Thread: confined.
 */
public final class SignedContent {
    private static final long SIGNING_SECONDS_MAX = 30;

    private final SigningDesk desk;
    private final Supplier<String> before;
    private final Instant now;
    private final HeaderCollector header = new HeaderCollector();
    private boolean begun;
    private boolean eightBit;
    private DkimSigner.@Nullable Signing signing;

    /**
     * @param before the fields that we put before the content; asked when its header section is whole
     */
    public SignedContent(SigningDesk desk, Supplier<String> before, Instant now) {
        this.desk = desk;
        this.before = before;
        this.now = now;
    }

    public void write(byte[] octets, int from, int length) {
        int taken = begun ? 0 : header.write(octets, from, length);
        if (header.ended()) {
            begin();
        }
        if (signing != null && taken < length) {
            eightBit = eightBit || hasEightBit(octets, from + taken, length - taken);
            signing.write(octets, from + taken, length - taken);
        }
    }

    private static boolean hasEightBit(byte[] octets, int from, int length) {
        int seen = 0;
        for (int i = from; i < from + length; i++) {
            seen |= octets[i];
        }
        return seen < 0;
    }

    /** Whether the message, all of which has passed, is one that we sign and has octets above 127. */
    public boolean signsEightBit() {
        header.end();
        begin();
        return eightBit && signing != null;
    }

    private void begin() {
        if (begun) {
            return;
        }
        begun = true;
        HeaderSection content = header.section();
        byte[] ours = before.get().getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[ours.length + header.length()];
        System.arraycopy(ours, 0, all, 0, ours.length);
        System.arraycopy(header.octets(), 0, all, ours.length, header.length());
        HeaderSection whole = HeaderSection.of(all, all.length);
        List<String> from =
                whole.named("from").stream().map(HeaderSection.Field::utf8).toList();
        if (AuthorDomains.of(from) instanceof AuthorDomains.One(var author)) {
            desk.signer(author).ifPresent(signer -> begin(signer.begin(whole, now), content));
        }
    }

    private void begin(DkimSigner.Signing made, HeaderSection content) {
        int body = HeaderCollector.bodyFrom(content, header.octets(), header.length());
        made.write(header.octets(), body, header.length() - body);
        eightBit = hasEightBit(header.octets(), 0, header.length());
        signing = made;
    }

    /**
     * Ends the message.
     *
     * @return the fields that are to stand above it, each with its CRLF: none where nobody signs for its author
     * @throws SigningFailure where it should have been signed and could not be
     */
    public String end() throws SigningFailure {
        header.end();
        begin();
        if (signing == null) {
            return "";
        }
        return await(signing.finish());
    }

    /** The fields, one behind the other. Waits for who makes them. */
    public static String await(CompletionStage<List<String>> fields) throws SigningFailure {
        try {
            return String.join("", fields.toCompletableFuture().get(SIGNING_SECONDS_MAX, TimeUnit.SECONDS));
        } catch (ExecutionException | CompletionException | TimeoutException e) {
            throw new SigningFailure(Optional.ofNullable(e.getCause()).orElse(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SigningFailure(e);
        }
    }

    /** The signature could not be made now. */
    public static final class SigningFailure extends Exception {
        private static final long serialVersionUID = 1L;

        SigningFailure(Throwable cause) {
            super("a message could not be signed", cause);
        }
    }
}
