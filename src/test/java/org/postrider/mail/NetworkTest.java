package org.postrider.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.testing.Requirement;

class NetworkTest {
    private static Network network(String text) {
        return Network.parse(text).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.128/25, 192.0.2.128, true",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, 127.0.0.2, false",
        "::1/128, ::1, true",
        "::1/128, 127.0.0.1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
    })
    void containsItsRange(String network, String address, boolean inside) {
        assertThat(network(network).contains(InetAddress.ofLiteral(address))).isEqualTo(inside);
    }

    @Test
    @Requirement("C7")
    void takesMappedAddressesAsFour() {
        assertThat(network("192.0.2.0/24").contains(InetAddress.ofLiteral("::ffff:192.0.2.7")))
                .isTrue();
        assertThat(network("::ffff:192.0.2.0/120")).isEqualTo(network("192.0.2.0/24"));
        assertThat(network("::/0").contains(InetAddress.ofLiteral("::ffff:192.0.2.7")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.1/8",
                "::/129",
                "2001:db8::1/32",
                "example.org",
                "10.0.0/8",
                "2130706433",
                "fe80::1%eth0/64",
                "10.0.0.0/8 ",
                "::ffff:10.0.0.0/8"
            })
    void refusesWhatIsNoNetwork(String text) {
        assertThat(Network.parse(text)).isEmpty();
    }

    @Test
    void findsTheNetworkAroundAnAddress() {
        assertThat(Network.around(InetAddress.ofLiteral("192.0.2.77"), 24)).hasToString("192.0.2.0/24");
        assertThat(Network.around(InetAddress.ofLiteral("2001:db8:1:2:3::4"), 64))
                .isEqualTo(network("2001:db8:1:2::/64"));
    }

    @Test
    void writesWhatItReads() {
        assertThat(network(network("10.0.0.0/8").toString())).isEqualTo(network("10.0.0.0/8"));
    }

    @Test
    void liesWithinAWiderOneOfItsFamily() {
        Network wide = Network.parse("10.0.0.0/8").orElseThrow();
        assertThat(Network.parse("10.1.0.0/16").orElseThrow().isWithin(wide)).isTrue();
        assertThat(wide.isWithin(wide)).isTrue();
        assertThat(Network.parse("0.0.0.0/0").orElseThrow().isWithin(wide)).isFalse();
        assertThat(Network.parse("11.0.0.0/16").orElseThrow().isWithin(wide)).isFalse();
        assertThat(Network.parse("fc00::/16").orElseThrow().isWithin(wide)).isFalse();
    }
}
