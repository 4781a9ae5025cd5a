package org.postrider.mailauth.spf;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.dns.Answer;
import org.postrider.dns.DnsName;
import org.postrider.mail.Domain;

/**
 * The names that the client's address points to and that point back to it (RFC 7208 §5.5), found when first asked for.
 *
 * <p>Thread: confined.
 */
final class ClientNames {
    private final PatientResolver dns;
    private final Client client;
    private @Nullable List<Domain> validated;
    private boolean isVoid;

    ClientNames(PatientResolver dns, Client client) {
        this.dns = dns;
        this.client = client;
    }

    /** Whether one of them is {@code target} or lies under it. */
    boolean anyWithin(DnsName target) {
        return validated().stream().anyMatch(name -> isWithin(name, target));
    }

    /** Whether the DNS has no name for the address. */
    boolean isVoid() {
        validated();
        return isVoid;
    }

    /** The one to show: {@code domain} itself, else one under it, else any. */
    Optional<String> preferred(DnsName domain) {
        List<Domain> names = validated();
        return names.stream()
                .filter(name -> name.ascii().equals(domain.text()))
                .findFirst()
                .or(() -> names.stream().filter(name -> isWithin(name, domain)).findFirst())
                .or(() -> names.stream().findFirst())
                .map(Domain::ascii);
    }

    private static boolean isWithin(Domain name, DnsName target) {
        return name.ascii().equals(target.text()) || name.ascii().endsWith("." + target.text());
    }

    private List<Domain> validated() {
        if (validated == null) {
            validated = find();
        }
        return validated;
    }

    private List<Domain> find() {
        return switch (dns.ptr(client.address())) {
            case Answer.Found<Domain> found ->
                found.records().stream()
                        .limit(Spf.NAMES_MAX)
                        .filter(this::pointsBack)
                        .toList();
            case Answer.NoSuchName<Domain> _, Answer.NoRecords<Domain> _ -> {
                isVoid = true;
                yield List.of();
            }
            // RFC 7208 §5.5: an error means no name, not a temperror.
            case Answer.Failed<Domain> _ -> List.of();
        };
    }

    private boolean pointsBack(Domain name) {
        return dns.addresses(name, client.family()) instanceof Answer.Found<InetAddress> found
                && found.records().contains(client.address());
    }
}
