package org.postrider.reception;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postrider.account.Accounts;
import org.postrider.event.Events;
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
    private static final Reply SENDER_NOT_OWNED =
            Reply.of(553, "5.7.1", "Sender address not owned by the authenticated user");
    private static final Reply ACCOUNTS_UNREADABLE =
            Reply.of(451, "4.3.0", "The accounts cannot be read now; try again later");

    private final Supplier<ReceptionSettings> settings;
    private final Doors doors;
    private final Storage storage;

    /**
     * What reception works with.
     *
     * @param hosts shared by all who hand messages to the queue
     * @param queue takes each durable message on; called from the session's thread
     * @param accounts {@code null} where nobody can authenticate
     */
    public record Doors(
            Time time,
            Spool spool,
            ReverseNames reverseNames,
            MailHostPool hosts,
            Consumer<Accepted> queue,
            Events events,
            @Nullable Accounts accounts) {}

    /**
     * @param settings asked once for each session, so that a reload serves the next one
     */
    public Reception(Supplier<ReceptionSettings> settings, Doors doors) {
        this.settings = settings;
        this.doors = doors;
        this.storage = new Storage(doors.spool, doors.time, Duration.ofMillis(250));
    }

    @Override
    public Visit visit(Peer peer) {
        return new SessionVisit(peer, settings.get());
    }

    private final class SessionVisit implements Visit {
        private final Peer peer;
        private final ReceptionSettings rules;
        private final RelayRules relay;
        private final LoginDesk desk;
        private @Nullable TlsFacts tls;
        private @Nullable Login login;
        private @Nullable Toll toll;
        private int recipients;
        private int nullSenderRecipients;
        private boolean nameAsked;
        private Optional<Domain> reverseName = Optional.empty();

        SessionVisit(Peer peer, ReceptionSettings rules) {
            this.peer = peer;
            this.rules = rules;
            this.relay = new RelayRules(rules, peer.remote().getAddress());
            this.desk = new LoginDesk(doors.accounts, peer.remote().getAddress());
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
            desk.secured(channelBinding);
        }

        @Override
        public List<String> mechanisms() {
            return desk.mechanisms();
        }

        @Override
        public Authentication authenticate(String mechanism) {
            return desk.begin(mechanism);
        }

        @Override
        public Reply authenticated(Login accepted) {
            login = accepted;
            relay.authenticated(true);
            return desk.accepted(accepted);
        }

        @Override
        public Reply notAuthenticated(Refusal refusal, String user) {
            return desk.refused(refusal, user);
        }

        @Override
        public @Nullable Reply greeted(Greeted greeted) {
            return null;
        }

        @Override
        public @Nullable Reply sender(ReversePath reversePath, MailParameters parameters, long declaredOctets) {
            nullSenderRecipients = 0;
            Reply refused = relay.sender();
            refused = refused == null ? notOwned(reversePath) : refused;
            toll = new Toll(doors.accounts, login, peer.remote().getAddress());
            recipients = 0;
            refused = refused == null ? toll.ask(0, declaredOctets) : refused;
            return refused != null || storage.hasRoom(declaredOctets) ? refused : NO_ROOM;
        }

        /** RFC 6409 §6.1: who has authenticated sends as itself. */
        private @Nullable Reply notOwned(ReversePath reversePath) {
            if (login == null || doors.accounts == null) {
                return null;
            }
            return switch (doors.accounts.grants().maySendAs(login.user(), reversePath)) {
                case GRANTED -> null;
                case REFUSED -> SENDER_NOT_OWNED;
                case UNKNOWN -> ACCOUNTS_UNREADABLE;
            };
        }

        @Override
        public @Nullable Reply recipient(ReversePath reversePath, Recipient recipient) {
            Reply refused = relay.recipient(recipient.mailbox());
            refused = refused == null && toll != null ? toll.ask(recipients + 1L, 0) : refused;
            recipients += refused == null ? 1 : 0;
            if (refused != null || !reversePath.isNull() || relay.trusted()) {
                return refused;
            }
            return ++nullSenderRecipients > rules.nullSenderRecipientsMax() ? TOO_MANY_FOR_NULL_SENDER : null;
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
            return new Opened.Place(new Intake(doors, rules, draft, envelope, provenance, toll));
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
        public void left() {}
    }
}
