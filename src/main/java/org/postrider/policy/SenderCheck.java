package org.postrider.policy;

import java.net.InetAddress;
import org.postrider.dns.Answer;
import org.postrider.dns.Family;
import org.postrider.dns.Mx;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;

/** Whether the domain of a reverse-path can take bounces (RFC 5321 §5.1, RFC 7505 §4.2). Thread: any; calls block. */
final class SenderCheck {
    private final Resolver resolver;

    SenderCheck(Resolver resolver) {
        this.resolver = resolver;
    }

    Judgement judge(Domain domain, PolicySettings.Sender settings) {
        return switch (resolver.mx(domain)) {
            case Answer.Found<Mx> found
            when !found.records().isEmpty() && found.records().stream().allMatch(Mx::isNull) ->
                judgeNullMx(domain, settings.nullMx());
            case Answer.Found<Mx> _ -> Judgement.pass(Check.SENDER, domain + " has an MX");
            case Answer.NoSuchName<Mx> _ -> missing(domain, settings.missing());
            case Answer.Failed<Mx> failed -> failing(domain, failed.failure(), settings.failing());
            case Answer.NoRecords<Mx> _ -> judgeAddresses(domain, settings);
        };
    }

    /** Without an MX the domain itself is its mail host (RFC 5321 §5.1). */
    private Judgement judgeAddresses(Domain domain, PolicySettings.Sender settings) {
        Answer.Failure failure = null;
        for (Family family : Family.values()) {
            switch (resolver.addresses(domain, family)) {
                case Answer.Found<InetAddress> _ -> {
                    return Judgement.pass(Check.SENDER, domain + " has an address");
                }
                case Answer.Failed<InetAddress> failed -> failure = failed.failure();
                case Answer.NoSuchName<InetAddress> _, Answer.NoRecords<InetAddress> _ -> {}
            }
        }
        return failure == null ? missing(domain, settings.missing()) : failing(domain, failure, settings.failing());
    }

    private static Judgement judgeNullMx(Domain domain, Response response) {
        return response.isOff()
                ? Judgement.pass(Check.SENDER, domain + " has a null MX")
                : Judgement.found(
                        Check.SENDER,
                        response,
                        domain + " has a null MX",
                        Refusal.of(550, "5.7.27", "Sender address has null MX"));
    }

    private static Judgement missing(Domain domain, Response response) {
        return response.isOff()
                ? Judgement.pass(Check.SENDER, domain + " was not found")
                : Judgement.found(
                        Check.SENDER,
                        response,
                        domain + " was not found",
                        Refusal.of(550, "5.1.8", "Sender address rejected: domain " + domain + " not found"));
    }

    private static Judgement failing(Domain domain, Answer.Failure failure, Response response) {
        return unanswered(domain + " could not be looked up: " + failure, response);
    }

    /** What a look-up says that has no answer. */
    static Judgement unanswered(String detail, Response response) {
        return response.isOff()
                ? Judgement.unknown(Check.SENDER, detail)
                : Judgement.found(
                        Check.SENDER,
                        response,
                        detail,
                        Refusal.forNow(451, "4.4.3", "Sender domain cannot be looked up just now"));
    }
}
