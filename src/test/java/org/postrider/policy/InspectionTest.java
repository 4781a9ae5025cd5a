package org.postrider.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.Network;
import org.postrider.policy.PolicySettings.ClientRule;
import org.postrider.policy.PolicySettings.Counted;
import org.postrider.policy.PolicySettings.Rate;
import org.postrider.policy.PolicySettings.Recipients;
import org.postrider.smtp.server.EarlyTalk;
import org.postrider.smtp.server.StressLevel;
import org.postrider.testing.Requirement;

/** When and in which order it is decided, and by how much clients are slowed down. */
final class InspectionTest {
    private static final Mailbox OURS = MailboxGrammar.mailbox(Gate.OURS).orElseThrow();

    private final Gate gate = new Gate();

    private void listed() {
        gate.list("zen.example", Response.REJECT);
        gate.dns.address("7.100.51.198.zen.example", "127.0.0.2");
    }

    @Test
    @Requirement("RFC 5321 §4.5.1")
    void keepsPostmasterReachable() {
        listed();
        gate.greylist = new PolicySettings.Greylist(
                Action.DEFER,
                false,
                Duration.ofMinutes(5),
                Duration.ofDays(1),
                Duration.ofDays(1),
                java.util.Optional.empty());
        Inspection inspection = gate.mail(Gate.STRANGER, "client.example.org", "a@nowhere.example");
        Mailbox postmaster = MailboxGrammar.mailbox("PostMaster@example.net").orElseThrow();
        assertThat(inspection.recipient(postmaster)).isEqualTo(Decision.PASS);
        assertThat(Gate.words(inspection.content()).getFirst()).startsWith("dnsbl reject: ");
        assertThat(Gate.text(inspection.recipient(OURS))).startsWith("554 ");
        gate.clients.add(new ClientRule(
                new NetworkSet(List.of(Network.parse("198.51.100.0/24").orElseThrow())), false, Response.REJECT, null));
        assertThat(gate.rcpt(Gate.STRANGER, "x.example", Gate.SENDER, "postmaster@example.net"))
                .startsWith("554 5.7.1 Client host");
    }

    @Test
    void decidesWhenItIsToldTo() {
        listed();
        gate.stage = Stage.CONNECT;
        assertThat(Gate.text(gate.inspect(Gate.STRANGER).connected())).startsWith("554 5.7.1 Service unavailable");
        gate.stage = Stage.GREETING;
        Inspection inspection = gate.inspect(Gate.STRANGER);
        assertThat(inspection.connected()).isEqualTo(Decision.PASS);
        assertThat(Gate.text(inspection.greeted("client.example.org"))).startsWith("554 5.7.1 ");
        gate.stage = Stage.SENDER;
        gate.lists.clear();
        Inspection sender = gate.inspect(Gate.STRANGER);
        sender.greeted("client.example.org");
        assertThat(Gate.text(sender.sender(Gate.path("a@nowhere.example")))).startsWith("550 5.1.8 ");
    }

    @Test
    void aGreetingSaysForNowWhatARecipientWouldBeTold() {
        gate.list("zen.example", Response.DEFER);
        gate.dns.address("7.100.51.198.zen.example", "127.0.0.2");
        gate.stage = Stage.CONNECT;
        assertThat(Gate.text(gate.inspect(Gate.STRANGER).connected())).startsWith("421 4.7.1 ");
    }

    @Test
    void theFirstInTheOrderHasTheWord() {
        listed();
        gate.recipients.put(new Domain("example.net"), new Recipients(Set.of(), false, null, null));
        assertThat(gate.rcpt(Gate.STRANGER, "x.example", "a@nowhere.example", Gate.OURS))
                .startsWith("554 5.7.1");
        gate.order = List.of(Check.SENDER);
        assertThat(gate.rcpt(Gate.STRANGER, "x.example", "a@nowhere.example", Gate.OURS))
                .startsWith("550 5.1.8");
        gate.order = List.of(Check.RECIPIENT, Check.SENDER);
        assertThat(gate.rcpt(Gate.STRANGER, "x.example", "a@nowhere.example", Gate.OURS))
                .startsWith("550 5.1.1");
    }

    @Test
    void judgesAllAndRefusesNothingWhereItOnlyWatches() {
        listed();
        gate.enforce = false;
        gate.recipients.put(new Domain("example.net"), new Recipients(Set.of(), false, null, null));
        Inspection inspection = gate.mail(Gate.STRANGER, "client.example.org", "a@nowhere.example");
        assertThat(inspection.recipient(OURS)).isEqualTo(Decision.PASS);
        assertThat(Gate.words(inspection.content()))
                .containsExactly(
                        "dnsbl reject: zen.example lists 198.51.100.7 as 127.0.0.2",
                        "sender reject: nowhere.example was not found",
                        "recipient reject: it is not named");
    }

    @Test
    void oneMessageKnowsNothingOfTheFindingsOfAnother() {
        Inspection inspection = gate.mail(Gate.STRANGER, "client.example.org", Gate.SENDER);
        inspection.recipient(OURS);
        assertThat(Gate.words(inspection.content())).containsExactly("sender pass: example.org has an MX");
        inspection.sender(Gate.path(""));
        inspection.recipient(OURS);
        assertThat(inspection.content()).isEmpty();
    }

