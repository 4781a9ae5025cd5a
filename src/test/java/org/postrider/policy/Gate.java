package org.postrider.policy;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.postrider.mail.Domain;
import org.postrider.mail.Finding;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.Network;
import org.postrider.mail.ReversePath;
import org.postrider.policy.PolicySettings.ClientRule;
import org.postrider.policy.PolicySettings.DnsList;
import org.postrider.policy.PolicySettings.Recipients;
import org.postrider.smtp.server.StressLevel;
import org.postrider.testing.FakeResolver;

/** A policy with all that it works with, on a clock that the test turns: example.net is ours, at mx1.example.net. */
final class Gate {
    static final String STRANGER = "198.51.100.7";
    static final String SENDER = "alice@example.org";
    static final String OURS = "bob@example.net";
    static final List<Network> CODES = List.of(Network.parse("127.0.0.2/31").orElseThrow());

    final FakeResolver dns = new FakeResolver().mx("example.org", 10, "mx.example.org");
    final Map<Domain, Recipients> recipients = new TreeMap<>((a, b) -> a.ascii().compareTo(b.ascii()));
    final List<ClientRule> clients = new ArrayList<>();
    final List<DnsList> lists = new ArrayList<>();
    final List<Duration> pauses = new ArrayList<>();
    GreylistStore store = GreylistStore.NONE;
    RecipientProbe probe = (_, _, _) -> new RecipientProbe.Result.Failed("nobody to ask");
    StressLevel stress = StressLevel.CALM;
    boolean enforce = true;
    Stage stage = Stage.RECIPIENT;
    List<Check> order = Check.ORDER;
    Duration patience = Duration.ofSeconds(5);
    PolicySettings.Scores scores = PolicySettings.Scores.OFF;
    Response reverseName = Response.OFF;
    PolicySettings.Helo helo = new PolicySettings.Helo(Response.OFF, false);
    PolicySettings.Sender sender = PolicySettings.DEFAULT.sender();
    PolicySettings.Greylist greylist = PolicySettings.Greylist.OFF;
    PolicySettings.Rates rates = PolicySettings.Rates.OFF;
    PolicySettings.Tarpit tarpit = PolicySettings.Tarpit.OFF;
    private Duration elapsed = Duration.ZERO;
    private Policy policy = policy();

    /** Time goes on. */
    void pass(Duration duration) {
        elapsed = elapsed.plus(duration);
    }

    Instant now() {
        return Instant.parse("2026-11-26T08:00:00Z").plus(elapsed);
    }

    /** The server starts anew, with what its store remembers. */
    void restart() {
        policy = policy();
    }

    Policy policy() {
        Policy.Ports ports = new Policy.Ports(
                dns, this::now, () -> elapsed.toNanos(), store, (a, b, c) -> probe.ask(a, b, c), () -> stress);
        return new Policy(ports, settings(), pauses::add);
    }

    Policy running() {
        return policy;
    }

    PolicySettings settings() {
        return new PolicySettings(
                enforce,
                true,
                stage,
                order,
                patience,
                new Domain("mx1.example.net"),
                Set.of(new Domain("example.net")),
                scores,
                clients,
                lists,
                reverseName,
                helo,
                sender,
                recipients,
                PolicySettings.CallForward.DEFAULT,
                greylist,
                rates,
                tarpit);
    }

    /** Adds a list that answers its test as it should. */
    DnsList list(String zone, Response response) {
        healthy(zone);
        DnsList list = new DnsList(new Domain(zone), false, CODES, response, false, null);
        lists.add(list);
        return list;
    }

    void healthy(String zone) {
        dns.address("2.0.0.127." + zone, "127.0.0.2");
    }

    Inspection inspect(String client) {
        policy.replace(settings());
        return policy.inspect(InetAddress.ofLiteral(client), false, Response.OFF);
    }

    /** One that has come as far as MAIL. */
    Inspection mail(String client, String helo, String from) {
        Inspection inspection = inspect(client);
        pass(inspection.connected());
        pass(inspection.greeted(helo));
        pass(inspection.sender(path(from)));
        return inspection;
    }

    private static void pass(Decision decision) {
        if (decision instanceof Decision.Refuse(var reply)) {
            throw new AssertionError("refused early: " + reply);
        }
    }

    /** What RCPT for one of ours gets, {@code ok} for yes. */
    String rcpt(String client) {
        return rcpt(client, "client.example.org", SENDER, OURS);
    }

    String rcpt(String client, String helo, String from, String to) {
        return text(
                mail(client, helo, from).recipient(MailboxGrammar.mailbox(to).orElseThrow()));
    }

    /** What was found, in words, when a stranger sends to one of ours. */
    List<String> found() {
        Inspection inspection = mail(STRANGER, "client.example.org", SENDER);
        inspection.recipient(MailboxGrammar.mailbox(OURS).orElseThrow());
        return words(inspection.findings());
    }

    static List<String> words(List<Finding> findings) {
        return findings.stream().map(Finding::text).toList();
    }

    static String text(Decision decision) {
        return switch (decision) {
            case Decision.Pass _ -> "ok";
            case Decision.Refuse(var reply) -> reply.text();
        };
    }

    static ReversePath path(String address) {
        return address.isEmpty()
                ? ReversePath.NULL
                : new ReversePath(MailboxGrammar.mailbox(address).orElseThrow());
    }
}
