package org.postrider.mailauth.spf;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postrider.dns.Answer;
import org.postrider.dns.DnsName;
import org.postrider.dns.Family;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.spf.Mechanism.PrefixLengths;
import org.postrider.mailauth.spf.SpfRecord.Directive;

/**
 * One run of {@code check_host()} with all that includes and redirects lead to.
 *
 * <p>Thread: confined.
 */
final class Evaluation {
    private static final int PROBLEM_CHARACTERS_MAX = 200;
    private static final int MECHANISM_CHARACTERS_MAX = 200;
    private static final String TOO_MANY_TERMS = "more than " + Spf.TERMS_MAX + " terms ask the DNS";

    private final PatientResolver dns;
    private final InstantSource clock;
    private final String receiver;
    private final SpfQuestion question;
    private final Client client;
    private final ClientNames names;
    private int terms;
    private int voids;

    /**
     * What a domain's policy says.
     *
     * @param by the policy whose directive matched, {@code null} where none did
     */
    private record Verdict(
            AuthResult result,
            @Nullable Matched by,
            @Nullable String problem) {
        static Verdict without(AuthResult result, String problem) {
            return new Verdict(result, null, problem);
        }
    }

    private record Matched(SpfRecord policy, DnsName domain, String mechanism) {}

    /** Whether a mechanism matches. */
    private sealed interface Match {
        record Yes() implements Match {}

        record No() implements Match {}

        /** It cannot be told, and the check ends (RFC 7208 §2.6.6, §2.6.7). */
        record Untold(AuthResult result, String problem) implements Match {}
    }

    private static final Match YES = new Match.Yes();
    private static final Match NO = new Match.No();
    private static final Match NOTHING_INCLUDED =
            new Match.Untold(AuthResult.PERMERROR, "a policy includes what is no domain");

    /** A domain's policy, or why there is none. */
    private sealed interface Policy {
        record Of(SpfRecord policy) implements Policy {}

        record Absent() implements Policy {}

        record Unusable(AuthResult result, String problem) implements Policy {}
    }

    Evaluation(PatientResolver dns, InstantSource clock, String receiver, SpfQuestion question) {
        this.dns = dns;
        this.clock = clock;
        this.receiver = receiver;
        this.question = question;
        this.client = new Client(question.client());
        this.names = new ClientNames(dns, client);
    }

    SpfOutcome run() {
        Optional<Domain> domain = question.domain();
        Optional<DnsName> name = domain.flatMap(known -> DnsName.parse(known.ascii()));
        Verdict verdict = name.map(this::checkHost)
                .orElseGet(() -> Verdict.without(AuthResult.NONE, question.domainText() + " is no domain"));
        Optional<Matched> matched = Optional.ofNullable(verdict.by);
        return new SpfOutcome(
                question.identity(),
                domain,
                verdict.result,
                verdict.result == AuthResult.FAIL ? matched.flatMap(this::explanation) : Optional.empty(),
                matched.map(by -> Plain.of(by.mechanism, MECHANISM_CHARACTERS_MAX)),
                Optional.ofNullable(verdict.problem).map(problem -> Plain.of(problem, PROBLEM_CHARACTERS_MAX)));
    }

    int terms() {
        return terms;
    }

    int voids() {
        return voids;
    }

    private Verdict checkHost(DnsName domain) {
        return switch (policy(domain)) {
            case Policy.Of(SpfRecord policy) -> evaluate(policy, domain);
            case Policy.Absent _ -> Verdict.without(AuthResult.NONE, domain + " has no policy");
            case Policy.Unusable(AuthResult result, String problem) -> Verdict.without(result, problem);
        };
    }

    /** RFC 7208 §4.4, §4.5. */
    private Policy policy(DnsName domain) {
        return switch (dns.txt(domain)) {
            case Answer.NoSuchName<String> _, Answer.NoRecords<String> _ -> new Policy.Absent();
            case Answer.Failed<String> failed ->
                new Policy.Unusable(AuthResult.TEMPERROR, unanswered(domain.text(), failed.failure()));
            case Answer.Found<String> found -> {
                List<String> meant =
                        found.records().stream().filter(SpfRecord::isMeant).toList();
                if (meant.size() > 1) {
                    yield new Policy.Unusable(AuthResult.PERMERROR, domain + " has more than one policy");
                }
                yield meant.isEmpty() ? new Policy.Absent() : read(meant.getFirst(), domain);
            }
        };
    }

    private static Policy read(String text, DnsName domain) {
        return switch (SpfRecord.parse(text)) {
            case SpfRecord.Reading.Sound(SpfRecord policy) -> new Policy.Of(policy);
            case SpfRecord.Reading.Broken(String problem) ->
                new Policy.Unusable(AuthResult.PERMERROR, domain + ": " + problem);
        };
    }

