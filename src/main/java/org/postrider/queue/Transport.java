package org.postrider.queue;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.MailHost;

/** The way out. Both calls return at once; the answers come on the engine's thread. */
public interface Transport {
    /**
     * Asks where mail for {@code host} goes now: configured routes first, then MX.
     *
     * @param reroute the route that a person set for the recipient, in the configuration's form, else {@code null}
     */
    void route(MailHost host, @Nullable String reroute, Consumer<Routing> done);

    /** Makes one delivery attempt. {@code done} gets exactly one outcome, whatever happens, within the attempt's time-outs. */
    void attempt(Attempt attempt, Consumer<Outcome> done);
}
