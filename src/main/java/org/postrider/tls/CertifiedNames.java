package org.postrider.tls;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The names of hosts that a certificate is for: those of its subjectAltName alone (RFC 9525 §2: the common name is none).
 *
 * @param hosts in lower case, without a dot at the end
 * @param parents the names below which a wildcard stands for any one label
 * @param addresses IP addresses
 */
public record CertifiedNames(Set<String> hosts, Set<String> parents, Set<InetAddress> addresses) {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;
    private static final String WILDCARD = "*.";

    public CertifiedNames {
        // In the certificate's order, for those who show them.
        hosts = java.util.Collections.unmodifiableSet(new LinkedHashSet<>(hosts));
        parents = java.util.Collections.unmodifiableSet(new LinkedHashSet<>(parents));
        addresses = Set.copyOf(addresses);
    }

    public static CertifiedNames of(X509Certificate certificate) {
        Set<String> hosts = new LinkedHashSet<>();
        Set<String> parents = new LinkedHashSet<>();
        Set<InetAddress> addresses = new LinkedHashSet<>();
        for (List<?> name : alternativeNames(certificate)) {
            if (name.get(0) instanceof Integer type && name.get(1) instanceof String value) {
                switch (type) {
                    case DNS_NAME -> addName(plain(value), hosts, parents);
                    case IP_ADDRESS -> addresses.add(InetAddress.ofLiteral(value));
                    default -> {}
                }
            }
        }
        return new CertifiedNames(hosts, parents, addresses);
    }

    private static Collection<List<?>> alternativeNames(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null ? List.of() : names;
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    /** RFC 9525 §6.3: a wildcard is the whole of the leftmost label, and the only one. */
    private static void addName(String name, Set<String> hosts, Set<String> parents) {
        if (name.indexOf('*') < 0) {
            hosts.add(name);
            return;
        }
        String parent = name.startsWith(WILDCARD) ? name.substring(WILDCARD.length()) : "";
        // One that would stand for all of a top-level domain is for nobody.
        if (parent.indexOf('*') < 0 && parent.indexOf('.') > 0) {
            parents.add(parent);
        }
    }

    private static String plain(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** Whether a host's name is one of these itself. */
    boolean name(String host) {
        return hosts.contains(plain(host));
    }

    /** Whether these are for a host: one of the names, what a wildcard stands for, or an address as a literal. */
    public boolean cover(String host) {
        String name = plain(host);
        int dot = name.indexOf('.');
        return hosts.contains(name)
                || (dot > 0 && parents.contains(name.substring(dot + 1)))
                || (!addresses.isEmpty() && addressCovered(name));
    }

    private boolean addressCovered(String literal) {
        try {
            return addresses.contains(InetAddress.ofLiteral(literal));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** As a certificate writes them. */
    public List<String> all() {
        return java.util.stream.Stream.of(
                        hosts.stream(),
                        parents.stream().map(parent -> WILDCARD + parent),
                        addresses.stream().map(InetAddress::getHostAddress))
                .flatMap(each -> each)
                .toList();
    }
}
