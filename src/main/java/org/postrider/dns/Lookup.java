package org.postrider.dns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postrider.dns.Answer.Failure;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Reads the replies to one question, following aliases within a reply and, where a server leaves it to us, over several
 * replies. Only records that the question leads to are looked at; whatever else a reply carries is ignored.
 *
 * <p>Thread: confined.
 */
final class Lookup {
    /** Aliases followed for one question; real zones have one or two. */
    static final int ALIASES_MAX = 8;

    private final Question question;
    private final DnsSettings settings;
    private final Set<Name> seen = new HashSet<>();
    private Name current;
    private long ttlSeconds;
    private boolean authenticated;

    /** What became of a question, before its records are given their own types. */
    record Result(
            Kind kind, List<Record> records, Duration ttl, boolean authenticated, Failure failure, String detail) {
        enum Kind {
            FOUND,
            NO_SUCH_NAME,
            NO_RECORDS,
            FAILED
        }

        static Result failed(Failure failure, String detail, Duration ttl) {
            return new Result(Kind.FAILED, List.of(), ttl, false, failure, detail);
        }

        Result withTtl(Duration left) {
            return new Result(kind, records, left, authenticated, failure, detail);
        }
    }

    /** What to do after a reply. */
    sealed interface Step {
        record Done(Result result) implements Step {}

        /** The server's own failure; another one may do better. Nothing of the look-up has changed. */
        record TryElsewhere(Result result) implements Step {}

        /** Ask again, for the name that the aliases lead to. */
        record Ask(Name name) implements Step {}
    }

    Lookup(Question question, DnsSettings settings) {
        this.question = question;
        this.settings = settings;
        this.current = question.name();
        this.ttlSeconds = settings.ttlMax().toSeconds();
        this.authenticated = settings.validates();
        seen.add(current);
    }

    Step read(Message reply) {
        int rcode = reply.getRcode();
        if (rcode != Rcode.NOERROR && rcode != Rcode.NXDOMAIN) {
            Optional<String> bogus = Validation.bogus(reply);
            if (bogus.isPresent()) {
                return new Step.TryElsewhere(failed(Failure.BOGUS, bogus.get()));
            }
            Failure failure = rcode == Rcode.REFUSED
                    ? Failure.REFUSED
                    : rcode == Rcode.FORMERR ? Failure.MALFORMED : Failure.SERVER_FAILURE;
            return new Step.TryElsewhere(failed(failure, "the server said " + Rcode.string(rcode)));
        }
        authenticated &= reply.getHeader().getFlag(Flags.AD);
        List<Record> answer = reply.getSection(Section.ANSWER);
        boolean moved = false;
        while (true) {
            List<Record> records = recordsAtCurrent(answer);
            if (!records.isEmpty()) {
                return new Step.Done(result(Result.Kind.FOUND, records, Duration.ofSeconds(ttlSeconds)));
            }
            CNAMERecord alias = aliasAtCurrent(answer);
            if (alias == null) {
                break;
            }
            ttlSeconds = Math.min(ttlSeconds, alias.getTTL());
            current = alias.getTarget();
            moved = true;
            if (!seen.add(current) || seen.size() > ALIASES_MAX) {
                return new Step.Done(failed(Failure.MALFORMED, "aliases lead in a circle or too far"));
            }
        }
        // NXDOMAIN is about the last name of a chain (RFC 6604 §3), and so is a negative answer's SOA.
        if (moved && rcode == Rcode.NOERROR && soa(reply) == null) {
            return new Step.Ask(current);
        }
        Result.Kind kind = rcode == Rcode.NXDOMAIN ? Result.Kind.NO_SUCH_NAME : Result.Kind.NO_RECORDS;
        return new Step.Done(result(kind, List.of(), negativeTtl(reply)));
    }

    Result failed(Failure failure, String detail) {
        String asked = question.name() + " " + Type.string(question.type());
        return Result.failed(failure, asked + ": " + detail, settings.failureTtl());
    }

    private Result result(Result.Kind kind, List<Record> records, Duration ttl) {
        return new Result(kind, records, ttl, authenticated, Failure.SERVER_FAILURE, "");
    }

    private List<Record> recordsAtCurrent(List<Record> answer) {
        List<Record> records = new ArrayList<>();
        for (Record each : answer) {
            if (each.getType() == question.type() && each.getName().equals(current)) {
                records.add(each);
                ttlSeconds = Math.min(ttlSeconds, each.getTTL());
            }
        }
        return records;
    }

    private @Nullable CNAMERecord aliasAtCurrent(List<Record> answer) {
        for (Record each : answer) {
            if (each instanceof CNAMERecord alias && each.getName().equals(current)) {
                return alias;
            }
        }
        return null;
    }

    /** RFC 2308 §5: the lesser of the SOA's own TTL and its MINIMUM; without a SOA it is not to be remembered. */
    private Duration negativeTtl(Message reply) {
        SOARecord soa = soa(reply);
        if (soa == null) {
            return Duration.ZERO;
        }
        long seconds = Math.min(ttlSeconds, Math.min(soa.getTTL(), soa.getMinimum()));
        Duration ttl = Duration.ofSeconds(seconds);
        return ttl.compareTo(settings.negativeTtlMax()) < 0 ? ttl : settings.negativeTtlMax();
    }

    private static @Nullable SOARecord soa(Message reply) {
        for (Record each : reply.getSection(Section.AUTHORITY)) {
            if (each instanceof SOARecord soa) {
                return soa;
            }
        }
        return null;
    }
}
