package org.postrider.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.account.UserRegister;
import org.postrider.domain.DomainRegister;
import org.postrider.feedback.ReceivedReports;
import org.postrider.mail.QueueId;
import org.postrider.queue.QueueSummary;
import org.postrider.queue.QueuedRecipient;
import org.postrider.queue.Selection;
import org.postrider.spool.StoredMessage;

/** What the HTTP side asks of the running server. Thread: any; calls may block. */
public interface Control {
    Health health();

    QueueSummary summary();

    /**
     * Lists queued recipients by ascending id and recipient.
     *
     * @param after the id to continue behind, {@code null} to begin
     * @param limit messages at most
     */
    List<QueuedRecipient> list(Selection selection, @Nullable QueueId after, int limit);

    /** Does something with queued recipients, in somebody's name, and says how many it took hold of. */
    int act(Action action, Selection selection, String by, String why);

    /** What the spool knows of a message that is not settled. */
    Optional<StoredMessage> find(QueueId id) throws IOException;

    /** The content of a message that is not settled. */
    InputStream content(QueueId id) throws IOException;

    /** Reads the configuration again and takes it over if it is valid. */
    Reloaded reload();

    /** The accounts, to be managed; empty where the server keeps none. */
    Optional<UserRegister> users();

    /** The reports that others sent; empty where the server keeps none. */
    default Optional<ReceivedReports> reports() {
        return Optional.empty();
    }

    /** The domains and their keys, to be managed; empty where the server keeps none. */
    default Optional<DomainRegister> domains() {
        return Optional.empty();
    }

    /** The certificates that are shown to clients, the one for unknown names first. */
    List<CertificateLine> certificates();

    /** What can be done with queued recipients. */
    sealed interface Action {
        record Hold() implements Action {}

        record Release() implements Action {}

        record Retry() implements Action {}

        record Remove() implements Action {}

        /**
         * @param route valid, {@code null} lifts an earlier one
         */
        record Reroute(@Nullable String route) implements Action {}
    }

    /**
     * What came of reading the configuration again.
     *
     * @param done whether the new one is in force
     * @param remarks errors or warnings
     */
    record Reloaded(boolean done, List<String> remarks) {
        public Reloaded {
            remarks = List.copyOf(remarks);
        }
    }
}
