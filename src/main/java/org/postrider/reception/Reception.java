package org.postrider.reception;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postrider.event.Events;
import org.postrider.filter.ClientFacts;
import org.postrider.filter.FilterSession;
import org.postrider.filter.FilteredMessage;
import org.postrider.mail.Domain;
import org.postrider.mail.Envelope;
import org.postrider.mail.MailHostPool;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Recipient;
import org.postrider.mail.Reply;
import org.postrider.mail.ReversePath;
import org.postrider.queue.Accepted;
import org.postrider.queue.Time;
import org.postrider.sasl.Login;
import org.postrider.sasl.Refusal;
import org.postrider.smtp.server.Greeted;
import org.postrider.smtp.server.Peer;
import org.postrider.smtp.server.Receptionist;
import org.postrider.spool.Draft;
import org.postrider.spool.Spool;
import org.postrider.tls.TlsFacts;

/**
 * Takes in mail for one listener: judges sender and recipients by {@link RelayRules}, and gives each message's content an
 * {@link Intake} that ends with the spool's commit.
 *
 * <p>Thread: any; a visit is confined to its session.
 */
public final class Reception implements Receptionist {
    private static final Reply NO_ROOM = Reply.of(452, "4.3.1", "Insufficient system storage");
    private static final Reply TOO_MANY_FOR_NULL_SENDER =
            Reply.of(550, "5.7.1", "A bounce has one recipient; too many recipients for a null reverse-path");
    private static final Reply VERIFY =
            Reply.of(252, "2.0.0", "Cannot verify the user, but will take mail and try to deliver it");

    private static final Reply AUTHENTICATED = Reply.of(235, "2.7.0", "Authentication successful");
    private static final Reply BAD_CREDENTIALS = Reply.of(535, "5.7.8", "Authentication credentials invalid");
    private static final Reply DISABLED = Reply.of(535, "5.7.13", "User account is disabled");
    private static final Reply MALFORMED = Reply.of(501, "5.5.2", "Authentication message is malformed");
    private static final Reply CANCELLED = Reply.of(501, "5.7.0", "Authentication cancelled");
    private static final Reply TEMPORARY = Reply.of(454, "4.7.0", "Temporary authentication failure");

    private final Supplier<ReceptionSettings> settings;
    private final Doors doors;
    private final Storage storage;
    private final Supplier<Optional<FilterSession>> filters;

    /**
     * What reception works with.
     *
     * @param hosts shared by all who hand messages to the queue
     * @param queue takes each durable message on; called from the session's thread
     */
    public record Doors(
            Time time,
            Spool spool,
            ReverseNames reverseNames,
            MailHostPool hosts,
            Consumer<Accepted> queue,
            Events events) {}

    /**
     * @param settings asked once for each session, so that a reload serves the next one
     */
    public Reception(Supplier<ReceptionSettings> settings, Doors doors) {
        this(settings, doors, Optional::empty);
    }

    /**
     * @param filters asked once for each session; empty where there are none
     */
    public Reception(Supplier<ReceptionSettings> settings, Doors doors, Supplier<Optional<FilterSession>> filters) {
        this.settings = settings;
        this.doors = doors;
        this.filters = filters;
        this.storage = new Storage(doors.spool, doors.time, Duration.ofMillis(250));
    }

    @Override
    public Visit visit(Peer peer) {
        return new SessionVisit(peer, settings.get(), filters.get().orElse(null));
    }

    private final class SessionVisit implements Visit {
        private final Peer peer;
        private final ReceptionSettings rules;
        private final RelayRules relay;
        private final @Nullable FilterSession filtering;
        private String greeting = "";
        private @Nullable TlsFacts tls;
        private @Nullable Login login;
        private int nullSenderRecipients;
        private boolean nameAsked;
        private Optional<Domain> reverseName = Optional.empty();

        SessionVisit(Peer peer, ReceptionSettings rules, @Nullable FilterSession filtering) {
            this.peer = peer;
            this.rules = rules;
            this.filtering = filtering;
            this.relay = new RelayRules(rules, peer.remote().getAddress());
        }

        @Override
        public @Nullable Reply connected() {
            return relay.connected();
        }

        @Override
        public void secured(TlsFacts facts, Optional<byte[]> channelBinding) {
            tls = facts;
            login = null;
            relay.authenticated(false);
        }

        @Override
        public List<String> mechanisms() {
            return List.of();
        }

        @Override
        public Authentication authenticate(String mechanism) {
            return new Authentication.Refused(TEMPORARY);
        }

        @Override
        public Reply authenticated(Login accepted) {
            login = accepted;
            relay.authenticated(true);
            return AUTHENTICATED;
        }

        @Override
        public Reply notAuthenticated(Refusal refusal, String user) {
            return switch (refusal) {
                case BAD_CREDENTIALS -> BAD_CREDENTIALS;
                case DISABLED -> DISABLED;
                case MALFORMED -> MALFORMED;
                case CANCELLED -> CANCELLED;
                case UNAVAILABLE -> TEMPORARY;
            };
        }

        @Override
        public @Nullable Reply greeted(Greeted greeted) {
            greeting = greeted.name();
            return null;
        }

        @Override
        public @Nullable Reply sender(ReversePath reversePath, MailParameters parameters, long declaredOctets) {
            nullSenderRecipients = 0;
            Reply refused = relay.sender();
            if (refused == null && !storage.hasRoom(declaredOctets)) {
                refused = NO_ROOM;
            }
            return refused != null || filtering == null
                    ? refused
                    : filtering.sender(clientFacts(), reversePath, parameters, declaredOctets);
        }

        private ClientFacts clientFacts() {
            TlsFacts secured = tls;
            Login user = login;
            return new ClientFacts(
                    peer.remote(),
                    peer.local(),
                    rules.host(),
                    rules.role().name().toLowerCase(Locale.ROOT),
                    reverseName(),
                    greeting,
                    secured == null ? null : new ClientFacts.Tls(secured.version(), secured.cipher()),
                    user == null ? null : new ClientFacts.User(user.user(), user.mechanism()));
        }

        @Override
        public @Nullable Reply recipient(ReversePath reversePath, Recipient recipient) {
            Reply refused = relay.recipient(recipient.mailbox());
            if (refused == null
                    && reversePath.isNull()
                    && !relay.trusted()
                    && ++nullSenderRecipients > rules.nullSenderRecipientsMax()) {
                refused = TOO_MANY_FOR_NULL_SENDER;
            }
            return refused != null || filtering == null ? refused : filtering.recipient(recipient);
        }

        @Override
        public Reply verify(String argument) {
            return VERIFY;
        }

        @Override
        public Opened content(Greeted greeted, Envelope envelope, long declaredOctets) {
            if (!storage.hasRoom(declaredOctets)) {
                return new Opened.Refused(NO_ROOM);
            }
            Provenance provenance = new Provenance(peer.remote().getAddress(), reverseName(), greeted, tls, login);
            Draft draft = doors.spool.draft(declaredOctets, rules.durability());
            Optional<FilteredMessage> inspection = filtering == null ? Optional.empty() : filtering.inspect(envelope);
            return new Opened.Place(new Intake(doors, rules, draft, envelope, provenance, inspection.orElse(null)));
        }

        /** Asked with the first message: many sessions never get so far, and the look-up may take its time. */
        private Optional<Domain> reverseName() {
            if (!nameAsked) {
                nameAsked = true;
                reverseName = doors.reverseNames.confirmedName(peer.remote().getAddress());
            }
            return reverseName;
        }

        @Override
        public void left() {
            if (filtering != null) {
                filtering.close();
            }
        }
    }
}
