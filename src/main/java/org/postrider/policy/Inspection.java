package org.postrider.policy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;
import org.postrider.mail.Finding;
import org.postrider.mail.Mailbox;
import org.postrider.mail.Network;
import org.postrider.mail.Reply;
import org.postrider.mail.ReversePath;
import org.postrider.policy.PolicySettings.ClientRule;
import org.postrider.policy.PolicySettings.Counted;
import org.postrider.policy.PolicySettings.Sender;
import org.postrider.smtp.server.EarlyTalk;

/**
 * What is known of one client, from its connection to its end. Look-ups start as soon as there is something to ask for and
 * are waited for when a decision is due. The methods are called in the order of the protocol.
 *
 * <p>Thread: confined to the session's; calls may block, for the patience of the settings at most where they look up, and
 * for the tar pit.
 */
public final class Inspection {
    /** What one message tells of findings, in the header and in the log. */
    public static final int FINDINGS_MAX = 40;

    private static final Refusal EARLY_TALK =
            Refusal.of(554, "5.5.0", "SMTP protocol synchronization: wait for the reply");

    private final PolicySettings settings;
    private final Policy.Checks checks;
    private final InetAddress client;
    private final Response earlyTalk;
    private final boolean trusted;
    private boolean friend;

    private List<Judgement> clientRules = List.of();
    private List<DnsLists.Asked> lists = List.of();
    private Lookups.@Nullable Pending<NameConfirmation.Result> name;
    private Supplier<Optional<Judgement>> helo = Optional::empty;
    private Supplier<Optional<Judgement>> sender = Optional::empty;
    private ReversePath reversePath = ReversePath.NULL;
    /** These three are of few sessions, and are only made where there is something in them. */
    private Set<EarlyTalk> early = Set.of();

    private List<Finding> rateFindings = List.of();
    private Set<Finding> message = Set.of();
    private List<Finding> last = List.of();
    private int refusals;

    Inspection(PolicySettings settings, Policy.Checks checks, InetAddress client, boolean trusted, Response earlyTalk) {
        this.settings = settings;
        this.checks = checks;
        this.client = client;
        this.trusted = trusted;
        this.friend = trusted;
        this.earlyTalk = earlyTalk;
    }

    /** Starts what needs nothing but the address. */
    void begin() {
        if (friend) {
            return;
        }
        clientRules = ruleOf(client).map(List::of).orElse(List.of());
        boolean decided = clientRules.stream()
                .anyMatch(each -> each.befriends() || (each.refusal() != null && settings.enforce()));
        if (decided) {
            return;
        }
        if (!client.isLoopbackAddress() && !client.isLinkLocalAddress()) {
            lists = checks.lists().ask(client, settings.lists(), settings.patience());
        }
        if (!settings.reverseName().isOff() && !NameConfirmation.isPrivate(client)) {
            name = checks.lookups()
                    .start(
                            "reverse-name",
                            settings.patience(),
                            () -> checks.names().find(client));
        }
    }

    private Optional<Judgement> ruleOf(InetAddress address) {
        for (ClientRule rule : settings.clients()) {
            Optional<Network> network = rule.networks().find(address);
            if (network.isPresent()) {
                String detail = network.get() + " is listed here";
                if (rule.allow()) {
                    return Optional.of(Judgement.friend(Check.CLIENT, detail));
                }
                String text = rule.text() != null
                        ? rule.text().replace("{client}", address.getHostAddress())
                        : "Client host [" + address.getHostAddress() + "] is not welcome here";
                return Optional.of(
                        Judgement.found(Check.CLIENT, rule.response(), detail, Refusal.of(554, "5.7.1", text)));
            }
        }
        return Optional.empty();
    }

    /** Whether the client has proven who it is: only what holds for everybody is judged then. */
    public void authenticated(boolean is) {
        friend = trusted || is;
    }

    /** The client has talked before its turn. A refusal ends the session. */
    public Decision spokeEarly(EarlyTalk when) {
        if (earlyTalk.isOff()) {
            return Decision.PASS;
        }
        early = early.isEmpty() ? EnumSet.of(when) : early;
        early.add(when);
        Judgement judgement = judge(when);
        last = List.of(judgement.finding());
        return decision(judgement.refusal());
    }

    private Judgement judge(EarlyTalk when) {
        return Judgement.found(Check.EARLY_TALK, earlyTalk, "talked " + when.words(), EARLY_TALK);
    }

