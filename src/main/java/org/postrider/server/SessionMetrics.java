package org.postrider.server;

import org.postrider.event.Metrics;
import org.postrider.mail.Reply;
import org.postrider.smtp.server.Peer;
import org.postrider.smtp.server.SessionObserver;

/** Counts what sessions do. Thread: any. */
final class SessionMetrics implements SessionObserver {
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
    public void received(Peer peer, Received received) {
        if (received.id() != null) {
            metrics.committed(received.commit());
        }
    }
}
