package org.postrider.queue;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.QueueId;

/** What people can ask and tell the queue. Thread: engine only; callers from elsewhere post to the engine's inbox. */
public interface QueueControl {
    QueueSummary summary();

    /**
     * Lists queued recipients by ascending id and recipient.
     *
     * @param after the id to continue behind, {@code null} to begin
     * @param limit messages at most
     */
    List<QueuedRecipient> list(Selection selection, @Nullable QueueId after, int limit);

    /** Each of these says how many recipients it took hold of; what becomes of them is journalled with who and why. */
    int hold(Selection selection, String by, String why);

    int release(Selection selection, String by, String why);

    /** Makes waiting recipients due now; a recipient that is being attempted is left alone. */
    int retry(Selection selection, String by, String why);

    int remove(Selection selection, String by, String why);

    /**
     * Sets or, with {@code null}, lifts a route of these recipients alone, and makes them due.
     *
     * @param route in the configuration's form, such as {@code smtp:192.0.2.1:25}
     */
    int reroute(Selection selection, @Nullable String route, String by, String why);
}
