package org.postrider.bench;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.postrider.dns.Answer;
import org.postrider.dns.DnsName;
import org.postrider.dns.Family;
import org.postrider.dns.Mx;
import org.postrider.dns.Resolver;
import org.postrider.dns.Tlsa;
import org.postrider.mail.Domain;

/**
 * A DNS of TXT records alone, which answers at once, as a cache does.
 *
 * @param texts by name, in lower case and without the last dot
 */
record CachedTexts(Map<String, String> texts) implements Resolver {
    private static final Duration TTL = Duration.ofMinutes(5);

    @Override
    public Answer<String> txt(Domain name) {
        return text(name.ascii());
    }

    @Override
    public Answer<String> txt(DnsName name) {
        return text(name.text());
    }

    private Answer<String> text(String name) {
        String text = texts.get(name);
        return text == null ? none() : new Answer.Found<>(List.of(text), TTL, false);
    }

    @Override
    public Answer<DnsName> exchangers(DnsName name) {
        return none();
    }

    @Override
    public Answer<InetAddress> addresses(DnsName name, Family family) {
        return none();
    }

    @Override
    public Answer<Mx> mx(Domain name) {
        return none();
    }

    @Override
    public Answer<InetAddress> addresses(Domain name, Family family) {
        return none();
    }

    @Override
    public Answer<Domain> ptr(InetAddress address) {
        return none();
    }

    @Override
    public Answer<Tlsa> tlsa(Domain host, int port) {
        return none();
    }

    @Override
    public Answer<Domain> alias(Domain name) {
        return none();
    }

    private static <T> Answer<T> none() {
        return new Answer.NoRecords<>(TTL, false);
    }
}
