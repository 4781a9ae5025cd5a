package org.postrider.policy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.postrider.dns.Answer;
import org.postrider.dns.Family;
import org.postrider.dns.ListedName;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;
import org.postrider.mail.Network;
import org.postrider.policy.PolicySettings.DnsList;

/**
 * Asks DNS lists (RFC 5782) about clients, all lists side by side, and keeps an eye on the lists themselves.
 *
 * <p>Thread: any.
 */
final class DnsLists {
    /** Where all answers must lie (RFC 5782 §2.1). */
    private static final Network ANSWERS = Network.parse("127.0.0.0/8").orElseThrow();

    /** With these, list operators say that a question was not answered: too many, from a public resolver, mistyped. */
    private static final Network ERRORS = Network.parse("127.255.255.0/24").orElseThrow();

    private final Resolver resolver;
    private final Lookups lookups;
    private final LongSupplier nanoTime;
    private final Map<Domain, ListHealth> health = new ConcurrentHashMap<>();

    DnsLists(Resolver resolver, Lookups lookups, LongSupplier nanoTime) {
        this.resolver = resolver;
        this.lookups = lookups;
        this.nanoTime = nanoTime;
    }

    /** A list, and its judgement on its way. */
    record Asked(DnsList list, Lookups.Pending<Judgement> judgement) {
        Check check() {
            return checkOf(list);
        }

        Judgement await() {
            return judgement
                    .await()
                    .orElseGet(() -> Judgement.unknown(check(), list.zone() + " did not answer in time"));
        }
    }

    private static Check checkOf(DnsList list) {
        return list.good() ? Check.DNSWL : Check.DNSBL;
    }

    /** Starts asking all lists. */
    List<Asked> ask(InetAddress client, List<DnsList> lists, Duration patience) {
        List<Asked> asked = new ArrayList<>(lists.size());
        for (DnsList list : lists) {
            if (!list.response().isOff() || list.befriends()) {
                asked.add(new Asked(list, lookups.start("dns-list", patience, () -> judge(client, list))));
            }
        }
        return asked;
    }

    /** The lists that are not believed just now. */
    long distrusted() {
        return health.values().stream().filter(ListHealth::isDistrusted).count();
    }

    private Judgement judge(InetAddress client, DnsList list) {
        ListHealth state = health.computeIfAbsent(list.zone(), zone -> new ListHealth(zone, this::addresses, nanoTime));
        if (!state.isUsable()) {
            return Judgement.unknown(checkOf(list), list.zone() + " is not believed: " + state.why());
        }
        return switch (addresses(ListedName.of(client, list.zone()))) {
            case Answer.NoSuchName<InetAddress> _, Answer.NoRecords<InetAddress> _ -> {
                state.answered();
                yield Judgement.pass(checkOf(list), list.zone() + " does not list it");
            }
            case Answer.Failed<InetAddress> failed -> {
                state.failed(failed.failure().name());
                yield Judgement.unknown(checkOf(list), list.zone() + " did not answer: " + failed.failure());
            }
            case Answer.Found<InetAddress> found -> listed(client, list, state, found.records());
        };
    }

    private Judgement listed(InetAddress client, DnsList list, ListHealth state, List<InetAddress> codes) {
        for (InetAddress code : codes) {
            if (!ANSWERS.contains(code)) {
                return distrust(list, state, "it answers " + code.getHostAddress() + ", outside of " + ANSWERS);
            }
            if (ERRORS.contains(code)) {
                return distrust(list, state, "it answers " + code.getHostAddress() + ", an error");
            }
        }
        state.answered();
        return codes.stream()
                .filter(list::counts)
                .findFirst()
                .map(code -> found(client, list, code))
                .orElseGet(
                        () -> Judgement.pass(checkOf(list), list.zone() + " lists it with a code that does not count"));
    }

    private static Judgement distrust(DnsList list, ListHealth state, String why) {
        state.distrust(why);
        return Judgement.unknown(checkOf(list), list.zone() + " is not believed: " + why);
    }

    private Judgement found(InetAddress client, DnsList list, InetAddress code) {
        String detail = list.zone() + " lists " + client.getHostAddress() + " as " + code.getHostAddress();
        if (list.befriends()) {
            return Judgement.friend(checkOf(list), detail);
        }
        boolean refuses = switch (list.response().action()) {
            case OFF, TAG, SCORE -> false;
            case DEFER, REJECT -> true;
        };
        String reason = refuses ? reason(ListedName.of(client, list.zone())) : "";
        String text = list.text() != null
                ? list.text().replace("{client}", client.getHostAddress()).replace("{reason}", reason)
                : "Service unavailable; Client host [" + client.getHostAddress() + "] blocked using " + list.zone()
                        + (reason.isEmpty() ? "" : "; " + reason);
        return Judgement.found(checkOf(list), list.response(), detail, Refusal.of(554, "5.7.1", text));
    }

    private Answer<InetAddress> addresses(Domain name) {
        return resolver.addresses(name, Family.IPV4);
    }

    /** What the list says to the listed, in harmless characters; empty where it says nothing. */
    private String reason(Domain name) {
        return switch (resolver.txt(name)) {
            case Answer.Found<String> found ->
                found.records().stream().findFirst().map(PlainText::of).orElse("");
            case Answer.NoSuchName<String> _, Answer.NoRecords<String> _, Answer.Failed<String> _ -> "";
        };
    }
}