    @Test
    @Requirement("F8")
    void notesOrRefusesTalkBeforeTime() {
        gate.inspect(Gate.STRANGER);
        Inspection tagging = gate.running().inspect(InetAddress.ofLiteral(Gate.STRANGER), false, Response.TAG);
        assertThat(tagging.spokeEarly(EarlyTalk.BEFORE_GREETING)).isEqualTo(Decision.PASS);
        tagging.greeted("client.example.org");
        assertThat(tagging.spokeEarly(EarlyTalk.UNOFFERED_PIPELINING)).isEqualTo(Decision.PASS);
        tagging.sender(Gate.path(Gate.SENDER));
        tagging.recipient(OURS);
        assertThat(Gate.words(tagging.content()))
                .contains(
                        "early-talk tag: talked before the greeting",
                        "early-talk tag: talked in groups of commands, without having asked whether it may");
        Inspection refusing = gate.running().inspect(InetAddress.ofLiteral(Gate.STRANGER), false, Response.REJECT);
        assertThat(Gate.text(refusing.spokeEarly(EarlyTalk.BEFORE_EHLO_REPLY))).startsWith("554 5.5.0 ");
    }

    @Test
    @Requirement({"G2", "H6"})
    void letsClientsComeSoOftenAndNetworksAFewTimesMore() {
        gate.rates = new PolicySettings.Rates(
                List.of(
                        new Rate(Counted.CONNECTIONS, 2, Duration.ofMinutes(1)),
                        new Rate(Counted.RECIPIENTS, 3, Duration.ofHours(1))),
                2,
                Response.DEFER);
        assertThat(gate.inspect("198.51.100.1").connected()).isEqualTo(Decision.PASS);
        Inspection second = gate.inspect("198.51.100.1");
        assertThat(second.connected()).isEqualTo(Decision.PASS);
        assertThat(Gate.text(gate.inspect("198.51.100.1").connected()))
                .isEqualTo("421 4.7.28 Too many connections from [198.51.100.1], try again in 30 s");
        assertThat(gate.inspect("198.51.100.2").connected()).isEqualTo(Decision.PASS);
        assertThat(gate.inspect("198.51.100.3").connected()).isEqualTo(Decision.PASS);
        assertThat(Gate.text(gate.inspect("198.51.100.4").connected())).startsWith("421 4.7.28 ");
        gate.pass(Duration.ofSeconds(30));
        assertThat(gate.inspect("198.51.100.1").connected()).isEqualTo(Decision.PASS);
        second.sender(Gate.path(Gate.SENDER));
        for (int i = 0; i < 3; i++) {
            assertThat(second.recipient(OURS)).isEqualTo(Decision.PASS);
        }
        assertThat(Gate.text(second.recipient(OURS)))
                .isEqualTo("450 4.7.28 Too many recipients from [198.51.100.1], try again in 1200 s");
        assertThat(Gate.words(second.findings())).containsExactly("rate defer: too many recipients");
    }

    @Test
    void aFriendIsNotCounted() {
        gate.rates = new PolicySettings.Rates(
                List.of(new Rate(Counted.MESSAGES, 1, Duration.ofMinutes(1))), 1, Response.REJECT);
        Inspection inspection = gate.inspect(Gate.STRANGER);
        assertThat(inspection.sender(Gate.path(Gate.SENDER))).isEqualTo(Decision.PASS);
        assertThat(Gate.text(inspection.sender(Gate.path(Gate.SENDER)))).startsWith("550 5.7.28 ");
        inspection.authenticated(true);
        assertThat(inspection.sender(Gate.path(Gate.SENDER))).isEqualTo(Decision.PASS);
    }

    @Test
    void slowsDownWhoIsRefusedAgainAndAgain() {
        gate.tarpit = new PolicySettings.Tarpit(Duration.ofSeconds(2), Duration.ofSeconds(5), 1);
        Inspection inspection = gate.inspect(Gate.STRANGER);
        for (int i = 0; i < 4; i++) {
            inspection.refused();
        }
        assertThat(gate.pauses)
                .containsExactly(
                        Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(5), Duration.ofSeconds(5));
        gate.stress = StressLevel.BUSY;
        inspection.refused();
        assertThat(gate.pauses).hasSize(4);
        gate.stress = StressLevel.CALM;
        gate.tarpit = new PolicySettings.Tarpit(Duration.ofSeconds(2), Duration.ofSeconds(5), 0);
        gate.inspect(Gate.STRANGER).refused();
        assertThat(gate.pauses).hasSize(4);
    }

    @Test
    void tellsWhatWasFoundInOneField() {
        listed();
        gate.enforce = false;
        Inspection inspection = gate.mail(Gate.STRANGER, "client.example.org", Gate.SENDER);
        inspection.recipient(OURS);
        StringBuilder text = new StringBuilder();
        PolicyHeader.append(text, "mx1.example.net", inspection.content());
        assertThat(text)
                .hasToString("Postrider-Policy: mx1.example.net;\r\n"
                        + "\tdnsbl=reject (zen.example lists 198.51.100.7 as 127.0.0.2);\r\n"
                        + "\tsender=pass (example.org has an MX)\r\n");
        PolicyHeader.append(text, "mx1.example.net", List.of());
        assertThat(text.toString().lines()).hasSize(3);
    }
}
