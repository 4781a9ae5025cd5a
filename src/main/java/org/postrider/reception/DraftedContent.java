package org.postrider.reception;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postrider.mailauth.arc.ArcResult;
import org.postrider.mailauth.sign.SignedContent;
import org.postrider.message.SevenBitConversion;
import org.postrider.spool.Draft;

/**
 * The content of one message as it goes into its draft: hashed on the way for our signature, or for a seal.
 *
 * <p>Content with octets above 127 that we sign is made 7-bit first, so that no host on the way has to and breaks the
 * signature (RFC 6376 §5.3). Since that takes a look through all of it, it goes into the draft as it comes, and is written
 * anew at its end; mail of 7-bit lines that is signed is only looked through.
 *
 * <p>Thread: confined to the session.
 */
final class DraftedContent implements AutoCloseable {
    private static final int SLICE_OCTETS = 16 << 10;

    private final @Nullable SealedContent sealed;
    private final Supplier<SignedContent> signing;
    private @Nullable SignedContent signed;
    private Draft draft;

    /**
     * @param signing begins with content that is signed
     */
    DraftedContent(Draft draft, boolean signs, Supplier<SignedContent> signing, @Nullable SealedContent sealed) {
        this.draft = draft;
        this.signing = signing;
        this.signed = signs ? signing.get() : null;
        this.sealed = sealed;
    }

    /** The draft that now has the content. */
    Draft draft() {
        return draft;
    }

    void write(byte[] octets, int from, int length) throws IOException {
        if (signed != null) {
            signed.write(octets, from, length);
        }
        if (sealed != null) {
            sealed.write(octets, from, length);
        }
        draft.write(octets, from, length);
    }

    /**
     * Makes the content 7-bit, all of which is there, where it is signed and can be converted.
     *
     * @param binary whether it was declared to be BINARYMIME
     * @return whether it is another now
     */
    boolean makeSevenBit(boolean binary) throws IOException {
        if (signed == null || !signed.signsEightBit()) {
            return false;
        }
        try (InputStream content = draft.content()) {
            return switch (SevenBitConversion.plan(content, binary)) {
                case SevenBitConversion.Possible(SevenBitConversion conversion) -> {
                    rewrite(conversion);
                    yield true;
                }
                case SevenBitConversion.Impossible _ -> false;
            };
        }
    }

    private void rewrite(SevenBitConversion conversion) throws IOException {
        SignedContent again = signing.get();
        try (Draft eightBit = draft) {
            draft = eightBit.anew();
            try (InputStream content = conversion.convert(eightBit.content())) {
                byte[] slice = new byte[SLICE_OCTETS];
                for (int read = content.read(slice); read >= 0; read = content.read(slice)) {
                    again.write(slice, 0, read);
                    draft.write(slice, 0, read);
                }
            }
        }
        signed = again;
    }

    /** The fields of our signatures, each with its CRLF; none where nobody signs for the author. */
    String signatures() throws SignedContent.SigningFailure {
        return signed == null ? "" : signed.end();
    }

    /** The fields of the seal; none where the message is not sealed. */
    String seal(ArcResult chain, String results, Instant now) throws SignedContent.SigningFailure {
        return sealed == null ? "" : sealed.end(chain, results, now);
    }

    @Override
    public void close() {
        draft.close();
    }
}
