package org.postrider.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.dns.Answer;
import org.postrider.dns.ListedName;
import org.postrider.mail.Domain;
import org.postrider.policy.PolicySettings.DnsList;
import org.postrider.testing.Requirement;

final class DnsListsTest {
    private static final String LISTED = "7.100.51.198.zen.example";
    private final Gate gate = new Gate();

    @Test
    @Requirement({"RFC 5782 §2.1", "J4"})
    void refusesAListedClientWithTheListsReason() {
        gate.list("zen.example", Response.REJECT);
        gate.dns.address(LISTED, "127.0.0.2").txt(LISTED, "see\r\nhttps://zen.example/\u00e9");
        assertThat(gate.rcpt(Gate.STRANGER))
                .isEqualTo("554 5.7.1 Service unavailable; Client host [198.51.100.7] blocked using zen.example;"
                        + " see??https://zen.example/?");
        assertThat(gate.rcpt("198.51.100.8")).isEqualTo("ok");
    }

    @Test
    @Requirement("RFC 5782 §2.4")
    void asksForIpv6ByNibbles() {
        assertThat(ListedName.of(InetAddress.ofLiteral("2001:db8:1:2:3:4:567:89ab"), new Domain("zen.example")))
                .hasToString("b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.zen.example");
        gate.list("zen.example", Response.REJECT);
        gate.dns.address("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.zen.example", "127.0.0.2");
        assertThat(gate.rcpt("2001:db8::1")).startsWith("554 5.7.1 ");
    }

    @Test
    @Requirement("J4")
    void countsListedCodesOnly() {
        gate.list("zen.example", Response.REJECT);
        gate.dns.address(LISTED, "127.0.0.10");
        assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("ok");
        assertThat(gate.found()).contains("dnsbl pass: zen.example lists it with a code that does not count");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.255.255.254", "127.255.255.255", "1.2.3.4"})
    @Requirement("J4")
    void believesNoListThatAnswersWithErrorsOrNonsense(String answer) {
        gate.list("zen.example", Response.REJECT);
        gate.dns.address(LISTED, answer);
        assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("ok");
        assertThat(gate.running().distrustedLists()).isEqualTo(1);
        gate.dns.forget(LISTED).address(LISTED, "127.0.0.2");
        assertThat(gate.found().getFirst())
                .startsWith("dnsbl unknown: zen.example is not believed: it answers " + answer);
        gate.pass(ListHealth.DISTRUST);
        assertThat(gate.rcpt(Gate.STRANGER)).startsWith("554 5.7.1 ");
        assertThat(gate.running().distrustedLists()).isZero();
    }

    @Test
    @Requirement({"J4", "RFC 5782 §5"})
    void believesNoListThatListsEverything() {
        gate.list("zen.example", Response.REJECT);
        gate.dns.address(LISTED, "127.0.0.2").address("1.0.0.127.zen.example", "127.0.0.2");
        assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("ok");
        gate.dns.forget("1.0.0.127.zen.example");
        assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("ok");
        gate.pass(ListHealth.DISTRUST);
        assertThat(gate.rcpt(Gate.STRANGER)).startsWith("554 5.7.1 ");
    }

    @Test
    @Requirement("J4")
    void leavesAListAloneThatDoesNotAnswer() {
        gate.list("zen.example", Response.REJECT);
        gate.dns.failing(LISTED, Answer.Failure.TIMEOUT);
        for (int i = 0; i < ListHealth.FAILURES_MAX; i++) {
            assertThat(gate.found().getFirst()).isEqualTo("dnsbl unknown: zen.example did not answer: TIMEOUT");
        }
        int questions = gate.dns.questions();
        assertThat(gate.found().getFirst()).contains("zen.example is not believed: 5 questions had no answer");
        // The sender's MX is asked for, the list is not.
        assertThat(gate.dns.questions()).isEqualTo(questions + 1);
        gate.dns.failing(LISTED, null).address(LISTED, "127.0.0.2");
        gate.pass(ListHealth.PAUSE);
        assertThat(gate.rcpt(Gate.STRANGER)).startsWith("554 5.7.1 ");
    }

    @Test
    void aListOfGoodClientsSparesTheChecksBehindIt() {
        gate.list("zen.example", Response.REJECT);
        gate.dns.address(LISTED, "127.0.0.2");
        gate.healthy("good.example");
        gate.lists.add(new DnsList(new Domain("good.example"), true, Gate.CODES, Response.TAG, true, null));
        assertThat(gate.rcpt(Gate.STRANGER)).startsWith("554 ");
        gate.dns.address("7.100.51.198.good.example", "127.0.0.3");
        assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("ok");
        assertThat(gate.found()).containsExactly("dnswl pass: good.example lists 198.51.100.7 as 127.0.0.3");
        gate.order = List.of(Check.DNSBL, Check.DNSWL);
        assertThat(gate.rcpt(Gate.STRANGER)).startsWith("554 ");
    }

    @Test
    void saysWhatTheOperatorWants() {
        gate.healthy("zen.example");
        gate.lists.add(new DnsList(
                new Domain("zen.example"), false, Gate.CODES, Response.DEFER, false, "{client}: ask us ({reason})"));
        gate.dns.address(LISTED, "127.0.0.2").txt(LISTED, "{client}");
        assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("450 4.7.1 198.51.100.7: ask us ({client})");
    }

    @Test
    void addsUpWhatListsSay() {
        gate.list("one.example", new Response(Action.SCORE, 3));
        gate.list("two.example", new Response(Action.SCORE, 4));
        gate.scores = new PolicySettings.Scores(5, 8);
        gate.dns.address("7.100.51.198.one.example", "127.0.0.2");
        assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("ok");
        gate.dns.address("7.100.51.198.two.example", "127.0.0.2");
        assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("450 4.7.1 Refused by local policy: score 7");
        gate.scores = new PolicySettings.Scores(5, 7);
        assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("550 5.7.1 Refused by local policy: score 7");
        assertThat(gate.found())
                .contains("dnsbl score 3: one.example lists 198.51.100.7 as 127.0.0.2", "score reject: 7");
    }
}
