package org.postrider.mail;

import java.net.InetAddress;

/** An address literal such as {@code [192.0.2.1]} or {@code [IPv6:2001:db8::1]} (RFC 5321 §4.1.3). */
public record AddressLiteral(InetAddress address) implements MailHost {
    @Override
    public String text() {
        String host = address.getHostAddress();
        int zone = host.indexOf('%');
        String plain = zone < 0 ? host : host.substring(0, zone);
        return address.getAddress().length == 4 ? "[" + plain + "]" : "[IPv6:" + plain + "]";
    }

    @Override
    public String toString() {
        return text();
    }
}
