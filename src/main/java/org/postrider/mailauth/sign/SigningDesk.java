package org.postrider.mailauth.sign;

import java.util.Optional;
import org.postrider.mail.Domain;
import org.postrider.mailauth.dkim.DkimSigner;

/** Who signs the mail that we send. */
public interface SigningDesk {
    /** Signs for nobody. */
    SigningDesk NONE = new SigningDesk() {
        @Override
        public Optional<DkimSigner> signer(Domain author) {
            return Optional.empty();
        }

        @Override
        public boolean signs() {
            return false;
        }
    };

    /** The signer for mail whose author is at {@code author}; empty where there is no key for it. */
    Optional<DkimSigner> signer(Domain author);

    /** Whether anybody's mail is signed at all; where nobody's is, content need not be looked at. */
    default boolean signs() {
        return true;
    }

    /** Whether content is to be made of 7-bit lines before it is signed, where it can be (RFC 6376 §5.3). */
    default boolean convertsEightBit() {
        return false;
    }
}
