package org.postrider.delivery;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.postrider.mailauth.sign.SignedContent;
import org.postrider.mailauth.sign.SignedContent.SigningFailure;
import org.postrider.mailauth.sign.SigningDesk;
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
public record OwnMail(String host, SigningDesk signing) {
    private static final int BUFFER_OCTETS = 8_192;

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
    public record Written(String above, @Nullable SigningFailure unsigned) {}

    /**
     * Writes a message into its draft.
     *
     * @throws IOException where it cannot be written
     */
    public Written write(Draft draft, Content content, Instant now) throws IOException {
        SignedContent signed = new SignedContent(signing, () -> "", now);
        try (OutputStream out = new BufferedOutputStream(new SignedDraft(draft, signed), BUFFER_OCTETS)) {
            content.writeTo(out);
        }
        StringBuilder above = new StringBuilder();
        Trace.receivedLocally(above, host, draft.id(), now);
        try {
            return new Written(above.append(signed.end()).toString(), null);
        } catch (SigningFailure e) {
            return new Written(above.toString(), e);
        }
    }

    private static final class SignedDraft extends OutputStream {
        private final Draft draft;
        private final SignedContent signed;

        SignedDraft(Draft draft, SignedContent signed) {
            this.draft = draft;
            this.signed = signed;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] octets, int offset, int length) throws IOException {
            signed.write(octets, offset, length);
            draft.write(octets, offset, length);
        }
    }
}
