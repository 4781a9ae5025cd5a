package org.postrider.reception;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postrider.account.Accounts;
import org.postrider.event.Event;
import org.postrider.event.Events;
import org.postrider.filter.ClientFacts;
import org.postrider.filter.FilterSession;
import org.postrider.filter.FilteredMessage;
import org.postrider.mail.Envelope;
import org.postrider.mail.Finding;
import org.postrider.mail.MailHostPool;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Mailbox;
import org.postrider.mail.Recipient;
import org.postrider.mail.Reply;
import org.postrider.mail.ReversePath;
import org.postrider.mailauth.sign.SigningDesk;
import org.postrider.policy.Decision;
import org.postrider.policy.Inspection;
import org.postrider.policy.NameConfirmation;
import org.postrider.policy.Policy;
import org.postrider.queue.Accepted;
import org.postrider.queue.Time;
import org.postrider.sasl.Login;
import org.postrider.sasl.Refusal;
import org.postrider.smtp.server.EarlyTalk;
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
    private static final Reply NO_SUCH_RETURN = Reply.of(550, "5.1.1", "No such rewritten sender");
    private static final Reply OUTDATED_RETURN = Reply.of(550, "5.7.1", "The rewritten sender is too old");
    private static final Reply ACCOUNTS_UNREADABLE =
            Reply.of(451, "4.3.0", "The accounts cannot be read now; try again later");

    private final Supplier<ReceptionSettings> settings;
    private final Doors doors;
    private final Storage storage;
    private final Supplier<Optional<FilterSession>> filters;

    /** Takes durable messages on. */
    @FunctionalInterface
    public interface Newcomers {
        void accept(Accepted accepted, Envelope envelope);
    }

    /**
     * What reception works with.
     *
     * @param hosts shared by all who hand messages to the queue
     * @param queue takes each durable message on; called from the session's thread
     * @param accounts {@code null} where nobody can authenticate
     * @param authenticity {@code null} where no message is verified
     * @param signing {@code null} where no message is signed
     * @param forwarding asked for each recipient and each message, so that a reload serves the next one
     */
    public record Doors(
            Time time,
            Spool spool,
            ReverseNames reverseNames,
            Policy policy,
            MailHostPool hosts,
            Newcomers queue,
            Events events,
            @Nullable Accounts accounts,
            @Nullable AuthenticityDesk authenticity,
            @Nullable SigningDesk signing,
            Supplier<Forwarding> forwarding) {
        /** Where nothing is forwarded. */
        public Doors(
                Time time,
                Spool spool,
                ReverseNames reverseNames,
                Policy policy,
                MailHostPool hosts,
                Newcomers queue,
                Events events,
                @Nullable Accounts accounts,
                @Nullable AuthenticityDesk authenticity,
                @Nullable SigningDesk signing) {
            this(
                    time,
                    spool,
                    reverseNames,
                    policy,
                    hosts,
                    queue,
                    events,
                    accounts,
                    authenticity,
                    signing,
                    () -> Forwarding.NONE);
        }
    }

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
        private final Inspection inspection;
        private @Nullable Greeted greeted;
        private final LoginDesk desk;
        private final SenderQuota quota;
        private final @Nullable FilterSession filtering;
        private @Nullable TlsFacts tls;
        private @Nullable Login login;
        private int nullSenderRecipients;
        private boolean nameAsked;
        private NameConfirmation.Result reverseName = new NameConfirmation.Result.Private();

        SessionVisit(Peer peer, ReceptionSettings rules, @Nullable FilterSession filtering) {
            this.peer = peer;
            this.rules = rules;
            this.filtering = filtering;
            this.relay = new RelayRules(rules, peer.remote().getAddress());
            boolean friend = rules.role() != ListenerRole.MX || relay.trusted();
            this.inspection = doors.policy.inspect(peer.remote().getAddress(), friend, rules.earlyTalk());
            this.desk = new LoginDesk(doors.accounts, peer.remote().getAddress());
            this.quota = new SenderQuota(doors.accounts, peer.remote().getAddress());
        }

        @Override
        public @Nullable Reply connected() {
            return answer(relay.connected(), inspection::connected, null, null);
        }

        @Override
        public @Nullable Reply spokeEarly(EarlyTalk when) {
            return answer(null, () -> inspection.spokeEarly(when), null, null);
        }

        @Override
        public @Nullable Reply greeted(Greeted how) {
            greeted = how;
            return answer(null, () -> inspection.greeted(how.name()), null, null);
        }

        /** What our own rules refuse, policy is not asked about. Every refusal is told, and may take its time. */
        private @Nullable Reply answer(
                @Nullable Reply own,
                Supplier<Decision> policy,
                @Nullable ReversePath reversePath,
                @Nullable Recipient recipient) {
            if (own != null) {
                return refuse(own, List.of(), reversePath, recipient);
            }
            return switch (policy.get()) {
                case Decision.Pass _ -> null;
                case Decision.Refuse(Reply reply) -> refuse(reply, inspection.findings(), reversePath, recipient);
            };
        }

        private Reply refuse(
                Reply reply, List<Finding> findings, @Nullable ReversePath reversePath, @Nullable Recipient recipient) {
            doors.events.publish(new Event.Rejected(
                    doors.time.now(),
                    peer.remote().getAddress().getHostAddress(),
                    greeted == null ? null : greeted.name(),
                    reversePath == null ? null : reversePath.text(),
                    recipient == null ? null : recipient.mailbox().text(),
                    reply,
                    findings));
            inspection.refused();
            return reply;
        }

        @Override
        public void secured(TlsFacts facts, Optional<byte[]> channelBinding) {
            tls = facts;
            login = null;
            greeted = null;
            boolean certified = rules.clientAuthorities()
                    .client(facts.peerChain(), doors.time().now())
                    .isTrusted();
            relay.secured(certified);
            inspection.authenticated(certified);
            desk.secured(channelBinding, certified ? facts.peerChain() : List.of());
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
            Reply answer = desk.accepted(accepted);
            inspection.authenticated(answer.isPositive());
            return answer;
        }

        @Override
        public Reply notAuthenticated(Refusal refusal, String user) {
            return desk.refused(refusal, user);
        }

        @Override
        public @Nullable Reply sender(ReversePath reversePath, MailParameters parameters, long declaredOctets) {
            nullSenderRecipients = 0;
            Reply beyond = quota.begin(login, declaredOctets);
            Reply refused = relay.sender();
            refused = refused == null ? notOwned(reversePath) : refused;
            refused = refused == null ? beyond : refused;
            Reply own = refused != null || storage.hasRoom(declaredOctets) ? refused : NO_ROOM;
            Reply refusal = answer(own, () -> inspection.sender(reversePath), reversePath, null);
            // Filters tell of their refusals themselves.
            return refusal != null || filtering == null
                    ? refusal
                    : filtering.sender(clientFacts(), reversePath, parameters, declaredOctets);
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

        private ClientFacts clientFacts() {
            TlsFacts secured = tls;
            Login user = login;
            return new ClientFacts(
                    peer.remote(),
                    peer.local(),
                    rules.host(),
                    rules.role().name().toLowerCase(Locale.ROOT),
                    reverseName().believed(),
                    greeted == null ? "" : greeted.name(),
                    secured == null ? null : new ClientFacts.Tls(secured.version(), secured.cipher()),
                    user == null ? null : new ClientFacts.User(user.user(), user.mechanism()));
        }

        @Override
        public @Nullable Reply recipient(ReversePath reversePath, Recipient recipient) {
            Forwarding.Meaning meaning = doors.forwarding.get().meaning(recipient.mailbox(), doors.time.now());
            Reply refusal = answer(
                    ownAnswer(reversePath, recipient, meaning),
                    () -> inspection.recipient(judged(recipient.mailbox(), meaning)),
                    reversePath,
                    recipient);
            if (refusal == null && filtering != null) {
                refusal = filtering.recipient(recipient);
            }
            if (refusal == null) {
                quota.countRecipient();
            }
            return refusal;
        }

        /** Whether somebody exists is asked of whom the mail will go to. */
        private static Mailbox judged(Mailbox recipient, Forwarding.Meaning meaning) {
            return switch (meaning) {
                case Forwarding.Forwarded(List<Mailbox> targets) -> targets.getFirst();
                case Forwarding.Return(Mailbox sender) -> sender;
                case Forwarding.Plain _, Forwarding.Forged _, Forwarding.Outdated _ -> recipient;
            };
        }

        private @Nullable Reply ownAnswer(ReversePath reversePath, Recipient recipient, Forwarding.Meaning meaning) {
            Reply refused = switch (meaning) {
                case Forwarding.Plain _, Forwarding.Forwarded _ -> relay.recipient(recipient.mailbox());
                // Its hash is the permit: we have sent in its name.
                case Forwarding.Return _ -> relay.sender();
                case Forwarding.Forged _ -> NO_SUCH_RETURN;
                case Forwarding.Outdated _ -> OUTDATED_RETURN;
            };
            if (refused == null
                    && reversePath.isNull()
                    && !relay.trusted()
                    && ++nullSenderRecipients > rules.nullSenderRecipientsMax()) {
                refused = TOO_MANY_FOR_NULL_SENDER;
            }
            return refused == null ? quota.oneMoreRecipient() : refused;
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
            Provenance provenance = new Provenance(
                    peer.remote().getAddress(),
                    reverseName(),
                    greeted,
                    inspection.content(),
                    tls,
                    login,
                    rules.role() != ListenerRole.MX || relay.trusted());
            Draft draft = doors.spool.draft(declaredOctets, rules.durability());
            Optional<FilteredMessage> filtered = filtering == null ? Optional.empty() : filtering.inspect(envelope);
            return new Opened.Place(
                    new Intake(doors, rules, draft, envelope, provenance, quota, filtered.orElse(null)));
        }

        /** Asked with the first message: many sessions never get so far, and the look-up may take its time. */
        private NameConfirmation.Result reverseName() {
            if (!nameAsked) {
                nameAsked = true;
                reverseName = doors.reverseNames.find(peer.remote().getAddress());
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
