package org.postrider.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;
import org.postrider.mail.Finding;
import org.postrider.mail.Finding.Verdict;
import org.postrider.mail.Reply;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.AuthenticationResults;
import org.postrider.mailauth.arc.ArcResult;
import org.postrider.mailauth.dmarc.AuthorDomains;
import org.postrider.mailauth.dmarc.Disposition;
import org.postrider.mailauth.dmarc.DispositionOverride;
import org.postrider.mailauth.dmarc.DmarcOutcome;
import org.postrider.mailauth.spf.SpfOutcome;
import org.postrider.mailauth.verify.Verified;

/**
 * Judges messages by what was verified of them: SPF, their author, DMARC.
 *
 * <p>Thread: any.
 */
public final class Authenticity {
    /** Checks whose findings agree with a domain that wants its failing mail refused. */
    private static final Set<String> AGREEING = Set.of(Check.DNSBL.word(), Check.CLIENT.word());

    private final AuthenticitySettings settings;

    public Authenticity(AuthenticitySettings settings) {
        this.settings = settings;
    }

    /**
     * What comes of it.
     *
     * @param refusal {@code null} where the message is taken
     * @param hold why the message is to wait for somebody who decides; {@code null} where it is not
     * @param disposition what was done for DMARC's sake, for the reports to the author's domain
     */
    public record Judged(
            List<Finding> findings,
            @Nullable Reply refusal,
            @Nullable String hold,
            Disposition disposition) {
        public Judged {
            findings = List.copyOf(findings);
        }
    }

    /**
     * Judges a message.
     *
     * @param friend whether its client is trusted or has authenticated: all is noted then, and nothing refused or held
     * @param known what was found out about its client and its envelope
     */
    public Judged judge(Verified verified, boolean friend, List<Finding> known) {
        boolean agreed = settings.reject() == AuthenticitySettings.Rejection.ALWAYS
                || (settings.reject() == AuthenticitySettings.Rejection.AGREED
                        && known.stream().anyMatch(Authenticity::speaksAgainst));
        Disposition disposition = Disposition.of(verified.dmarc(), override(verified, friend), agreed);
        List<Judgement> judgements = new ArrayList<>();
        judgements.add(spf(verified));
        judgements.addAll(author(verified));
        Judgement dmarc = dmarc(verified.dmarc(), disposition);
        judgements.add(dmarc);
        score(known, judgements).ifPresent(judgements::add);
        boolean enforce = settings.enforce() && !friend;
        Reply refusal = judgements.stream()
                .map(Judgement::refusal)
                .filter(reply -> enforce && reply != null)
                .findFirst()
                .orElse(null);
        boolean hold = enforce && settings.quarantine().hold() && disposition.action() == Disposition.Action.QUARANTINE;
        return new Judged(
                judgements.stream().map(Judgement::finding).toList(),
                refusal,
                hold ? dmarc.finding().detail() : null,
                settings.enforce() ? disposition : watched(disposition));
    }

    /** The score of client and envelope was decided on at RCPT; it is anew only where something is added to it. */
    private Optional<Judgement> score(List<Finding> known, List<Judgement> judgements) {
        List<Finding> own = judgements.stream().map(Judgement::finding).toList();
        return own.stream().anyMatch(finding -> finding.verdict() == Verdict.SCORE)
                ? Judgement.ofScore(Stream.concat(known.stream(), own.stream()).toList(), settings.scores())
                : Optional.empty();
    }

    private @Nullable DispositionOverride override(Verified verified, boolean friend) {
        if (friend) {
            return DispositionOverride.localRule("the client is trusted");
        }
        DispositionOverride sealed = sealed(verified.arc());
        return sealed == null ? ofList(verified) : sealed;
    }

    /** Where nothing is enforced, nothing is done: reports must not say otherwise. */
    private static Disposition watched(Disposition asked) {
        return switch (asked.action()) {
            case NONE, PASS -> asked;
            case QUARANTINE, REJECT ->
                new Disposition(
                        Disposition.Action.NONE,
                        List.of(DispositionOverride.localRule("policies are watched here and not enforced")));
        };
    }

    private static boolean speaksAgainst(Finding finding) {
        return AGREEING.contains(finding.check())
                && switch (finding.verdict()) {
                    case PASS, UNKNOWN -> false;
                    case TAG, DEFER, REJECT -> true;
                    case SCORE -> finding.weight() > 0;
                };
    }

