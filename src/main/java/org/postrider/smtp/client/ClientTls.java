package org.postrider.smtp.client;

import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.postrider.tls.Authorities;
import org.postrider.tls.CertifiedNames;
import org.postrider.tls.ClientEngines;

/**
 * What it takes to speak TLS to a server.
 *
 * @param engines remember sessions, so that one serves all connections
 * @param authorities those believed now
 */
public record ClientTls(ClientEngines engines, Supplier<Authorities> authorities, InstantSource clock) {
    /**
     * Whether a connection is as good as one that is opened now under another requirement: it was opened under the same, or
     * both are of DANE and its certificate meets the other.
     */
    public boolean meets(SmtpConnection connection, TlsRequirement required) {
        TlsRequirement made = connection.dial().tls();
        if (made.equals(required)) {
            return true;
        }
        return made instanceof TlsRequirement.Dane(var _, String asked)
                && required instanceof TlsRequirement.Dane(CertificateCheck check, String name)
                && asked.equals(name)
                && connection
                        .tls()
                        .filter(session -> check.judge(session.facts().peerChain(), clock.instant())
                                .isTrusted())
                        .isPresent();
    }

    /** What a server's certificate is worth under a requirement; without one, for a server of this name. */
    Authorities.Verdict judge(List<X509Certificate> chain, TlsRequirement requirement, String serverName) {
        return switch (requirement) {
            case TlsRequirement.Dane(var check, var _) -> check.judge(chain, clock.instant());
            case TlsRequirement.Verify(var names) -> judge(chain, names);
            case TlsRequirement.None _, TlsRequirement.May _, TlsRequirement.Encrypt _ ->
                judge(chain, Set.of(serverName));
        };
    }

    /** What a server's certificate is worth that has to have one of these names. */
    Authorities.Verdict judge(List<X509Certificate> chain, Set<String> names) {
        Authorities trusted = authorities.get();
        if (names.size() == 1) {
            return trusted.server(chain, names.iterator().next(), clock.instant());
        }
        Authorities.Verdict path = trusted.server(chain, clock.instant());
        if (!path.isTrusted()) {
            return path;
        }
        CertifiedNames certified = CertifiedNames.of(chain.getFirst());
        return names.stream().anyMatch(certified::cover)
                ? path
                : new Authorities.Verdict.Distrusted(
                        Authorities.Reason.HOST_MISMATCH,
                        "is for " + certified.all() + " and not " + String.join(" or ", names));
    }
}
