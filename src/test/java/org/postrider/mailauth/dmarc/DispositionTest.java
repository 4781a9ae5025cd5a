package org.postrider.mailauth.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.dmarc.AuthenticatedIdentifier.Spf;
import org.postrider.mailauth.dmarc.Disposition.Action;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;

/** What is done with a message for DMARC's sake. */
class DispositionTest {
    private static DmarcOutcome outcome(String record, AuthResult spf) {
        return new Dmarc(new FakeResolver().txt("_dmarc.example.com", record), Runnable::run, null)
                .evaluate(new Domain("example.com"), List.of(new Spf(new Domain("example.com"), spf)));
    }

    private static List<DispositionOverride.Type> types(Disposition disposition) {
        return disposition.overrides().stream().map(DispositionOverride::type).toList();
    }

    @Test
    @Requirement({"RFC 9989 §7.4", "RFC 9989 §8"})
    void rejectAloneIsNoReasonToRefuse() {
        Disposition disposition = Disposition.of(outcome("v=DMARC1; p=reject", AuthResult.FAIL), null, false);
        assertThat(disposition.action()).isEqualTo(Action.QUARANTINE);
        assertThat(types(disposition)).containsExactly(DispositionOverride.Type.LOCAL_POLICY);
        assertThat(Disposition.of(outcome("v=DMARC1; p=reject", AuthResult.FAIL), null, true))
                .isEqualTo(new Disposition(Action.REJECT, List.of()));
    }

    @Test
    @Requirement({"RFC 9989 §5.4", "RFC 9990 §3.1.6"})
    void tellsWhyItDeviates() {
        DmarcOutcome failing = outcome("v=DMARC1; p=reject", AuthResult.FAIL);
        Disposition forwarded = Disposition.of(failing, DispositionOverride.trustedSealer("relay.example"), true);
        assertThat(forwarded.action()).isEqualTo(Action.NONE);
        assertThat(types(forwarded)).containsExactly(DispositionOverride.Type.TRUSTED_FORWARDER);
        Disposition tested = Disposition.of(outcome("v=DMARC1; p=quarantine; t=y", AuthResult.FAIL), null, false);
        assertThat(tested.action()).isEqualTo(Action.NONE);
        assertThat(types(tested)).containsExactly(DispositionOverride.Type.POLICY_TEST_MODE);
    }

    @Test
    @Requirement("RFC 9990 §3.1.1.9")
    void usesTheWordsOfReports() {
        assertThat(Disposition.of(outcome("v=DMARC1; p=reject", AuthResult.PASS), null, false)
                        .action())
                .isEqualTo(Action.PASS);
        assertThat(Disposition.of(outcome("v=DMARC1; p=none", AuthResult.PASS), null, false)
                        .action())
                .isEqualTo(Action.NONE);
        assertThat(Disposition.of(outcome("v=DMARC1; p=none", AuthResult.FAIL), null, false))
                .isEqualTo(new Disposition(Action.NONE, List.of()));
        assertThat(Disposition.of(outcome("v=DMARC1; p=reject", AuthResult.TEMPERROR), null, true)
                        .action())
                .isEqualTo(Action.NONE);
    }
}
