package org.postrider.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postrider.dns.Answer;
import org.postrider.testing.Requirement;

final class SenderCheckTest {
    private final Gate gate = new Gate();

    private String from(String address) {
        return gate.rcpt(Gate.STRANGER, "client.example.org", address, Gate.OURS);
    }

    @Test
    @Requirement({"K2", "conf-102", "RFC 7505 §4.2"})
    void refusesSendersWhoseDomainTakesNoMail() {
        gate.dns.mx("null.example", 0, ".");
        assertThat(from("a@null.example")).isEqualTo("550 5.7.27 Sender address has null MX");
    }

    @Test
    void refusesSendersWhoseDomainDoesNotExist() {
        assertThat(from("a@nowhere.example"))
                .isEqualTo("550 5.1.8 Sender address rejected: domain nowhere.example not found");
        gate.dns.txt("textonly.example", "v=spf1 -all");
        assertThat(from("a@textonly.example")).startsWith("550 5.1.8 ");
    }

    @Test
    void takesSendersWhoseDomainHasAnAddressOrIsOurs() {
        gate.dns.address("four.example", "192.0.2.1").address("six.example", "2001:db8::1");
        assertThat(from("a@four.example")).isEqualTo("ok");
        assertThat(from("a@six.example")).isEqualTo("ok");
        assertThat(from("a@[192.0.2.1]")).isEqualTo("ok");
        assertThat(from("")).isEqualTo("ok");
        int questions = gate.dns.questions();
        assertThat(from("someone@example.net")).isEqualTo("ok");
        assertThat(from("double-bounce@mx1.example.net")).isEqualTo("ok");
        assertThat(gate.dns.questions()).isEqualTo(questions);
    }

    @ParameterizedTest
    @EnumSource(Answer.Failure.class)
    @Requirement("K2")
    void neverRefusesForGoodWhatCannotBeLookedUp(Answer.Failure failure) {
        gate.dns.failing("broken.example", failure);
        assertThat(from("a@broken.example")).isEqualTo("451 4.4.3 Sender domain cannot be looked up just now");
    }

    @Test
    void asksNothingWhereNobodyWantsToKnow() {
        gate.sender = new PolicySettings.Sender(Response.OFF, Response.OFF, Response.OFF);
        assertThat(from("a@nowhere.example")).isEqualTo("ok");
        assertThat(gate.dns.questions()).isZero();
    }
}
