package org.postrider.domain;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.postrider.dns.Answer;
import org.postrider.dns.Family;
import org.postrider.dns.ListedName;
import org.postrider.dns.Resolver;
import org.postrider.domain.CheckResult.Grade;
import org.postrider.mail.Domain;
import org.postrider.mail.Network;

/**
 * Whether DNS lists of bad clients (RFC 5782) list our own addresses: whoever asks such a list takes no mail from us.
 *
 * <p>Thread: any; blocks on the DNS.
 */
public final class ReputationCheck {
    /** Addresses that are asked about. */
    public static final int ADDRESSES_MAX = 10;

    private static final String CHECK = "reputation";
    /** Where all answers must lie (RFC 5782 §2.1). */
    private static final Network ANSWERS = Network.parse("127.0.0.0/8").orElseThrow();
    /** In which lists say what is wrong with a question. */
    private static final Network REFUSALS = Network.parse("127.255.255.0/24").orElseThrow();

    private final Resolver resolver;

    /** @param codes the answers that count as listed */
    public record ListOfBad(Domain zone, List<Network> codes) {
        public ListOfBad {
            codes = List.copyOf(codes);
        }
    }

    public ReputationCheck(Resolver resolver) {
        this.resolver = resolver;
    }

    /**
     * Asks each list about each address.
     *
     * @param addresses ours, those that others see
     */
    public List<CheckResult> check(List<InetAddress> addresses, List<ListOfBad> lists) {
        if (addresses.isEmpty()) {
            return List.of(notChecked("no public address of this server is known", "Publish addresses of `hostname`."));
        }
        if (lists.isEmpty()) {
            return List.of(notChecked("the configuration names no DNS list", "Add a [[dnsbl]], if only to `tag`."));
        }
        List<CheckResult> results = new ArrayList<>();
        for (InetAddress address : addresses.stream().limit(ADDRESSES_MAX).toList()) {
            lists.forEach(list -> results.add(check(address, list)));
        }
        return results;
    }

    private static CheckResult notChecked(String why, String fix) {
        return new CheckResult(CHECK, Grade.ADVICE, "DNS lists", List.of(), "", "Not checked: " + why + ".", fix);
    }

    private CheckResult check(InetAddress address, ListOfBad list) {
        String subject = address.getHostAddress() + " at " + list.zone();
        return switch (resolver.addresses(ListedName.of(address, list.zone()), Family.IPV4)) {
            case Answer.NoRecords<InetAddress> _, Answer.NoSuchName<InetAddress> _ ->
                CheckResult.good(CHECK, subject, List.of(), "It is not listed.");
            case Answer.Failed<InetAddress>(var _, String detail) -> CheckResult.unknown(CHECK, subject, detail);
            case Answer.Found<InetAddress> found -> answered(address, list, subject, found.records());
        };
    }

    private CheckResult answered(InetAddress address, ListOfBad list, String subject, List<InetAddress> codes) {
        List<String> found = codes.stream().map(InetAddress::getHostAddress).toList();
        if (codes.stream().anyMatch(code -> !ANSWERS.contains(code) || REFUSALS.contains(code))) {
            return new CheckResult(
                    CHECK,
                    Grade.UNKNOWN,
                    subject,
                    found,
                    "127.0.0.x, or no such name",
                    "The list refuses this resolver: its answers mean nothing.",
                    "Ask it through a resolver of your own, or register with the list.");
        }
        boolean counts =
                codes.stream().anyMatch(code -> list.codes().stream().anyMatch(network -> network.contains(code)));
        return new CheckResult(
                CHECK,
                counts ? Grade.ERROR : Grade.ADVICE,
                subject,
                words(address, list, found),
                "not listed",
                counts
                        ? "It is listed: whoever asks this list takes no mail from it."
                        : "It is listed, with a code that does not count here, and may count for others.",
                "Stop what brought it there, then ask the list to take it out.");
    }

    /** The codes, and what the list says to them. */
    private List<String> words(InetAddress address, ListOfBad list, List<String> codes) {
        List<String> words = new ArrayList<>(codes);
        if (resolver.txt(ListedName.of(address, list.zone())) instanceof Answer.Found<String> found) {
            words.addAll(found.records());
        }
        return words;
    }
}