    private Judgement spf(Verified verified) {
        SpfOutcome outcome = verified.mailFrom();
        String domain = outcome.domain().map(Domain::ascii).orElse("the sender's domain");
        String detail = outcome.result().text() + " for " + domain;
        return switch (outcome.result()) {
            case PASS, NONE, NEUTRAL, POLICY -> Judgement.noted("spf", Verdict.PASS, detail);
            case SOFTFAIL -> Judgement.noted("spf", Verdict.TAG, detail);
            case TEMPERROR -> Judgement.noted("spf", Verdict.UNKNOWN, detail);
            case PERMERROR ->
                // RFC 7372 §3.2.
                Judgement.found(
                        "spf",
                        settings.spfError(),
                        detail,
                        Refusal.of(550, "5.7.24", "SPF validation error: the record of " + domain + " is faulty"));
            case FAIL ->
                Judgement.found(
                        "spf", settings.spfFail(), detail, Refusal.of(550, "5.7.23", spfText(verified, domain)));
        };
    }

    private static String spfText(Verified verified, String domain) {
        String client = verified.origin().client().getHostAddress();
        String why = verified.mailFrom()
                .explanation()
                .map(text -> "; " + domain + " says: " + text)
                .orElse("");
        return "SPF validation failed: " + client + " may not send for " + domain + why;
    }

    /** RFC 9989 §11.5: what has no author, or many, cannot be judged and may be refused for that alone. */
    private List<Judgement> author(Verified verified) {
        return switch (verified.author()) {
            case AuthorDomains.One _ -> List.of();
            case AuthorDomains.Absent(String reason) -> List.of(noAuthor(reason));
            case AuthorDomains.Several _ -> List.of(noAuthor("the From field names several domains"));
        };
    }

    private Judgement noAuthor(String reason) {
        return Judgement.found(
                "author",
                settings.noAuthor(),
                reason,
                Refusal.of(550, "5.7.1", "Message has no single author: " + reason));
    }

    private Judgement dmarc(DmarcOutcome outcome, Disposition disposition) {
        String domain = outcome.author().map(Domain::ascii).orElse("its author");
        String detail = outcome.result().text() + " for " + domain;
        String asked = outcome.policy().text();
        return switch (disposition.action()) {
            case PASS -> Judgement.noted("dmarc", Verdict.PASS, detail);
            case NONE -> {
                if (outcome.result() == AuthResult.TEMPERROR
                        && !settings.unknown().isOff()) {
                    yield Judgement.found(
                            "dmarc",
                            settings.unknown(),
                            detail,
                            Refusal.forNow(451, "4.7.26", "Authenticity of " + domain + " cannot be looked up now"));
                }
                boolean good = outcome.result() == AuthResult.PASS || outcome.result() == AuthResult.NONE;
                yield Judgement.noted("dmarc", good ? Verdict.PASS : Verdict.TAG, detail);
            }
            case QUARANTINE ->
                Judgement.found(
                        "dmarc",
                        settings.quarantine().response(),
                        detail + ", policy " + asked,
                        refusal(domain, asked));
            case REJECT ->
                Judgement.found("dmarc", Response.REJECT, detail + ", policy " + asked, refusal(domain, asked));
        };
    }

    private static Refusal refusal(String domain, String policy) {
        return Refusal.of(
                550,
                "5.7.26",
                "Email rejected per DMARC policy (p=" + policy + ") for " + domain
                        + ": neither SPF nor DKIM authenticates it for that domain");
    }

    /** RFC 9989 §5.4, RFC 8617 §7.2: whoever sealed it last, and is trusted, saw it pass. */
    private @Nullable DispositionOverride sealed(ArcResult arc) {
        if (arc.result() != AuthResult.PASS || arc.sealers().isEmpty()) {
            return null;
        }
        Domain last = arc.sealers().getLast();
        boolean passed = arc.results()
                .flatMap(results -> AuthenticationResults.told(results, "dmarc"))
                .filter(told -> told == AuthResult.PASS)
                .isPresent();
        return settings.trustedSealers().contains(last) && passed
                ? DispositionOverride.trustedSealer(last.ascii())
                : null;
    }

    /** RFC 9989 §5.4: mail of a list that we know, which its list authenticates as its own, and which broke its author's. */
    private @Nullable DispositionOverride ofList(Verified verified) {
        if (settings.trustedLists().isEmpty()
                || verified.header().named("list-id").isEmpty()) {
            return null;
        }
        Stream<Domain> signed = verified.dkim().results().stream()
                .filter(result -> result.result() == AuthResult.PASS && !result.testing())
                .flatMap(result -> result.domain().stream());
        Stream<Domain> sent = verified.mailFrom().result() == AuthResult.PASS
                ? verified.mailFrom().domain().stream()
                : Stream.empty();
        return Stream.concat(signed, sent)
                .flatMap(domain -> settings.trustedLists().stream().filter(list -> domain.isWithin(list)))
                .findFirst()
                .map(list -> DispositionOverride.mailingList(list.ascii()))
                .orElse(null);
    }
}