    /** Decides on the connection. */
    public Decision connected() {
        Decision rated = rate(Counted.CONNECTIONS);
        return switch (rated instanceof Decision.Pass ? decide(Stage.CONNECT, null) : rated) {
            case Decision.Pass pass -> pass;
            case Decision.Refuse(Reply reply) -> new Decision.Refuse(atGreeting(reply));
        };
    }

    /** RFC 5321 §4.2.3: in place of the 220 there is a 421 or a 554. */
    private static Reply atGreeting(Reply reply) {
        int code = reply.severity() == Reply.Severity.PERMANENT_NEGATIVE ? 554 : 421;
        return new Reply(code, reply.status(), reply.lines());
    }

    /** Decides on EHLO, HELO or LHLO with its argument. */
    public Decision greeted(String heloName) {
        helo = friend || settings.helo().response().isOff() ? Optional::empty : judgeHelo(heloName);
        return decide(Stage.GREETING, null);
    }

    private Supplier<Optional<Judgement>> judgeHelo(String heloName) {
        if (settings.helo().mustResolve()) {
            return checks.lookups()
                    .start("helo", settings.patience(), () -> checks.helo().judge(heloName, client, settings))::await;
        }
        Judgement judgement = checks.helo().judge(heloName, client, settings);
        return () -> Optional.of(judgement);
    }

    /** Decides on MAIL. */
    public Decision sender(ReversePath path) {
        reversePath = path;
        message = Set.of();
        sender = Optional::empty;
        Decision rated = rate(Counted.MESSAGES);
        if (rated instanceof Decision.Refuse) {
            return rated;
        }
        Mailbox mailbox = path.mailbox();
        if (!friend && mailbox != null && mailbox.host() instanceof Domain domain) {
            sender = judgeSender(domain);
        }
        return decide(Stage.SENDER, null);
    }

    private Supplier<Optional<Judgement>> judgeSender(Domain domain) {
        Sender responses = settings.sender();
        if (responses.missing().isOff()
                && responses.nullMx().isOff()
                && responses.failing().isOff()) {
            return Optional::empty;
        }
        if (settings.localDomains().contains(domain) || domain.equals(settings.host())) {
            return () -> Optional.of(Judgement.pass(Check.SENDER, domain + " is ours"));
        }
        Lookups.Pending<Judgement> pending = checks.lookups()
                .start("sender", settings.patience(), () -> checks.sender().judge(domain, responses));
        return () -> pending.await()
                .or(() -> Optional.of(SenderCheck.unanswered("there was no answer in time", responses.failing())));
    }

    /** Decides on RCPT; who gets the message is not judged anew at its end. */
    public Decision recipient(Mailbox recipient) {
        Decision rated = rate(Counted.RECIPIENTS);
        if (rated instanceof Decision.Refuse) {
            return rated;
        }
        Decision decision = decide(Stage.RECIPIENT, recipient);
        if (decision instanceof Decision.Pass) {
            keep(last);
        }
        return decision;
    }

    private void keep(List<Finding> found) {
        if (found.isEmpty()) {
            return;
        }
        Set<Finding> kept = message.isEmpty() ? new LinkedHashSet<>() : message;
        found.stream().limit(FINDINGS_MAX - Math.min(FINDINGS_MAX, kept.size())).forEach(kept::add);
        message = kept;
    }

    /** What was found out about the message that is now received: its client, its envelope. */
    public List<Finding> content() {
        return List.copyOf(message);
    }

    /** What the last decision was made on. */
    public List<Finding> findings() {
        return last;
    }

    /** Slows down a client that gets a negative reply, of whatever kind. */
    public void refused() {
        if (!friend) {
            checks.tarPit().slowDown(++refusals, settings.tarpit());
        }
    }

    private Decision rate(Counted counted) {
        if (friend || settings.rates().response().isOff() || befriendedByAddress()) {
            return Decision.PASS;
        }
        Optional<Duration> wait = checks.rates().count(counted, client, settings.rates());
        if (wait.isEmpty()) {
            return Decision.PASS;
        }
        String what = counted.name().toLowerCase(Locale.ROOT);
        String text = "Too many " + what + " from [" + client.getHostAddress() + "], try again in "
                + Math.max(1, wait.get().plusMillis(999).toSeconds()) + " s";
        Judgement judgement = Judgement.found(
                Check.RATE, settings.rates().response(), "too many " + what, Refusal.of(550, "5.7.28", text));
        last = List.of(judgement.finding());
        if (!rateFindings.contains(judgement.finding())) {
            rateFindings = rateFindings.isEmpty() ? new ArrayList<>() : rateFindings;
            rateFindings.add(judgement.finding());
        }
        return decision(judgement.refusal());
    }

