package org.postrider.fuzz;

import java.io.IOException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.postrider.testing.TestCertificate;
import org.postrider.tls.TlsChannel;
import org.postrider.tls.Transport;

/** What comes where a TLS handshake is to come. */
public final class TlsRecordFuzz {
    private static final SSLContext CONTEXT =
            TestCertificate.selfSigned("mx.example.net").serverContext();

    private TlsRecordFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        SSLEngine engine = CONTEXT.createSSLEngine();
        engine.setUseClientMode(false);
        TlsChannel channel = new TlsChannel(engine, new Transport() {
            private int at;

            @Override
            public int read(byte[] into, int offset, int length) {
                int count = Math.min(length, input.length - at);
                System.arraycopy(input, at, into, offset, count);
                at += count;
                return count == 0 ? -1 : count;
            }

            @Override
            public void write(byte[] octets, int offset, int length) {}
        });
        try {
            channel.handshake();
            throw new AssertionError("a handshake with nobody");
        } catch (IOException _) {
            return;
        }
    }
}
