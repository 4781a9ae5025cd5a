package org.postrider.reception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postrider.reception.Lobby.FRIEND;
import static org.postrider.reception.Lobby.STRANGER;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Network;
import org.postrider.mail.Reply;
import org.postrider.mail.ReversePath;
import org.postrider.smtp.server.Receptionist;
import org.postrider.spool.RamSpool;
import org.postrider.testing.Requirement;

class RelayRulesTest {
    private final Lobby lobby = new Lobby(new RamSpool());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<Postmaster>",
                "<POSTMASTER>",
                "<postmaster@example.net>",
                "<PostMaster@EXAMPLE.net>",
                "<postmaster@mx1.example.net>"
            })
    @Requirement({"conf-11", "RFC 5321 §4.5.1"})
    void takesMailForPostmaster(String path) {
        assertThat(lobby.rcpt(STRANGER, path)).isNull();
    }

    @Test
    @Requirement("RFC 5321 §2.4")
    void takesNoOtherLettersForPostmaster() {
        assertThat(lobby.rcpt(STRANGER, "<po\u017ftmaster@mx1.example.net>")).isEqualTo(RelayRules.RELAY_DENIED);
    }

    @Test
    void takesMailForOurDomainsFromAnybody() {
        assertThat(lobby.rcpt(STRANGER, "<bob@example.net>")).isNull();
        assertThat(lobby.rcpt(STRANGER, "<bob@example.org>")).isEqualTo(RelayRules.RELAY_DENIED);
        assertThat(lobby.rcpt(STRANGER, "<bob@sub.example.net>")).isEqualTo(RelayRules.RELAY_DENIED);
        assertThat(lobby.rcpt(STRANGER, "<bob@mx1.example.net>")).isEqualTo(RelayRules.RELAY_DENIED);
        assertThat(lobby.rcpt(FRIEND, "<bob@example.org>")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<user%victim.com@example.net>",
                "<victim.com!user@example.net>",
                "<\"user%victim.com\"@example.net>"
            })
    @Requirement({"C1", "C2"})
    void followsNoRouteInALocalPart(String path) {
        assertThat(lobby.rcpt(STRANGER, path)).isEqualTo(RelayRules.ROUTE_IN_LOCAL_PART);
        assertThat(RelayRules.ROUTE_IN_LOCAL_PART.text()).startsWith("550 5.7.1 ");
    }

    @Test
    @Requirement({"C2", "conf-29"})
    void judgesASourceRouteByItsLastDomain() {
        assertThat(lobby.rcpt(STRANGER, "<@example.net,@x.example:u@victim.com>"))
                .isEqualTo(RelayRules.RELAY_DENIED);
        assertThat(lobby.rcpt(STRANGER, "<@x.example:u@example.net>")).isNull();
    }

    @Test
    @Requirement("C3")
    void takesAQuotedLocalPartAsItIs() {
        assertThat(lobby.rcpt(STRANGER, "<\"u@victim.com\"@example.net>")).isNull();
        assertThat(lobby.rcpt(STRANGER, "<\"u@example.net\"@victim.com>")).isEqualTo(RelayRules.RELAY_DENIED);
    }

    @Test
    @Requirement("C4")
    void nobodyHasAMailboxAtAnAddressLiteral() {
        assertThat(lobby.rcpt(STRANGER, "<u@[203.0.113.1]>")).isEqualTo(RelayRules.RELAY_DENIED);
        assertThat(lobby.rcpt(STRANGER, "<u@[127.0.0.1]>")).isEqualTo(RelayRules.RELAY_DENIED);
        assertThat(lobby.rcpt(STRANGER, "<u@2130706433>")).isEqualTo(RelayRules.RELAY_DENIED);
        assertThat(lobby.rcpt(STRANGER, "<u@EXAMPLE.Net>")).isNull();
    }

    @Test
    @Requirement("C5")
    void knowsOurInternationalDomainInBothSpellings() {
        assertThat(lobby.rcpt(STRANGER, "<u@bücher.example>")).isNull();
        assertThat(lobby.rcpt(STRANGER, "<u@XN--BCHER-KVA.example>")).isNull();
    }

    @Test
    void asksStrangersToAuthenticateWhereUsersHandInMail() {
        lobby.settings = Lobby.settings(ListenerRole.SUBMISSION);
        assertThat(lobby.rcpt(STRANGER, "<bob@example.net>")).isEqualTo(RelayRules.AUTHENTICATION_REQUIRED);
        assertThat(lobby.rcpt(FRIEND, "<bob@example.org>")).isNull();
    }

    @Test
    @Requirement({"conf-67", "RFC 3207 §4"})
    void asksForTlsBeforeItAsksForAuthentication() {
        lobby.settings = Lobby.tlsFirst(Lobby.settings(ListenerRole.SUBMISSION));
        assertThat(lobby.rcpt(STRANGER, "<bob@example.net>")).isEqualTo(RelayRules.STARTTLS_FIRST);
        assertThat(RelayRules.STARTTLS_FIRST.text()).startsWith("530 5.7.0 Must issue a STARTTLS command first");
        RelayRules underTls = new RelayRules(lobby.settings, InetAddress.ofLiteral(STRANGER));
        underTls.secured(false);
        assertThat(underTls.sender()).isEqualTo(RelayRules.AUTHENTICATION_REQUIRED);
    }

    @Test
    void letsOnlyTrustedNetworksIntoARelay() {
        lobby.settings = Lobby.settings(ListenerRole.RELAY);
        assertThat(lobby.visit(STRANGER).connected()).isEqualTo(RelayRules.RELAY_DENIED);
        assertThat(lobby.visit(FRIEND).connected()).isNull();
        assertThat(lobby.rcpt(FRIEND, "<bob@example.org>")).isNull();
    }

    @Test
    void relaysForAllWhereThatWasAskedFor() {
        ReceptionSettings mx = Lobby.settings(ListenerRole.MX);
        lobby.settings = new ReceptionSettings(
                mx.host(),
                mx.role(),
                mx.localDomains(),
                List.of(Network.parse("0.0.0.0/0").orElseThrow()),
                false,
                mx.durability(),
                3,
                mx.content());
        assertThat(lobby.rcpt(STRANGER, "<bob@example.org>")).isNull();
    }

    @Test
    @Requirement("I2")
    void takesNoBounceToManyFromAStranger() {
        Receptionist.Visit visit = lobby.visit(STRANGER);
        assertThat(visit.sender(ReversePath.NULL, MailParameters.PLAIN, 0)).isNull();
        for (int i = 0; i < 3; i++) {
            assertThat(visit.recipient(ReversePath.NULL, Lobby.recipient("<bob@example.net>")))
                    .isNull();
        }
        Reply fourth = visit.recipient(ReversePath.NULL, Lobby.recipient("<bob@example.net>"));
        assertThat(fourth).isNotNull();
        assertThat(String.valueOf(fourth)).startsWith("550 5.7.1 ");
        assertThat(visit.sender(ReversePath.NULL, MailParameters.PLAIN, 0)).isNull();
        assertThat(visit.recipient(ReversePath.NULL, Lobby.recipient("<bob@example.net>")))
                .isNull();
    }

    @Test
    @Requirement("I1")
    void refusesRelayWhileTheClientIsThereWhateverTheSender() {
        Receptionist.Visit visit = lobby.visit(STRANGER);
        assertThat(visit.sender(ReversePath.NULL, MailParameters.PLAIN, 0)).isNull();
        assertThat(visit.recipient(ReversePath.NULL, Lobby.recipient("<bob@victim.com>")))
                .isEqualTo(RelayRules.RELAY_DENIED);
    }
}
