package org.postrider.mailauth.verify;

import java.util.ArrayList;
import java.util.List;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.AuthenticationResults;
import org.postrider.mailauth.AuthenticationResults.Entry;
import org.postrider.mailauth.HeaderSection;
import org.postrider.mailauth.arc.ArcResult;
import org.postrider.mailauth.dkim.DkimResult;
import org.postrider.mailauth.dkim.DkimResults;
import org.postrider.mailauth.dmarc.AuthorDomains;
import org.postrider.mailauth.dmarc.DmarcOutcome;
import org.postrider.mailauth.spf.ReceivedSpf;
import org.postrider.mailauth.spf.SpfOutcome;
import org.postrider.mailauth.spf.SpfQuestion;

/**
 * What was found out about a message.
 *
 * @param question what SPF was asked about MAIL FROM
 * @param mailFrom SPF of MAIL FROM, of a null reverse-path that of its HELO name (RFC 7208 §2.4)
 * @param helo SPF of the HELO name
 * @param author whom From names
 * @param header its header section, as it came
 */
public record Verified(
        Origin origin,
        SpfQuestion question,
        SpfOutcome mailFrom,
        SpfOutcome helo,
        DkimResults dkim,
        ArcResult arc,
        AuthorDomains author,
        DmarcOutcome dmarc,
        HeaderSection header) {

    /** All results for those who come after us, under our name. */
    public AuthenticationResults results(String authservId) {
        List<Entry> entries = new ArrayList<>();
        origin.user().ifPresent(user -> entries.add(AuthenticationResults.auth(AuthResult.PASS, user)));
        origin.reverse()
                .ifPresent(result -> entries.add(
                        AuthenticationResults.iprev(result, origin.client().getHostAddress())));
        entries.add(spf(mailFrom, origin.mailFrom()));
        if (!origin.mailFrom().isEmpty() && helo.result() != AuthResult.NONE) {
            entries.add(spf(helo, ""));
        }
        if (dkim.results().isEmpty()) {
            entries.add(Entry.of("dkim", AuthResult.NONE));
        }
        dkim.results().forEach(result -> entries.add(dkim(result)));
        if (arc.result() != AuthResult.NONE) {
            entries.add(
                    Entry.of("arc", arc.result()).because(arc.reason()).with("header", "oldest-pass", oldestPass()));
        }
        entries.add(dmarc.entry());
        return new AuthenticationResults(authservId, entries);
    }

    /** RFC 8617 §10.2. */
    private String oldestPass() {
        return arc.oldestPass().isPresent() ? Integer.toString(arc.oldestPass().getAsInt()) : "";
    }

    private Entry spf(SpfOutcome outcome, String sender) {
        return AuthenticationResults.spf(outcome.result(), sender, origin.helo())
                .because(outcome.problem().orElse(""));
    }

    private static Entry dkim(DkimResult result) {
        return AuthenticationResults.dkim(
                        result.result(),
                        result.domain().map(Domain::ascii).orElse(""),
                        result.selector(),
                        result.algorithm(),
                        result.signatureStart())
                .because(result.testing() && result.reason().isEmpty() ? "the key is for testing" : result.reason());
    }

    /** The fields that tell it, to be put above the message: Authentication-Results and Received-SPF, each with its CRLF. */
    public String fields(String authservId) {
        StringBuilder text = new StringBuilder(500);
        text.append(results(authservId).field());
        ReceivedSpf.append(text, authservId, question, mailFrom);
        return text.toString();
    }
}
