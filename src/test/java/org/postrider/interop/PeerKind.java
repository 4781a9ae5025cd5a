package org.postrider.interop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** The servers that we meet. */
enum PeerKind {
    POSTFIX,
    OPENSMTPD,
    EXIM;

    Peer start(Path directory, InetSocketAddress relayTo) throws IOException, InterruptedException {
        return switch (this) {
            case POSTFIX -> new PostfixPeer(directory, relayTo);
            case OPENSMTPD -> new OpenSmtpdPeer(directory, relayTo);
            case EXIM -> new EximPeer(directory, relayTo);
        };
    }
}
