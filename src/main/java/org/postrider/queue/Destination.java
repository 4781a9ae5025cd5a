package org.postrider.queue;

import org.jspecify.annotations.Nullable;
import org.postrider.mail.MailHost;

/** A host with the route that a person set, if any, and what is known of where its mail goes. Shared by its recipients. */
final class Destination {
    record Key(MailHost host, @Nullable String reroute) {}

    final MailHost host;
    final @Nullable String reroute;
    /** Recipients whose route is being asked for. */
    final Line waiting = new Line();

    /** How many recipients hold on to this object. */
    int recipients;

    /** Whether a question is under way. */
    boolean asked;

    @Nullable
    Site site;
    /** Until when {@link #site} is good enough for recipients that ask now. */
    long freshUntil = Long.MIN_VALUE;

    Destination(Key key) {
        host = key.host();
        reroute = key.reroute();
    }
}