    private static String unanswered(String name, Answer.Failure failure) {
        return name + " cannot be looked up: " + failure;
    }

    private Verdict evaluate(SpfRecord policy, DnsName domain) {
        for (Directive directive : policy.directives()) {
            switch (match(directive.mechanism(), domain)) {
                case Match.Yes _ -> {
                    return new Verdict(directive.onMatch(), new Matched(policy, domain, directive.text()), null);
                }
                case Match.Untold(AuthResult result, String problem) -> {
                    return Verdict.without(result, problem);
                }
                case Match.No _ -> {}
            }
        }
        Modifier.Redirect redirect = policy.redirect();
        return redirect == null ? new Verdict(AuthResult.NEUTRAL, null, null) : redirected(redirect, domain);
    }

    /** RFC 7208 §6.1: a redirect to nothing is a permerror. */
    private Verdict redirected(Modifier.Redirect redirect, DnsName domain) {
        if (tooManyTerms()) {
            return Verdict.without(AuthResult.PERMERROR, TOO_MANY_TERMS);
        }
        Optional<DnsName> target = target(redirect.domain(), domain);
        if (target.isEmpty()) {
            return Verdict.without(AuthResult.PERMERROR, domain + " redirects to no domain");
        }
        Verdict verdict = checkHost(target.get());
        return verdict.result == AuthResult.NONE
                ? Verdict.without(AuthResult.PERMERROR, domain + " redirects to " + target.get() + " without a policy")
                : verdict;
    }

    private boolean tooManyTerms() {
        return ++terms > Spf.TERMS_MAX;
    }

    private Match match(Mechanism mechanism, DnsName domain) {
        return switch (mechanism) {
            case Mechanism.All _ -> YES;
            case Mechanism.Range(var network) -> network != null && network.contains(client.address()) ? YES : NO;
            case Mechanism.Include(var spec) -> asking(spec, domain, this::included, NOTHING_INCLUDED);
            case Mechanism.Exists(var spec) -> asking(spec, domain, this::exists, NO);
            case Mechanism.Addresses(var spec, var lengths) ->
                asking(spec, domain, name -> hasAddress(name, lengths), NO);
            case Mechanism.Exchangers(var spec, var lengths) ->
                asking(spec, domain, name -> hasExchanger(name, lengths), NO);
            case Mechanism.Pointers(var spec) -> asking(spec, domain, this::isNamed, NO);
        };
    }

    /**
     * A mechanism that asks the DNS.
     *
     * @param spec whom it asks about, {@code null} for the domain itself
     * @param nameless what it is where macros have made no name
     */
    private Match asking(
            @Nullable MacroString spec, DnsName domain, Function<DnsName, Match> mechanism, Match nameless) {
        if (tooManyTerms()) {
            return new Match.Untold(AuthResult.PERMERROR, TOO_MANY_TERMS);
        }
        Optional<DnsName> target = spec == null ? Optional.of(domain) : target(spec, domain);
        return target.map(mechanism).orElse(nameless);
    }

    /** RFC 7208 §5.2, the table. */
    private Match included(DnsName name) {
        Verdict verdict = checkHost(name);
        String problem = String.valueOf(verdict.problem);
        return switch (verdict.result) {
            case PASS -> YES;
            case FAIL, SOFTFAIL, NEUTRAL -> NO;
            case TEMPERROR -> new Match.Untold(AuthResult.TEMPERROR, problem);
            case PERMERROR, NONE, POLICY -> new Match.Untold(AuthResult.PERMERROR, problem);
        };
    }

    /** RFC 7208 §5.7: A records whatever the client's family. */
    private Match exists(DnsName name) {
        return switch (dns.addresses(name, Family.IPV4)) {
            case Answer.Found<InetAddress> found -> found.records().isEmpty() ? nothing() : YES;
            case Answer.NoSuchName<InetAddress> _, Answer.NoRecords<InetAddress> _ -> nothing();
            case Answer.Failed<InetAddress> failed -> error(name.text(), failed.failure());
        };
    }

    /** RFC 7208 §5.3. */
    private Match hasAddress(DnsName name, PrefixLengths lengths) {
        return switch (dns.addresses(name, client.family())) {
            case Answer.Found<InetAddress> found -> anyNear(found.records(), lengths) ? YES : NO;
            case Answer.NoSuchName<InetAddress> _, Answer.NoRecords<InetAddress> _ -> nothing();
            case Answer.Failed<InetAddress> failed -> error(name.text(), failed.failure());
        };
    }

