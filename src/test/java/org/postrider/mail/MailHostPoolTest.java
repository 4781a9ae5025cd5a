package org.postrider.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class MailHostPoolTest {
    private final MailHostPool pool = new MailHostPool();

    @Test
    void makesEqualHostsOneObject() {
        MailHost first = pool.intern(new Domain("example.net"));
        assertThat(pool.intern(new Domain("example.net"))).isSameAs(first);
        MailHost literal = pool.intern(new AddressLiteral(InetAddress.ofLiteral("192.0.2.1")));
        assertThat(pool.intern(new AddressLiteral(InetAddress.ofLiteral("192.0.2.1"))))
                .isSameAs(literal);
    }

    @Test
    void givesTheHostThatItWasAskedForHoweverManyThereAre() {
        for (int i = 0; i < 100_000; i++) {
            Domain domain = new Domain("d" + i + ".example");
            assertThat(pool.intern(domain)).isEqualTo(domain);
        }
    }
}
