package org.postrider.reception;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postrider.mail.Domain;
import org.postrider.mail.Finding;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimIdentity;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.DkimSettings;
import org.postrider.mailauth.dkim.DkimSigner;
import org.postrider.mailauth.dkim.KeySigner;
import org.postrider.mailauth.dkim.SigningAlgorithm;
import org.postrider.mailauth.verify.MessageVerifier;
import org.postrider.mailauth.verify.Verified;
import org.postrider.policy.Authenticity;
import org.postrider.policy.AuthenticitySettings;
import org.postrider.policy.AuthenticitySettings.Quarantine;
import org.postrider.policy.AuthenticitySettings.Rejection;
import org.postrider.policy.PolicySettings;
import org.postrider.policy.Response;
import org.postrider.smtp.server.ContentSink;
import org.postrider.spool.RamSpool;
import org.postrider.testing.Requirement;

/** Mail that is verified as it comes in, and signed as our users hand it in. */
class AuthenticReceptionTest {
    private static final String FORGED = "From: ann@example.com\r\nSubject: s\r\n\r\nbody\r\n";

    private final Lobby lobby = new Lobby(new RamSpool());
    private final List<Verified> told = new ArrayList<>();
    private final List<Authenticity.Judged> judged = new ArrayList<>();
    private AuthenticitySettings settings = AuthenticitySettings.DEFAULT;

    @BeforeEach
    void verifyAll() {
        lobby.dns.txt("example.com", "v=spf1 -all").txt("_dmarc.example.com", "v=DMARC1; p=reject");
        MessageVerifier verifier = new MessageVerifier(
                new MessageVerifier.Ports(
                        lobby.dns,
                        Runnable::run,
                        InstantSource.fixed(Lobby.NOW),
                        System::nanoTime,
                        CryptoProviders.jdk()),
                Lobby.HOST.ascii(),
                DkimSettings.DEFAULT,
                null);
        lobby.authenticity = new AuthenticityDesk(() -> verifier, () -> settings, (verified, result) -> {
            told.add(verified);
            judged.add(result);
        });
    }

    private static AuthenticitySettings strict(boolean enforce, boolean hold) {
        return new AuthenticitySettings(
                enforce,
                Response.TAG,
                Response.TAG,
                Response.REJECT,
                new Quarantine(Response.TAG, hold),
                hold ? Rejection.NEVER : Rejection.ALWAYS,
                Response.TAG,
                Set.of(),
                Set.of(),
                PolicySettings.Scores.OFF);
    }

    @Test
    @Requirement({"RFC 7208 §9.1", "RFC 8601 §2"})
    void whatWasFoundOutStandsAboveOurReceivedField() throws IOException {
        String stored = lobby.stored(Lobby.envelope("<bob@example.net>"), FORGED);
        assertThat(stored)
                .startsWith("Authentication-Results: mx1.example.net;\r\n\t")
                .endsWith(FORGED);
        assertThat(stored.indexOf("Received-SPF: ")).isPositive().isLessThan(stored.indexOf("\r\nReceived: "));
        assertThat(stored).contains("dmarc=fail policy.dmarc=reject header.from=example.com\r\n");
    }

    @Test
    @Requirement("RFC 8601 §5")
    void fieldsThatClaimToBeOursAreGoneAndThoseOfOthersStay() throws IOException {
        String theirs = "Authentication-Results: mx.example.org; spf=pass\r\n";
        String stored = lobby.stored(
                Lobby.envelope("<bob@example.net>"),
                "Authentication-Results: MX1.example.net;\r\n\tdmarc=pass\r\n" + theirs,
                FORGED);
        assertThat(stored).endsWith("\r\n" + theirs + FORGED).doesNotContain("dmarc=pass");
    }

    @Test
    @Requirement("RFC 7372 §3.2")
    void aForgeryIsRefusedWhereThatIsConfigured() {
        settings = strict(true, false);
        assertThat(lobby.refused(Lobby.envelope("<bob@example.net>"), FORGED).text())
                .startsWith("550 5.7.26 Email rejected per DMARC policy (p=reject) for example.com");
        assertThat(lobby.queued).isEmpty();
        assertThat(judged).extracting(each -> each.refusal() != null).containsExactly(true);
        assertThat(told).hasSize(1);
    }

    @Test
    void aForgeryIsTakenAndNotedWhereNothingIsEnforced() throws IOException {
        settings = strict(false, false);
        assertThat(lobby.stored(Lobby.envelope("<bob@example.net>"), FORGED)).contains("dmarc=fail");
        assertThat(judged.getFirst().findings())
                .extracting(Finding::text)
                .contains("dmarc reject: fail for example.com, policy reject");
    }

    @Test
    void aSuspiciousMessageWaitsForSomebodyWhoDecides() {
        settings = strict(true, true);
        assertThat(lobby.accepted(Lobby.envelope("<bob@example.net>"), FORGED)).isNotNull();
        assertThat(lobby.events.toString()).contains("Held[").contains("fail for example.com, policy reject");
    }

    @Test
    void aFriendsForgeryIsTaken() {
        settings = strict(true, true);
        ContentSink.Completion completion = lobby.deliver(Lobby.FRIEND, Lobby.envelope("<bob@example.net>"), FORGED);
        assertThat(completion).isInstanceOf(ContentSink.Completion.Accepted.class);
        assertThat(lobby.events.toString()).doesNotContain("Held[");
    }

    @Test
    void contentWithoutAHeaderHasNoAuthorAndIsRefused() {
        assertThat(lobby.refused(Lobby.envelope("<bob@example.net>"), "just text\r\n")
                        .text())
                .isEqualTo("550 5.7.1 Message has no single author: no From field");
    }

    @Test
    void whatOurUsersSendIsSignedAndNotJudged() throws IOException {
        Domain domain = new Domain("example.net");
        DkimKeyPair pair = DkimKeyPair.generate(SigningAlgorithm.ED25519_SHA256);
        DkimSigner signer = new DkimSigner(
                CryptoProviders.jdk(),
                List.of(new DkimIdentity(domain, "s", new KeySigner(CryptoProviders.jdk(), Runnable::run, pair))),
                DkimSigner.Form.DEFAULT);
        lobby.signing = author -> author.equals(domain) ? Optional.of(signer) : Optional.empty();
        lobby.settings = Lobby.settings(ListenerRole.SUBMISSION);
        ContentSink.Completion completion = lobby.deliver(
                Lobby.FRIEND,
                Lobby.envelope("<bob@example.org>"),
                "From: alice@example.net\r\nSubject: s\r\n\r\nbody\r\n");
        assertThat(completion).isInstanceOf(ContentSink.Completion.Accepted.class);
        String stored = lobby.content(
                ((ContentSink.Completion.Accepted) completion).receipt().id());
        assertThat(stored)
                .startsWith("Received: ")
                .containsPattern("(?s)\r\nDKIM-Signature: v=1; a=ed25519-sha256;.*From: alice@example.net")
                .doesNotContain("Authentication-Results");
        assertThat(told).isEmpty();
    }
}
