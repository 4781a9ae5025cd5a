package org.postrider.server;

import java.io.IOException;
import java.time.Instant;
import org.postrider.delivery.OwnMail;
import org.postrider.reception.SignedContent;
import org.postrider.reception.SigningDesk;

/**
 * Signs our own mail as that of our users is signed: with the keys of its author's domain.
 *
 * <p>Thread: any.
 */
record OwnMailSigning(SigningDesk desk) implements OwnMail.Signer {
    @Override
    public OwnMail.Signing begin(Instant now) {
        SignedContent content = new SignedContent(desk, () -> "", now);
        return new OwnMail.Signing() {
            @Override
            public void write(byte[] octets, int from, int length) {
                content.write(octets, from, length);
            }

            @Override
            public String end() throws IOException {
                try {
                    return content.end();
                } catch (SignedContent.SigningFailure e) {
                    throw new IOException(String.valueOf(e.getMessage()), e);
                }
            }
        };
    }
}
