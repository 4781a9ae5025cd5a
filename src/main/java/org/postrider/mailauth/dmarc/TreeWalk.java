package org.postrider.mailauth.dmarc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.postrider.dns.Answer;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;
import org.postrider.mailauth.dmarc.DmarcRecord.PublicSuffix;

/**
 * Walks from a name towards the root and collects the records on its way (RFC 9989 §4.10), to find the domain of the
 * organization that a name belongs to (§4.10.2). Made for one evaluation: each name is asked for once, however many walks
 * pass it.
 *
 * <p>Thread: any; calls block.
 */
public final class TreeWalk {
    /** Questions of one walk: its start and seven more. */
    public static final int QUERIES_MAX = 8;

    private final Resolver resolver;
    private final Map<Domain, FutureTask<Finding>> asked = new ConcurrentHashMap<>();

    /** What stands at {@code _dmarc} below one name. */
    public sealed interface Finding {
        record Found(DmarcRecord record) implements Finding {}

        /**
         * None, or several, which count as none (§4.10).
         *
         * @param records how many there are
         */
        record Absent(int records) implements Finding {}

        /** The DNS has not told; that is not the same as none. */
        record Failed(String detail) implements Finding {}
    }

    /** A name with its record. */
    public record Step(Domain name, DmarcRecord record) {}

    /**
     * A walk that is over.
     *
     * @param found from the longest name to the shortest
     * @param failure what the DNS did not tell, where the walk ended for that
     */
    public record Walk(Domain start, List<Step> found, Optional<String> failure) {
        public Walk {
            found = List.copyOf(found);
        }

        /** The organization's domain (§4.10.2); empty where the walk failed and nobody can say. */
        public Optional<Domain> organization() {
            if (failure.isPresent()) {
                return Optional.empty();
            }
            for (Step step : found) {
                if (step.record().publicSuffix() == PublicSuffix.NO) {
                    return Optional.of(step.name());
                }
                if (step.record().publicSuffix() == PublicSuffix.YES
                        && !step.name().equals(start)) {
                    return Optional.of(suffix(start, labels(step.name()) + 1));
                }
            }
            return Optional.of(found.isEmpty() ? start : found.getLast().name());
        }

        /** The record at this name, where the walk passed one. */
        public Optional<DmarcRecord> at(Domain name) {
            return found.stream()
                    .filter(step -> step.name().equals(name))
                    .map(Step::record)
                    .findFirst();
        }

        /** The record of a public suffix above the start. */
        public Optional<Step> publicSuffix() {
            return found.stream()
                    .filter(step -> step.record().publicSuffix() == PublicSuffix.YES)
                    .findFirst();
        }
    }

    public TreeWalk(Resolver resolver) {
        this.resolver = resolver;
    }

    /** Walks. A record that says whether its name is a public suffix ends it. */
    public Walk from(Domain start) {
        List<Step> found = new ArrayList<>();
        for (Domain name : names(start)) {
            switch (at(name)) {
                case Finding.Found(DmarcRecord record) -> {
                    found.add(new Step(name, record));
                    if (record.publicSuffix() != PublicSuffix.UNKNOWN) {
                        return new Walk(start, found, Optional.empty());
                    }
                }
                case Finding.Absent _ -> {}
                case Finding.Failed(String detail) -> {
                    return new Walk(start, found, Optional.of(detail));
                }
            }
        }
        return new Walk(start, found, Optional.empty());
    }

    /** The names that a walk asks for, unless a record ends it earlier: at most {@value #QUERIES_MAX}. */
    static List<Domain> names(Domain start) {
        List<Domain> names = new ArrayList<>();
        names.add(start);
        for (int labels = Math.min(labels(start), QUERIES_MAX) - 1; labels > 0; labels--) {
            names.add(suffix(start, labels));
        }
        return names;
    }

    /** The record of one name. */
    public Finding at(Domain name) {
        FutureTask<Finding> mine = new FutureTask<>(() -> ask(name));
        FutureTask<Finding> first = asked.putIfAbsent(name, mine);
        if (first == null) {
            mine.run();
        }
        try {
            return (first == null ? mine : first).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Finding.Failed("interrupted");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException bug ? bug : new IllegalStateException(e.getCause());
        }
    }

    private Finding ask(Domain name) {
        Optional<Domain> place = Domain.parse("_dmarc." + name.ascii());
        if (place.isEmpty()) {
            // No such name can be in the DNS: it would be too long.
            return new Finding.Absent(0);
        }
        return switch (resolver.txt(place.get())) {
            case Answer.Found<String> texts -> {
                List<DmarcRecord> records = texts.records().stream()
                        .flatMap(text -> DmarcRecord.parse(text).stream())
                        .toList();
                yield records.size() == 1 ? new Finding.Found(records.getFirst()) : new Finding.Absent(records.size());
            }
            case Answer.NoSuchName<String> _, Answer.NoRecords<String> _ -> new Finding.Absent(0);
            case Answer.Failed<String>(var _, String detail) -> new Finding.Failed(detail);
        };
    }

    static int labels(Domain name) {
        return (int) name.ascii().chars().filter(c -> c == '.').count() + 1;
    }

    /** The last labels of a name. */
    static Domain suffix(Domain name, int labels) {
        String ascii = name.ascii();
        int at = ascii.length();
        for (int i = 0; i < labels && at >= 0; i++) {
            at = ascii.lastIndexOf('.', at - 1);
        }
        return at < 0 ? name : new Domain(ascii.substring(at + 1));
    }
}
