package org.postrider.mailauth.spf;

import java.net.InetAddress;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.postrider.dns.Answer;
import org.postrider.dns.DnsName;
import org.postrider.dns.Family;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;

/**
 * What one check asks of the DNS. Once its time is over every answer is a failure.
 *
 * <p>Thread: confined.
 */
final class PatientResolver {
    private final Resolver resolver;
    private final LongSupplier nanoTime;
    private final long beganNanos;
    private final long patienceNanos;

    PatientResolver(Resolver resolver, LongSupplier nanoTime, Duration patience) {
        this.resolver = resolver;
        this.nanoTime = nanoTime;
        this.beganNanos = nanoTime.getAsLong();
        this.patienceNanos = patience.toNanos();
    }

    Answer<String> txt(DnsName name) {
        return ask(() -> resolver.txt(name));
    }

    Answer<InetAddress> addresses(DnsName name, Family family) {
        return ask(() -> resolver.addresses(name, family));
    }

    Answer<InetAddress> addresses(Domain name, Family family) {
        return ask(() -> resolver.addresses(name, family));
    }

    Answer<DnsName> exchangers(DnsName name) {
        return ask(() -> resolver.exchangers(name));
    }

    Answer<Domain> ptr(InetAddress address) {
        return ask(() -> resolver.ptr(address));
    }

    private <T> Answer<T> ask(Supplier<Answer<T>> question) {
        return nanoTime.getAsLong() - beganNanos > patienceNanos
                ? new Answer.Failed<>(Answer.Failure.TIMEOUT, "the check took too long")
                : question.get();
    }
}
