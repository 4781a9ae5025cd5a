package org.postrider.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.AuthenticationResults;
import org.postrider.mailauth.dmarc.AuthorDomains;
import org.postrider.mailauth.dmarc.DmarcRecord;

/** Fields and records of others: what we write of them stays one field, and is ours. */
public final class AuthenticationResultsFuzz {
    private static final String US = "mx.example.net";

    private AuthenticationResultsFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        AuthenticationResults.mustGo(text, US);
        String value = new AuthenticationResults(
                        US,
                        List.of(AuthenticationResults.spf(AuthResult.PASS, text, text)
                                .because(text)))
                .value();
        if (!AuthenticationResults.authservId(value).equals(Optional.of(US))) {
            throw new AssertionError("not ours: " + value);
        }
        if (value.replace("\r\n\t", "").chars().anyMatch(c -> c < ' ' || c > 0x7e)) {
            throw new AssertionError("breaks out: " + value);
        }
        String quoted = new AuthenticationResults(text.isEmpty() ? US : text, List.of()).value();
        if (AuthenticationResults.authservId(quoted).isEmpty()) {
            throw new AssertionError("nobody's: " + quoted);
        }
        if (AuthorDomains.of(List.of(text)) instanceof AuthorDomains.Several(List<Domain> domains, boolean _)
                && domains.size() > AuthorDomains.DOMAINS_MAX) {
            throw new AssertionError("too many domains");
        }
        DmarcRecord.parse(text).ifPresent(DmarcRecord::applied);
        DmarcRecord.parse("v=DMARC1;" + text).orElseThrow().applied();
    }
}
