package org.postrider.certificate;

import java.io.IOException;
import org.postrider.tls.PemIdentity;

/**
 * A certificate and its key, each in a place that may change.
 *
 * @param certificate the chain in PEM
 * @param key in PEM
 */
public record PemPair(Text certificate, Text key) {
    /** A text that is read anew each time. */
    public interface Text {
        /**
         * @throws IOException where it cannot be had, in words for people
         */
        String read() throws IOException;

        /** Where it is, for people. */
        String origin();
    }

    /** What came of reading both. */
    sealed interface Result {
        /**
         * @param seen a mark of the texts that were read: the same for the same texts only
         */
        record Good(PemIdentity identity, Seen seen) implements Result {}

        /**
         * @param reason a sentence without its end
         */
        record Bad(String reason) implements Result {}
    }

    /** The texts that were read; not shown. */
    record Seen(String certificate, String key) {
        static final Seen NOTHING = new Seen("", "");

        @Override
        public String toString() {
            return "***";
        }
    }

    Result read() {
        Seen seen;
        try {
            seen = new Seen(certificate.read(), key.read());
        } catch (IOException e) {
            return new Result.Bad(String.valueOf(e.getMessage()));
        }
        return switch (PemIdentity.parse(seen.certificate(), seen.key())) {
            case PemIdentity.Parsed.Valid(var identity) -> new Result.Good(identity, seen);
            case PemIdentity.Parsed.Invalid(var part, var reason) ->
                new Result.Bad(switch (part) {
                            case CERTIFICATE -> certificate.origin();
                            case KEY -> key.origin();
                        }
                        + " " + reason);
        };
    }
}
