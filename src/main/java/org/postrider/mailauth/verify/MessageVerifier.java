package org.postrider.mailauth.verify;

import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.postrider.dns.Resolver;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimSettings;
import org.postrider.mailauth.dmarc.Dmarc;
import org.postrider.mailauth.dmarc.PublicSuffixes;
import org.postrider.mailauth.spf.Spf;
import org.postrider.mailauth.spf.SpfOutcome;
import org.postrider.mailauth.spf.SpfQuestion;

/**
 * Verifies messages.
 *
 * <p>Thread: any.
 */
public final class MessageVerifier {
    private final Ports ports;
    private final DkimSettings dkim;
    private final Spf spf;
    private final Dmarc dmarc;

    /**
     * What it works with.
     *
     * @param executor runs look-ups beside one another; where it refuses one, that is a temporary failure
     * @param nanoTime a clock that never jumps, as {@code System::nanoTime}
     */
    public record Ports(
            Resolver resolver, Executor executor, InstantSource clock, LongSupplier nanoTime, CryptoProviders crypto) {}

    /**
     * @param host our name, which SPF's explanations may tell
     * @param suffixes to note where DMARC's old rule differs; {@code null} for no such notes
     */
    public MessageVerifier(Ports ports, String host, DkimSettings dkim, @Nullable PublicSuffixes suffixes) {
        this.ports = ports;
        this.dkim = dkim;
        this.spf = new Spf(ports.resolver(), ports.clock(), ports.nanoTime(), host);
        this.dmarc = new Dmarc(ports.resolver(), ports.executor(), suffixes);
    }

    /** Begins with a message; what can be looked up without its content is from here on. */
    public Verification begin(Origin origin) {
        SpfQuestion mailFrom = SpfQuestion.mailFrom(origin.client(), origin.helo(), origin.mailFrom());
        SpfQuestion helo = SpfQuestion.helo(origin.client(), origin.helo());
        return new Verification(
                ports, dkim, dmarc, origin, new SpfCheck(mailFrom, ask(mailFrom)), new SpfCheck(helo, ask(helo)));
    }

    /** One question to SPF, under way. */
    record SpfCheck(SpfQuestion question, CompletableFuture<SpfOutcome> outcome) {}

    private CompletableFuture<SpfOutcome> ask(SpfQuestion question) {
        try {
            return CompletableFuture.supplyAsync(() -> spf.check(question), ports.executor());
        } catch (RejectedExecutionException tooMany) {
            return CompletableFuture.failedFuture(tooMany);
        }
    }
}
