package org.postrider.certificate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.postrider.tls.PemIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that an authority gives us: kept in a file, renewed when two thirds of its life are over, asked for no
 * more often than the authority bears.
 *
 * <p>Thread: one steps; the rest any.
 */
final class AcmeKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(AcmeKeeper.class);

    private final InstantSource time;
    private final RandomGenerator random;
    private final AcmeIssuer issuer;
    private final Path directory;
    private volatile @Nullable Work work;

    /**
     * What is kept for one authority.
     *
     * @param identity {@code null} before the first
     * @param due when it is to be renewed
     */
    private record Work(AcmeSettings settings, @Nullable PemIdentity identity, Instant due, Renewal renewal) {}

    /**
     * @param directory where keys, certificates and the time of the next try are kept, for each authority
     */
    AcmeKeeper(InstantSource time, RandomGenerator random, AcmeIssuer issuer, Path directory) {
        this.time = time;
        this.random = random;
        this.issuer = issuer;
        this.directory = directory;
    }

    /** Goes by these settings from now on; empty: asks nobody. */
    synchronized void take(Optional<AcmeSettings> settings) {
        Work before = work;
        if (settings.isEmpty()) {
            work = null;
        } else if (before == null || !before.settings().equals(settings.get())) {
            work = load(settings.get());
        }
    }

    Optional<PemIdentity> identity() {
        Work now = work;
        return now == null ? Optional.empty() : Optional.ofNullable(now.identity());
    }

    /** When the authority will be asked next; empty where none is. */
    Optional<Instant> next() {
        Work now = work;
        if (now == null) {
            return Optional.empty();
        }
        Renewal renewal = now.renewal();
        boolean waits = renewal.mark().equals(now.settings().mark())
                && renewal.notBefore().isAfter(now.due());
        return Optional.of(waits ? renewal.notBefore() : now.due());
    }

    private Path folder(AcmeSettings settings) {
        return folder(settings, directory);
    }

    private static Path folder(AcmeSettings settings, Path directory) {
        String name = settings.directory().toString().replaceFirst("^https?://", "");
        return directory.resolve(name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "_"));
    }

    private Path certificateFile(AcmeSettings settings) {
        return certificateFile(settings, directory);
    }

    private static Path certificateFile(AcmeSettings settings, Path directory) {
        return folder(settings, directory).resolve("certificate.pem");
    }

    /**
     * What a keeper of that directory keeps for the authority; empty where that is none.
     *
     * @throws IOException where it cannot be read
     */
    static Optional<PemIdentity> kept(AcmeSettings settings, Path directory) throws IOException {
        Path file = certificateFile(settings, directory);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String text = Files.readString(file);
        return switch (PemIdentity.parse(text, text)) {
            case PemIdentity.Parsed.Valid(var identity) -> Optional.of(identity);
            case PemIdentity.Parsed.Invalid(var _, var reason) -> throw new IOException(file + " " + reason);
        };
    }

    private Path renewalFile(AcmeSettings settings) {
        return folder(settings).resolve("renewal");
    }

    private Work load(AcmeSettings settings) {
        PemIdentity identity = null;
        Renewal renewal = Renewal.AT_ONCE;
        try {
            if (Files.exists(renewalFile(settings))) {
                renewal = Renewal.parse(Files.readString(renewalFile(settings)));
            }
            identity = kept(settings, directory).orElse(null);
        } catch (IOException e) {
            LOG.error("what ACME has kept in {} cannot be read", folder(settings), e);
        }
        return new Work(settings, identity, due(settings, identity), renewal);
    }

    private Instant due(AcmeSettings settings, @Nullable PemIdentity identity) {
        return identity != null && covers(identity, settings)
                ? Renewal.dueAt(identity.certificate(), random.nextDouble())
                : Instant.EPOCH;
    }

    private static boolean covers(PemIdentity identity, AcmeSettings settings) {
        return settings.names().stream().allMatch(identity.names()::cover);
    }

    /** Asks the authority if it is time to; true where there is a new certificate. */
    boolean step() throws InterruptedException {
        Work now = work;
        if (now == null
                || time.instant().isBefore(now.due())
                || !now.renewal().allows(time.instant(), now.settings().mark())) {
            return false;
        }
        AcmeSettings settings = now.settings();
        LOG.info("asking {} for a certificate for {}", settings.directory(), settings.names());
        return switch (ask(settings)) {
            case AcmeIssuer.Answer.Refused(var words, var notBefore) -> {
                failed(now, words, notBefore.orElse(Instant.EPOCH));
                yield false;
            }
            case AcmeIssuer.Answer.Issued(var chain, var key) ->
                switch (PemIdentity.of(chain, key)) {
                    case PemIdentity.Parsed.Valid(var identity)
                    when covers(identity, settings) -> keep(now, identity, PemText.of(identity.chain(), key));
                    case PemIdentity.Parsed.Valid(var identity) -> {
                        failed(now, "its certificate is for " + identity.names().all(), Instant.EPOCH);
                        yield false;
                    }
                    case PemIdentity.Parsed.Invalid(var _, var reason) -> {
                        failed(now, "its certificate " + reason, Instant.EPOCH);
                        yield false;
                    }
                };
        };
    }

    /** A defect on the way is a failure like another: it must not be tried again at once. */
    private AcmeIssuer.Answer ask(AcmeSettings settings) throws InterruptedException {
        try {
            return issuer.issue(settings, folder(settings).resolve("account.pem"));
        } catch (RuntimeException e) {
            LOG.error("asking {} failed", settings.directory(), e);
            return new AcmeIssuer.Answer.Refused(e.toString(), Optional.empty());
        }
    }

    private boolean keep(Work before, PemIdentity identity, String pem) {
        AcmeSettings settings = before.settings();
        try {
            PrivateFile.write(certificateFile(settings), pem);
        } catch (IOException e) {
            // It is shown all the same; a restart asks for another.
            LOG.error("{} cannot be written", certificateFile(settings), e);
        }
        LOG.info("{} has given a certificate for {}", settings.directory(), identity);
        adopt(before, identity, Renewal.succeeded(time.instant(), settings.mark()));
        return true;
    }

    private void failed(Work before, String words, Instant notBefore) {
        Renewal next = before.renewal()
                .failed(
                        time.instant(),
                        notBefore,
                        random.nextDouble(),
                        before.settings().mark());
        LOG.error(
                "{} gave no certificate for {}: {}; asked again at {}",
                before.settings().directory(),
                before.settings().names(),
                words,
                next.notBefore());
        adopt(before, before.identity(), next);
    }

    private synchronized void adopt(Work before, @Nullable PemIdentity identity, Renewal next) {
        AcmeSettings settings = before.settings();
        try {
            PrivateFile.write(renewalFile(settings), next.text());
        } catch (IOException e) {
            LOG.error("{} cannot be written", renewalFile(settings), e);
        }
        // A reload meanwhile has taken other settings: their work goes on.
        Work now = work;
        if (now != null && now.settings().equals(settings)) {
            work = new Work(settings, identity, due(settings, identity), next);
        }
    }
}