    /** RFC 7208 §5.4. */
    private Match hasExchanger(DnsName name, PrefixLengths lengths) {
        return switch (dns.exchangers(name)) {
            case Answer.Found<DnsName> found -> anyHostNear(name, found.records(), lengths);
            case Answer.NoSuchName<DnsName> _, Answer.NoRecords<DnsName> _ -> nothing();
            case Answer.Failed<DnsName> failed -> error(name.text(), failed.failure());
        };
    }

    private Match anyHostNear(DnsName name, List<DnsName> exchangers, PrefixLengths lengths) {
        if (exchangers.size() > Spf.NAMES_MAX) {
            return new Match.Untold(
                    AuthResult.PERMERROR, name + " has more than " + Spf.NAMES_MAX + " mail exchangers");
        }
        boolean anyAddress = false;
        for (DnsName host : exchangers) {
            switch (dns.addresses(host, client.family())) {
                case Answer.Found<InetAddress> found -> {
                    anyAddress = true;
                    if (anyNear(found.records(), lengths)) {
                        return YES;
                    }
                }
                case Answer.NoSuchName<InetAddress> _, Answer.NoRecords<InetAddress> _ -> {}
                case Answer.Failed<InetAddress> failed -> {
                    return error(host.text(), failed.failure());
                }
            }
        }
        return anyAddress || exchangers.isEmpty() ? NO : nothing();
    }

    private boolean anyNear(List<InetAddress> addresses, PrefixLengths lengths) {
        return addresses.stream().anyMatch(address -> client.isNear(address, lengths));
    }

    /** RFC 7208 §5.5. */
    private Match isNamed(DnsName name) {
        if (names.anyWithin(name)) {
            return YES;
        }
        return names.isVoid() ? nothing() : NO;
    }

    /** The DNS has nothing for a term: it does not match, and not many may be so. */
    private Match nothing() {
        return ++voids > Spf.VOIDS_MAX
                ? new Match.Untold(AuthResult.PERMERROR, "more than " + Spf.VOIDS_MAX + " terms name what is not there")
                : NO;
    }

    private static Match error(String name, Answer.Failure failure) {
        return new Match.Untold(AuthResult.TEMPERROR, unanswered(name, failure));
    }

    /** The name that macros make, its left labels cut off where it is too long (RFC 7208 §7.3). */
    private Optional<DnsName> target(MacroString spec, DnsName domain) {
        return spec.expand(letter -> value(letter, domain)).flatMap(expanded -> {
            String name = expanded.endsWith(".") ? expanded.substring(0, expanded.length() - 1) : expanded;
            int from = 0;
            while (name.length() - from > DnsName.OCTETS_MAX) {
                int dot = name.indexOf('.', from);
                if (dot < 0) {
                    return Optional.empty();
                }
                from = dot + 1;
            }
            return DnsName.parse(name.substring(from));
        });
    }

    /** RFC 7208 §7.2, §7.3. */
    private Optional<String> value(char letter, DnsName domain) {
        return switch (letter) {
            case 's' -> ascii(question.sender());
            case 'l' -> ascii(question.localPart());
            case 'o' -> Optional.of(octets(SpfQuestion.aLabels(question.domainText())));
            case 'd' -> Optional.of(domain.text());
            case 'i' -> Optional.of(client.dotted());
            case 'p' -> Optional.of(names.preferred(domain).orElse("unknown"));
            case 'v' -> Optional.of(client.family() == Family.IPV4 ? "in-addr" : "ip6");
            case 'h' -> Optional.of(octets(SpfQuestion.aLabels(question.helo())));
            case 'c' -> Optional.of(client.readable());
            case 'r' -> Optional.of(receiver.isEmpty() ? "unknown" : receiver);
            case 't' -> Optional.of(Long.toString(clock.instant().getEpochSecond()));
            default -> Optional.empty();
        };
    }

    /** RFC 8616 §4: terms with a local-part that is not ASCII match nothing. */
    private static Optional<String> ascii(String text) {
        return text.chars().allMatch(c -> c < 0x80) ? Optional.of(text) : Optional.empty();
    }

    private static String octets(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** RFC 7208 §6.2: any trouble, and there is no explanation. */
    private Optional<String> explanation(Matched matched) {
        Modifier.Explanation explanation = matched.policy.explanation();
        if (explanation == null) {
            return Optional.empty();
        }
        return target(explanation.domain(), matched.domain)
                .flatMap(this::onlyText)
                .flatMap(MacroString::explanation)
                .flatMap(macros -> macros.expand(letter -> value(letter, matched.domain)))
                .filter(Plain::isPrintable)
                .map(text -> Plain.of(text, Spf.EXPLANATION_OCTETS_MAX));
    }

    private Optional<String> onlyText(DnsName name) {
        return dns.txt(name) instanceof Answer.Found<String> found
                        && found.records().size() == 1
                ? Optional.of(found.records().getFirst())
                : Optional.empty();
    }
}
