package org.postrider.server.config;

import java.util.List;
import org.postrider.delivery.RouteTable;
import org.postrider.delivery.TlsLevel;
import org.postrider.mail.Domain;

/** One {@code [[tls-policy]]}. */
public record TlsPolicyRule(
        @Key(meaning = "`*` for all, `example.net`, or `*.example.net` for the domains below it.")
        RouteTable.Pattern recipientDomain,

        @Key(meaning = "`none`, `may`, `encrypt` or `verify`, as in `[delivery]`.")
        TlsLevel tls,

        @Key(
                fallback = "[]",
                meaning = "For `verify`: names of which a host's certificate must have one; none: the host's own, as MX"
                        + " has it. MX records can be forged, and their hosts have good certificates: names make it"
                        + " safe.")
        List<Domain> tlsNames) {
    public TlsPolicyRule {
        tlsNames = List.copyOf(tlsNames);
    }
}
