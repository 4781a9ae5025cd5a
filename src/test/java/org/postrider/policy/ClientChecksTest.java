package org.postrider.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.dns.Answer;
import org.postrider.mail.Network;
import org.postrider.policy.PolicySettings.ClientRule;
import org.postrider.testing.Requirement;

/** Address lists, reverse names, HELO. */
final class ClientChecksTest {
    private final Gate gate = new Gate();

    private static NetworkSet networks(String... networks) {
        return new NetworkSet(Stream.of(networks)
                .map(text -> Network.parse(text).orElseThrow())
                .toList());
    }

    @Test
    void theFirstAddressListThatHoldsAClientDecides() {
        gate.clients.add(new ClientRule(networks("198.51.100.7", "2001:db8::/32"), true, Response.OFF, null));
        gate.clients.add(new ClientRule(networks("198.51.100.0/24", "10.0.0.0/8"), false, Response.REJECT, null));
        gate.clients.add(new ClientRule(networks("0.0.0.0/0", "::/0"), false, Response.DEFER, "{client}: not now"));
        assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("ok");
        assertThat(gate.rcpt("2001:db8::9")).isEqualTo("ok");
        assertThat(gate.rcpt("198.51.100.8")).isEqualTo("554 5.7.1 Client host [198.51.100.8] is not welcome here");
        assertThat(gate.rcpt("10.200.3.4")).startsWith("554 5.7.1 ");
        assertThat(gate.rcpt("203.0.113.1")).isEqualTo("450 4.7.1 203.0.113.1: not now");
        assertThat(gate.rcpt("2001:db9::1")).startsWith("450 4.7.1 ");
    }

    @Test
    void anAllowedClientIsSparedAllButTheRecipientsCheck() {
        gate.clients.add(new ClientRule(networks("198.51.100.7"), true, Response.OFF, null));
        gate.list("zen.example", Response.REJECT);
        gate.dns.address("7.100.51.198.zen.example", "127.0.0.2");
        gate.reverseName = Response.REJECT;
        assertThat(gate.rcpt(Gate.STRANGER, "x", "a@nowhere.example", Gate.OURS))
                .isEqualTo("ok");
        gate.recipients.put(
                new org.postrider.mail.Domain("example.net"),
                new PolicySettings.Recipients(java.util.Set.of("eve"), false, null, null));
        assertThat(gate.rcpt(Gate.STRANGER)).startsWith("550 5.1.1 ");
    }

    @Test
    @Requirement({"J5", "RFC 7372 §3.3"})
    void wantsNamesThatLeadBack() {
        gate.reverseName = Response.REJECT;
        assertThat(gate.rcpt(Gate.STRANGER))
                .isEqualTo("550 5.7.25 Reverse DNS validation failed: 198.51.100.7: the address has no name");
        gate.dns.ptr(Gate.STRANGER, "elsewhere.example").address("elsewhere.example", "198.51.100.9");
        assertThat(gate.rcpt(Gate.STRANGER))
                .isEqualTo("550 5.7.25 Reverse DNS validation failed: 198.51.100.7: elsewhere.example does not lead"
                        + " back to the address");
        gate.dns.address("elsewhere.example", Gate.STRANGER);
        assertThat(gate.found()).contains("reverse-name pass: elsewhere.example");
    }

    @Test
    @Requirement("J5")
    void triesTenNamesOfAnAddressAtMost() {
        gate.reverseName = Response.REJECT;
        for (int i = 0; i < 1_000; i++) {
            gate.dns.ptr(Gate.STRANGER, "n" + i + ".example");
        }
        gate.dns.address("n999.example", Gate.STRANGER);
        int before = gate.dns.questions();
        assertThat(gate.rcpt(Gate.STRANGER)).startsWith("550 5.7.25 ");
        assertThat(gate.dns.questions() - before).isLessThanOrEqualTo(12);
    }

    @Test
    void holdsNobodyToADnsThatFails() {
        gate.reverseName = Response.REJECT;
        gate.dns.failing(Gate.STRANGER, Answer.Failure.SERVER_FAILURE);
        assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("ok");
        assertThat(gate.found()).contains("reverse-name unknown: it could not be looked up: SERVER_FAILURE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "client.example.org | ok",
                "[198.51.100.7] | ok",
                "[198.51.100.8] | 550 5.7.1 <[198.51.100.8]>: not the address that you come from",
                "198.51.100.7 | 501 5.5.2 <198.51.100.7>: an address must stand in brackets",
                "[nonsense] | 501 5.5.2 <[nonsense]>: not an address literal",
                "-- | 501 5.5.2 <-->: not a host name",
                "localhost | 504 5.5.2 <localhost>: need a fully qualified host name",
                "MX1.example.net | 550 5.7.1 <MX1.example.net>: that is us",
                "example.net | 550 5.7.1 <example.net>: that is us"
            })
    void wantsNamesThatCanBeTheClients(String name, String reply) {
        gate.helo = new PolicySettings.Helo(Response.REJECT, false);
        assertThat(gate.rcpt(Gate.STRANGER, name, Gate.SENDER, Gate.OURS)).isEqualTo(reply);
    }

    @Test
    void wantsNamesThatExistWhereItIsToldSo() {
        gate.helo = new PolicySettings.Helo(Response.REJECT, true);
        assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("550 5.7.1 <client.example.org>: host not found");
        gate.dns.failing("client.example.org", Answer.Failure.TIMEOUT);
        assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("ok");
        gate.dns.failing("client.example.org", null).address("client.example.org", "2001:db8::1");
        assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("ok");
    }

    @Test
    void aTagOnlyNotes() {
        gate.helo = new PolicySettings.Helo(Response.TAG, false);
        gate.reverseName = Response.TAG;
        assertThat(gate.rcpt(Gate.STRANGER, "pc", Gate.SENDER, Gate.OURS)).isEqualTo("ok");
        assertThat(gate.found())
                .isEqualTo(List.of(
                        "reverse-name tag: the address has no name",
                        "helo pass: client.example.org",
                        "sender pass: example.org has an MX"));
    }
}
