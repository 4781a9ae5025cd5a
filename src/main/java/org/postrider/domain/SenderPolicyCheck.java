package org.postrider.domain;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.postrider.dns.Answer;
import org.postrider.dns.Family;
import org.postrider.dns.Resolver;
import org.postrider.domain.CheckResult.Grade;
import org.postrider.mail.Ascii;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.spf.Spf;
import org.postrider.mailauth.spf.SpfOutcome;
import org.postrider.mailauth.spf.SpfQuestion;

/** Whether a domain's SPF record is sound and lets this server send (RFC 7208). */
final class SenderPolicyCheck {
    private static final String CHECK = "spf";

    /** Of no host at all (RFC 1112 §4): a sound policy lists it nowhere. */
    private static final InetAddress NOBODY = InetAddress.ofLiteral("240.0.0.1");

    private final Resolver resolver;
    private final Spf spf;
    private final Domain hostname;

    SenderPolicyCheck(Resolver resolver, Spf spf, Domain hostname) {
        this.resolver = resolver;
        this.spf = spf;
        this.hostname = hostname;
    }

    CheckResult check(Domain domain) {
        return switch (resolver.txt(domain)) {
            case Answer.Failed<String>(var _, String detail) -> CheckResult.unknown(CHECK, domain.ascii(), detail);
            case Answer.NoSuchName<String> _, Answer.NoRecords<String> _ -> absent(domain);
            case Answer.Found<String> found -> {
                List<String> policies = found.records().stream()
                        .filter(SenderPolicyCheck::isPolicy)
                        .toList();
                yield policies.isEmpty() ? absent(domain) : sound(domain, policies);
            }
        };
    }

    private static boolean isPolicy(String text) {
        String lower = Ascii.lower(text);
        return lower.equals("v=spf1") || lower.startsWith("v=spf1 ");
    }

    private CheckResult absent(Domain domain) {
        return new CheckResult(
                CHECK,
                Grade.ERROR,
                domain.ascii(),
                List.of(),
                "v=spf1 " + mechanism() + " ~all",
                "It has no SPF record: large receivers refuse mail without one.",
                "Publish the wanted text as a TXT record.");
    }

    private String mechanism() {
        return "a:" + hostname;
    }

    /** Counts with a client that nothing matches, so that no term is left out. */
    private CheckResult sound(Domain domain, List<String> policies) {
        Spf.Counted counted = spf.count(question(domain, NOBODY));
        SpfOutcome outcome = counted.outcome();
        String problem = outcome.problem().orElse("");
        return switch (outcome.result()) {
            case PERMERROR ->
                new CheckResult(
                        CHECK,
                        Grade.ERROR,
                        domain.ascii(),
                        policies,
                        "",
                        "Its SPF record is an error for all who check it: " + problem + ".",
                        fix(policies, counted));
            case TEMPERROR -> CheckResult.unknown(CHECK, domain.ascii(), problem);
            case PASS ->
                new CheckResult(
                        CHECK,
                        Grade.ERROR,
                        domain.ascii(),
                        policies,
                        "an end with ~all or -all",
                        "Everybody may send for it: `" + outcome.mechanism().orElse("")
                                + "` passes whom it does not know.",
                        "List those who send, and end with ~all or -all.");
            case NONE, NEUTRAL, POLICY, FAIL, SOFTFAIL -> covering(domain, policies, counted);
        };
    }

    private static String fix(List<String> policies, Spf.Counted counted) {
        if (policies.size() > 1) {
            return "Make one record of the " + policies.size() + ".";
        }
        if (counted.terms() > Spf.TERMS_MAX) {
            return "Take out includes that are not needed, or put addresses (ip4, ip6) in their place.";
        }
        if (counted.voids() > Spf.VOIDS_MAX) {
            return "Take out the terms whose names are not in the DNS.";
        }
        return "Correct it.";
    }

    private CheckResult covering(Domain domain, List<String> policies, Spf.Counted counted) {
        List<InetAddress> ours = new ArrayList<>();
        for (Family family : Family.values()) {
            switch (resolver.addresses(hostname, family)) {
                case Answer.Found<InetAddress> found -> ours.addAll(found.records());
                case Answer.NoRecords<InetAddress> _, Answer.NoSuchName<InetAddress> _ -> {}
                case Answer.Failed<InetAddress>(var _, String detail) -> {
                    return CheckResult.unknown(CHECK, hostname.ascii(), detail);
                }
            }
        }
        if (ours.isEmpty()) {
            return new CheckResult(
                    CHECK,
                    Grade.WARNING,
                    domain.ascii(),
                    policies,
                    "",
                    "Whether it lets this server send cannot be said: " + hostname + " has no addresses.",
                    "Give the server's name its A and AAAA records.");
        }
        List<InetAddress> left = ours.stream()
                .filter(address -> spf.check(question(domain, address)).result() != AuthResult.PASS)
                .toList();
        return left.isEmpty()
                ? passing(domain, policies, ours, counted)
                : new CheckResult(
                        CHECK,
                        Grade.ERROR,
                        domain.ascii(),
                        policies,
                        mechanism() + " among its terms",
                        "It does not let this server send from " + text(left) + ".",
                        "Put " + mechanism() + " into the record, before its `all`.");
    }

    private static CheckResult passing(
            Domain domain, List<String> policies, List<InetAddress> ours, Spf.Counted counted) {
        String why = "It lets this server send from " + text(ours) + "; " + counted.terms() + " of " + Spf.TERMS_MAX
                + " look-ups, " + counted.voids() + " of " + Spf.VOIDS_MAX + " without an answer.";
        return counted.outcome().result() == AuthResult.NEUTRAL
                ? new CheckResult(
                        CHECK,
                        Grade.ADVICE,
                        domain.ascii(),
                        policies,
                        "an end with ~all or -all",
                        why + " It says nothing of all others.",
                        "End it with ~all or -all.")
                : CheckResult.good(CHECK, domain.ascii(), policies, why);
    }

    private static String text(List<InetAddress> addresses) {
        return String.join(
                ", ", addresses.stream().map(InetAddress::getHostAddress).toList());
    }

    private SpfQuestion question(Domain domain, InetAddress client) {
        return SpfQuestion.mailFrom(client, hostname.ascii(), "postmaster@" + domain);
    }
}
