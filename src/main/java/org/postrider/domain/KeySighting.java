package org.postrider.domain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.postrider.dns.Answer;
import org.postrider.dns.Resolver;
import org.postrider.mailauth.dkim.DkimKey;
import org.postrider.mailauth.dkim.DkimRecord;

/** What the DNS has where a key of ours is to be published. */
public sealed interface KeySighting {
    /**
     * Our key, and no other.
     *
     * @param key as published, with its flags
     * @param texts as found
     */
    record Ours(DkimKey key, List<String> texts) implements KeySighting {
        public Ours {
            texts = List.copyOf(texts);
        }
    }

    /**
     * Something else, by which our signatures cannot be verified.
     *
     * @param why for people, a clause whose subject is what stands there
     */
    record Other(List<String> texts, String why) implements KeySighting {
        public Other {
            texts = List.copyOf(texts);
        }
    }

    record Absent() implements KeySighting {}

    /** @param detail why nobody can say now */
    record Unknown(String detail) implements KeySighting {}

    /** Looks; blocks on the DNS. */
    static KeySighting of(Resolver resolver, DkimRecord wanted) {
        return switch (resolver.txt(wanted.name())) {
            case Answer.Found<String> found -> among(found.records(), wanted);
            case Answer.NoRecords<String> _, Answer.NoSuchName<String> _ -> new Absent();
            case Answer.Failed<String>(var _, String detail) -> new Unknown(detail);
        };
    }

    private static KeySighting among(List<String> texts, DkimRecord wanted) {
        List<DkimKey> usable = new ArrayList<>();
        String reason = "is no key record";
        int meant = 0;
        for (String text : texts) {
            switch (DkimKey.read(text)) {
                case DkimKey.Usable(DkimKey key) -> {
                    usable.add(key);
                    meant++;
                }
                case DkimKey.Unusable(boolean isKey, String why) -> {
                    reason = "is no usable key record: " + why;
                    meant += isKey ? 1 : 0;
                }
            }
        }
        if (meant > 1) {
            // RFC 6376 §3.6.2.2: which of them counts is not defined.
            return new Other(texts, "are " + meant + " key records where one may be");
        }
        if (usable.isEmpty()) {
            return new Other(texts, reason);
        }
        DkimKey found = usable.getFirst();
        return isSame(found, wanted) ? new Ours(found, texts) : new Other(texts, "is another key than ours");
    }

    private static boolean isSame(DkimKey found, DkimRecord wanted) {
        return DkimKey.read(wanted.text()) instanceof DkimKey.Usable(DkimKey ours)
                && ours.algorithm() == found.algorithm()
                && Arrays.equals(ours.key().getEncoded(), found.key().getEncoded());
    }
}