    private boolean befriendedByAddress() {
        return clientRules.stream().anyMatch(Judgement::befriends);
    }

    private Decision decision(@Nullable Reply refusal) {
        return refusal == null || !settings.enforce() ? Decision.PASS : new Decision.Refuse(refusal);
    }

    private Decision decide(Stage now, @Nullable Mailbox recipient) {
        if (now.compareTo(settings.stage()) < 0) {
            last = List.of();
            return Decision.PASS;
        }
        boolean postmaster = recipient != null && isOurPostmaster(recipient);
        boolean spared = friend;
        List<Finding> found = new ArrayList<>(rateFindings);
        @Nullable Reply refusal = null;
        for (Check check : settings.order()) {
            boolean left = check.sparesFriends() && (spared || (postmaster && check == Check.GREYLIST));
            boolean over = refusal != null && settings.enforce();
            if (left || over || check.stage().compareTo(now) > 0) {
                continue;
            }
            for (Judgement each : judge(check, recipient, found)) {
                found.add(each.finding());
                spared |= each.befriends();
                // RFC 5321 §4.5.1: postmaster is kept from nobody by what may be a mistake; the operator's own list is
                // none.
                if (refusal == null && !(postmaster && check.sparesFriends())) {
                    refusal = each.refusal();
                }
            }
        }
        last = List.copyOf(found);
        return decision(refusal);
    }

    private boolean isOurPostmaster(Mailbox recipient) {
        return RecipientCheck.isPostmaster(recipient)
                && recipient.host() instanceof Domain domain
                && (settings.localDomains().contains(domain) || domain.equals(settings.host()));
    }

    private List<Judgement> judge(Check check, @Nullable Mailbox recipient, List<Finding> found) {
        return switch (check) {
            case CLIENT -> clientRules;
            case EARLY_TALK -> early.stream().map(this::judge).toList();
            case DNSWL, DNSBL ->
                lists.stream()
                        .filter(asked -> asked.check() == check)
                        .map(DnsLists.Asked::await)
                        .toList();
            case REVERSE_NAME -> name == null ? List.of() : List.of(judgeName(name.await()));
            case HELO -> helo.get().map(List::of).orElse(List.of());
            case SENDER -> sender.get().map(List::of).orElse(List.of());
            case SCORE ->
                Judgement.ofScore(found, settings.scores()).map(List::of).orElse(List.of());
            case RECIPIENT ->
                recipient == null
                        ? List.of()
                        : checks.recipients()
                                .judge(recipient, settings)
                                .map(List::of)
                                .orElse(List.of());
            case GREYLIST -> recipient == null ? List.of() : judgeGreylist(recipient, found);
            case RATE -> List.of();
        };
    }

    private Judgement judgeName(Optional<NameConfirmation.Result> result) {
        return result.map(found -> switch (found) {
                    case NameConfirmation.Result.Confirmed(Domain confirmed) ->
                        Judgement.pass(Check.REVERSE_NAME, confirmed.ascii());
                    case NameConfirmation.Result.Nameless _ -> against("the address has no name");
                    case NameConfirmation.Result.Unconfirmed(Domain first) ->
                        against(first + " does not lead back to the address");
                    case NameConfirmation.Result.Failed(String detail) ->
                        Judgement.unknown(Check.REVERSE_NAME, "it could not be looked up: " + detail);
                    case NameConfirmation.Result.Private _ -> Judgement.pass(Check.REVERSE_NAME, "a private address");
                })
                .orElseGet(() -> Judgement.unknown(Check.REVERSE_NAME, "there was no answer in time"));
    }

    /** RFC 7372 §3.3. */
    private Judgement against(String detail) {
        String text = "Reverse DNS validation failed: " + client.getHostAddress() + ": " + detail;
        return Judgement.found(Check.REVERSE_NAME, settings.reverseName(), detail, Refusal.of(550, "5.7.25", text));
    }

    private List<Judgement> judgeGreylist(Mailbox recipient, List<Finding> found) {
        PolicySettings.Greylist greylist = settings.greylist();
        boolean suspect = found.stream().anyMatch(finding -> switch (finding.verdict()) {
            case PASS, UNKNOWN -> false;
            case SCORE -> finding.weight() > 0;
            case TAG, DEFER, REJECT -> true;
        });
        return greylist.isOff() || (greylist.onlySuspects() && !suspect)
                ? List.of()
                : List.of(checks.greylist().judge(client, reversePath, recipient, greylist));
    }
}
