package org.postrider.certificate;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.tls.PemIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate and its key, looked at again and again; what is bad, as two files are while they are being replaced, leaves
 * the last good pair in force.
 *
 * <p>Thread: confined.
 */
final class WatchedPair {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedPair.class);

    private final PemPair pair;
    private PemPair.Seen good = PemPair.Seen.NOTHING;
    private @Nullable PemIdentity identity;
    private String complaint = "";

    WatchedPair(PemPair pair) {
        this.pair = pair;
    }

    PemPair pair() {
        return pair;
    }

    Optional<PemIdentity> identity() {
        return Optional.ofNullable(identity);
    }

    /** True where there is another good pair than before. */
    boolean look() {
        return switch (pair.read()) {
            case PemPair.Result.Bad(var reason) -> {
                // Told once, not at every look.
                if (!reason.equals(complaint)) {
                    complaint = reason;
                    LOG.warn("{}; {}", reason, identity == null ? "it is not shown" : "the last good one stays");
                }
                yield false;
            }
            case PemPair.Result.Good(var found, var seen) -> {
                complaint = "";
                if (seen.equals(good)) {
                    yield false;
                }
                good = seen;
                if (identity != null) {
                    LOG.info(
                            "{} has another certificate: {}", pair.certificate().origin(), found);
                }
                identity = found;
                yield true;
            }
        };
    }
}
