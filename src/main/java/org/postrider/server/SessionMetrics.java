package org.postrider.server;

import org.postrider.event.Metrics;
import org.postrider.mail.Reply;
import org.postrider.smtp.server.Peer;
import org.postrider.smtp.server.SessionObserver;
import org.postrider.tls.TlsFacts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what sessions do. Thread: any. */
final class SessionMetrics implements SessionObserver {
    private static final Logger LOG = LoggerFactory.getLogger(SessionMetrics.class);

    private final Metrics metrics;

    SessionMetrics(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void opened(Peer peer) {
        metrics.sessionOpened();
    }

    @Override
    public void refused(String address, Reply reply) {
        metrics.sessionRefused();
    }

    @Override
    public void secured(Peer peer, TlsFacts facts) {
        metrics.sessionSecured(facts.version());
    }

    @Override
    public void notSecured(Peer peer, String why) {
        LOG.debug("TLS handshake with {} failed: {}", peer.remote(), why);
        metrics.handshakeFailed();
    }

    @Override
    public void received(Peer peer, Received received) {
        if (received.id() != null) {
            metrics.committed(received.commit());
        }
    }
}
