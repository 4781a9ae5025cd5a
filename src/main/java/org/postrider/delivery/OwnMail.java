package org.postrider.delivery;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.postrider.message.Trace;
import org.postrider.spool.Draft;

/**
 * Writes the mail that this server is the author of, notices and reports, into the spool: the one place where such mail gets
 * its trace, and its signatures where there is a key for its author.
 *
 * <p>Thread: any; a call blocks on the disk and on the signature.
 *
 * @param host our name
 */
public record OwnMail(String host, Signer signer) {
    private static final int BUFFER_OCTETS = 8_192;

    /** Signs what we write. */
    @FunctionalInterface
    public interface Signer {
        /** Signs nothing. */
        Signer NONE = _ -> new Signing() {
            @Override
            public void write(byte[] octets, int from, int length) {}

            @Override
            public String end() {
                return "";
            }
        };

        /** Begins a message. */
        Signing begin(Instant now);
    }

    /** One message being signed. */
    public interface Signing {
        void write(byte[] octets, int from, int length);

        /**
         * Ends the message.
         *
         * @return the fields that are to stand above it, each with its CRLF: none where nobody signs for its author
         * @throws IOException where it should have been signed and could not be
         */
        String end() throws IOException;
    }

    /** Writes a message, lines ended by CRLF. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * A message whose content is in its draft.
     *
     * @param above the fields that go before it
     * @param unsigned why there is no signature where one should be, else {@code null}
     */
    public record Written(String above, @Nullable IOException unsigned) {}

    /**
     * Writes a message into its draft.
     *
     * @throws IOException where it cannot be written
     */
    public Written write(Draft draft, Content content, Instant now) throws IOException {
        Signing signing = signer.begin(now);
        try (OutputStream out = new BufferedOutputStream(new SignedDraft(draft, signing), BUFFER_OCTETS)) {
            content.writeTo(out);
        }
        StringBuilder above = new StringBuilder();
        Trace.receivedLocally(above, host, draft.id(), now);
        try {
            return new Written(above.append(signing.end()).toString(), null);
        } catch (IOException e) {
            return new Written(above.toString(), e);
        }
    }

    private static final class SignedDraft extends OutputStream {
        private final Draft draft;
        private final Signing signing;

        SignedDraft(Draft draft, Signing signing) {
            this.draft = draft;
            this.signing = signing;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] octets, int offset, int length) throws IOException {
            signing.write(octets, offset, length);
            draft.write(octets, offset, length);
        }
    }
}
