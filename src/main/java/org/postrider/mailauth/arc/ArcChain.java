package org.postrider.mailauth.arc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.postrider.mailauth.HeaderSection;
import org.postrider.mailauth.TagList;

/** The sets of a message as its header section has them (RFC 8617 §5.2, steps 1 to 3). */
sealed interface ArcChain {
    /** RFC 8617 §4.2.1. */
    int SETS_MAX = 50;

    String RESULTS = "arc-authentication-results";
    String MESSAGE = "arc-message-signature";
    String SEAL = "arc-seal";

    /** There is no field of ARC. */
    record Missing() implements ArcChain {}

    /**
     * Sets that are complete and in sequence.
     *
     * @param sets the first first, at least one
     */
    record Whole(List<ArcSet> sets) implements ArcChain {
        public Whole {
            sets = List.copyOf(sets);
        }
    }

    /**
     * Fields that make no chain.
     *
     * @param highest instance that was seen, 0 where none could be read
     * @param ended whether the newest seal says itself that the chain has failed
     * @param reason for people
     */
    record Broken(int highest, boolean ended, String reason) implements ArcChain {}

    /** Finds the chain. */
    static ArcChain of(HeaderSection header) {
        return new Reader().read(header);
    }

    /** What the tag {@code cv=} of a seal says; empty where it says nothing that can be read. */
    static String validation(HeaderSection.Field seal) {
        return TagList.parse(seal.text()).flatMap(tags -> tags.value("cv")).orElse("");
    }

    /** Sorts the fields by instance. */
    final class Reader {
        private final HeaderSection.Field[] results = new HeaderSection.Field[SETS_MAX + 1];
        private final HeaderSection.Field[] messages = new HeaderSection.Field[SETS_MAX + 1];
        private final HeaderSection.Field[] seals = new HeaderSection.Field[SETS_MAX + 1];
        private int highest;
        private @Nullable String problem;

        private ArcChain read(HeaderSection header) {
            boolean none = true;
            for (HeaderSection.Field field : header.fields()) {
                switch (field.name()) {
                    case RESULTS -> sort(field, results, resultsInstance(field));
                    case MESSAGE -> sort(field, messages, instance(field));
                    case SEAL -> sort(field, seals, instance(field));
                    default -> {
                        continue;
                    }
                }
                none = false;
            }
            return none ? new Missing() : chain();
        }

        private void sort(HeaderSection.Field field, HeaderSection.Field[] same, OptionalInt instance) {
            if (instance.isEmpty()) {
                note("an ARC field has no instance from 1 to 50");
                return;
            }
            int i = instance.getAsInt();
            if (same[i] != null) {
                note("two " + field.name() + " of instance " + i);
            }
            same[i] = field;
            highest = Math.max(highest, i);
        }

        private void note(String why) {
            if (problem == null) {
                problem = why;
            }
        }

        private ArcChain chain() {
            List<ArcSet> sets = new ArrayList<>();
            for (int i = 1; i <= highest; i++) {
                if (results[i] == null || messages[i] == null || seals[i] == null) {
                    note("set " + i + " is not complete");
                    break;
                }
                String expected = i == 1 ? "none" : "pass";
                if (!validation(seals[i]).equals(expected)) {
                    note("seal " + i + " does not say cv=" + expected);
                }
                sets.add(new ArcSet(i, results[i], messages[i], seals[i]));
            }
            boolean ended = highest > 0
                    && seals[highest] != null
                    && validation(seals[highest]).equals("fail");
            if (ended) {
                return new Broken(highest, true, "seal " + highest + " says that the chain has failed");
            }
            return problem == null ? new Whole(sets) : new Broken(highest, false, problem);
        }

        private static OptionalInt instance(HeaderSection.Field field) {
            return TagList.parse(field.text())
                    .flatMap(tags -> tags.value("i"))
                    .map(Reader::number)
                    .orElse(OptionalInt.empty());
        }

        /** {@code i=1;} and then what is written in Authentication-Results (RFC 8617 §4.1.1). */
        private static OptionalInt resultsInstance(HeaderSection.Field field) {
            String text = field.text();
            int end = text.indexOf(';');
            Optional<TagList> first = end < 0 ? Optional.empty() : TagList.parse(text.substring(0, end));
            return first.flatMap(tags -> tags.value("i")).map(Reader::number).orElse(OptionalInt.empty());
        }

        private static OptionalInt number(String text) {
            boolean digits =
                    !text.isEmpty() && text.length() <= 2 && text.chars().allMatch(c -> c >= '0' && c <= '9');
            int number = digits ? Integer.parseInt(text) : 0;
            return number >= 1 && number <= SETS_MAX ? OptionalInt.of(number) : OptionalInt.empty();
        }
    }
}
