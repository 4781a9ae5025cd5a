package org.postrider.mailauth.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.HeaderCollector;
import org.postrider.mailauth.HeaderSection;
import org.postrider.mailauth.arc.ArcResult;
import org.postrider.mailauth.arc.ArcValidation;
import org.postrider.mailauth.dkim.DkimResult;
import org.postrider.mailauth.dkim.DkimResults;
import org.postrider.mailauth.dkim.DkimSettings;
import org.postrider.mailauth.dkim.DkimVerification;
import org.postrider.mailauth.dkim.KeyLookups;
import org.postrider.mailauth.dkim.MessagePass;
import org.postrider.mailauth.dmarc.AuthenticatedIdentifier;
import org.postrider.mailauth.dmarc.AuthorDomains;
import org.postrider.mailauth.dmarc.Dmarc;
import org.postrider.mailauth.dmarc.DmarcOutcome;
import org.postrider.mailauth.spf.Spf;
import org.postrider.mailauth.spf.SpfOutcome;

/**
 * One message being verified: its octets come by, then the result is to be had.
 *
 * <p>Thread: confined.
 */
public final class Verification {
    private final MessageVerifier.Ports ports;
    private final DkimSettings settings;
    private final Dmarc dmarc;
    private final Origin origin;
    private final MessageVerifier.SpfCheck mailFrom;
    private final MessageVerifier.SpfCheck helo;
    private final HeaderCollector header = new HeaderCollector();
    private @Nullable Signed signed;

    /** What begins when the header section is known. */
    private record Signed(MessagePass pass, DkimVerification dkim, ArcValidation arc, AuthorDomains author) {}

    Verification(
            MessageVerifier.Ports ports,
            DkimSettings settings,
            Dmarc dmarc,
            Origin origin,
            MessageVerifier.SpfCheck mailFrom,
            MessageVerifier.SpfCheck helo) {
        this.ports = ports;
        this.settings = settings;
        this.dmarc = dmarc;
        this.origin = origin;
        this.mailFrom = mailFrom;
        this.helo = helo;
    }

    /** The header section as it is gathered, for those who look at it, too. */
    public HeaderCollector header() {
        return header;
    }

    /**
     * Takes the next octets, in slices of any size; lines end in CRLF.
     *
     * @return how many of them went into the {@link #header}
     */
    public int write(byte[] octets, int from, int length) {
        int taken = signed == null ? header.write(octets, from, length) : 0;
        if (signed == null && header.ended()) {
            signed = begin();
        }
        if (signed != null && taken < length) {
            signed.pass.write(octets, from + taken, length - taken);
        }
        return taken;
    }

    private Signed begin() {
        HeaderSection section = header.section();
        MessagePass pass = MessagePass.of(
                section,
                new KeyLookups(ports.resolver(), ports.executor()),
                ports.crypto(),
                settings,
                ports.clock().instant());
        AuthorDomains author = AuthorDomains.of(
                section.named("from").stream().map(HeaderSection.Field::utf8).toList());
        dmarc.ahead(author);
        Signed begun = new Signed(pass, new DkimVerification(pass), new ArcValidation(pass), author);
        int body = HeaderCollector.bodyFrom(section, header.octets(), header.length());
        pass.write(header.octets(), body, header.length() - body);
        return begun;
    }

    /** Ends the message. Blocks until all look-ups have ended, each within its own bounds. */
    public Verified end() {
        header.end();
        Signed all = signed == null ? begin() : signed;
        signed = all;
        all.pass.finish();
        DkimResults dkim = all.dkim.results();
        ArcResult arc = all.arc.result();
        SpfOutcome sender = await(mailFrom);
        SpfOutcome greeting = await(helo);
        DmarcOutcome outcome = dmarc.evaluate(all.author, identifiers(sender, dkim));
        return new Verified(
                origin, mailFrom.question(), sender, greeting, dkim, arc, all.author, outcome, all.pass.header());
    }

    private static List<AuthenticatedIdentifier> identifiers(SpfOutcome sender, DkimResults dkim) {
        List<AuthenticatedIdentifier> identifiers = new ArrayList<>();
        sender.domain().ifPresent(domain -> identifiers.add(new AuthenticatedIdentifier.Spf(domain, sender.result())));
        for (DkimResult result : dkim.results()) {
            result.domain().ifPresent(domain -> identifiers.add(identifier(domain, result)));
        }
        return identifiers;
    }

    /** RFC 6376 §3.6.1: a domain that only tries is treated as if it had not signed. */
    private static AuthenticatedIdentifier identifier(Domain domain, DkimResult result) {
        AuthResult counted = result.testing() && result.result() == AuthResult.PASS ? AuthResult.NONE : result.result();
        return new AuthenticatedIdentifier.Dkim(domain, result.selector(), counted);
    }

    private static SpfOutcome await(MessageVerifier.SpfCheck check) {
        try {
            return check.outcome().get(Spf.PATIENCE.toSeconds() * 2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(check, "interrupted");
        } catch (TimeoutException | ExecutionException | CancellationException e) {
            return failed(check, "could not be checked");
        }
    }

    private static SpfOutcome failed(MessageVerifier.SpfCheck check, String problem) {
        return new SpfOutcome(
                check.question().identity(),
                check.question().domain(),
                AuthResult.TEMPERROR,
                Optional.empty(),
                Optional.empty(),
                Optional.of(problem));
    }
}
