package org.postrider.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postrider.mail.Reply;
import org.postrider.testing.Requirement;

@Requirement("G2")
class ConnectionLedgerTest {
    private final ConnectionLedger ledger = new ConnectionLedger(new ConnectionLimits(5, 2, 3));

    private @Nullable Reply enter(String address) {
        return ledger.enter(InetAddress.ofLiteral(address));
    }

    @Test
    void countsARangeOfSixAsOneCustomer() {
        assertThat(enter("2001:db8::1")).isNull();
        assertThat(enter("2001:db8::2")).isNull();
        assertThat(enter("2001:db8::3")).isNull();
        assertThat(enter("2001:db8::4")).hasToString("421 4.7.0 Too many connections from 2001:db8:0:0:0:0:0:0/64");
        assertThat(enter("2001:db8:0:1::4")).isNull();
    }

    @Test
    void countsMappedAddressesAsFour() {
        assertThat(enter("192.0.2.1")).isNull();
        assertThat(enter("::ffff:192.0.2.1")).isNull();
        assertThat(enter("192.0.2.1")).hasToString("421 4.7.0 Too many connections from 192.0.2.1");
    }

    @Test
    void givesPlacesBack() {
        for (int i = 0; i < 10; i++) {
            assertThat(enter("192.0.2.1")).isNull();
            assertThat(enter("192.0.2.1")).isNull();
            assertThat(enter("192.0.2.1")).isNotNull();
            ledger.leave(InetAddress.ofLiteral("192.0.2.1"));
            ledger.leave(InetAddress.ofLiteral("192.0.2.1"));
        }
        for (int i = 0; i < 5; i++) {
            assertThat(ledger.enter()).isNull();
        }
        assertThat(ledger.enter()).hasToString("421 4.3.2 All server ports are busy");
        ledger.leave();
        assertThat(ledger.enter()).isNull();
    }

    @Test
    void takesNewLimits() {
        assertThat(ledger.enter()).isNull();
        ledger.replace(new ConnectionLimits(1, 1, 1));
        assertThat(ledger.enter()).isNotNull();
        assertThat(ledger.open()).isEqualTo(1);
    }
}
