package org.postrider.domain;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.postrider.dns.Answer;
import org.postrider.dns.Family;
import org.postrider.dns.Resolver;
import org.postrider.domain.CheckResult.Grade;
import org.postrider.mail.Domain;

/**
 * Whether the server's name, which it gives in EHLO, has addresses, and whether each leads back to the name: large
 * receivers refuse mail from hosts where it is otherwise.
 *
 * <p>Thread: any; blocks on the DNS.
 */
public final class IdentityCheck {
    private final Resolver resolver;
    private final Domain hostname;

    public IdentityCheck(Resolver resolver, Domain hostname) {
        this.resolver = resolver;
        this.hostname = hostname;
    }

    public List<CheckResult> check() {
        List<InetAddress> addresses = new ArrayList<>();
        List<CheckResult> results = new ArrayList<>();
        for (Family family : Family.values()) {
            switch (resolver.addresses(hostname, family)) {
                case Answer.Found<InetAddress> found -> addresses.addAll(found.records());
                case Answer.NoRecords<InetAddress> _, Answer.NoSuchName<InetAddress> _ -> {}
                case Answer.Failed<InetAddress>(var _, String detail) ->
                    results.add(CheckResult.unknown("hostname", hostname.ascii(), detail));
            }
        }
        if (!addresses.isEmpty()) {
            results.add(named(addresses));
            addresses.forEach(address -> results.add(pointer(address)));
        } else if (results.isEmpty()) {
            results.add(new CheckResult(
                    "hostname",
                    Grade.ERROR,
                    hostname.ascii(),
                    List.of(),
                    "A and AAAA records with this server's public addresses",
                    "The name that this server gives in EHLO has no addresses.",
                    "Publish them, or set `hostname` to a name that has."));
        }
        return results;
    }

    private CheckResult named(List<InetAddress> addresses) {
        List<String> found = addresses.stream().map(InetAddress::getHostAddress).toList();
        boolean reachable = addresses.stream()
                .noneMatch(address ->
                        address.isLoopbackAddress() || address.isSiteLocalAddress() || address.isAnyLocalAddress());
        return reachable
                ? CheckResult.good("hostname", hostname.ascii(), found, "The name in EHLO has addresses.")
                : new CheckResult(
                        "hostname",
                        Grade.WARNING,
                        hostname.ascii(),
                        found,
                        "public addresses",
                        "Nobody outside can reach an address of this name.",
                        "Publish the address that the world sees, behind NAT that of the router.");
    }

    private CheckResult pointer(InetAddress address) {
        String subject = address.getHostAddress();
        return switch (resolver.ptr(address)) {
            case Answer.Found<Domain> found -> {
                List<String> names = found.records().stream().map(Domain::ascii).toList();
                yield found.records().contains(hostname)
                        ? CheckResult.good("ptr", subject, names, "The address leads to the name, and the name to it.")
                        : wrong(subject, names, "The address leads to another name than the one given in EHLO.");
            }
            case Answer.NoRecords<Domain> _, Answer.NoSuchName<Domain> _ ->
                wrong(subject, List.of(), "The address leads to no name: large receivers refuse mail from it.");
            case Answer.Failed<Domain>(var _, String detail) -> CheckResult.unknown("ptr", subject, detail);
        };
    }

    private CheckResult wrong(String subject, List<String> found, String why) {
        return new CheckResult(
                "ptr",
                found.isEmpty() ? Grade.ERROR : Grade.WARNING,
                subject,
                found,
                hostname.ascii(),
                why,
                "Set the PTR record where the address comes from: at the hosting provider, as a rule.");
    }
}
