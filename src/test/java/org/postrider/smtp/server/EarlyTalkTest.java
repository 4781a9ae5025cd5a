package org.postrider.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.testing.Requirement;

/** What a listener that watches for it notices of clients that do not wait. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class EarlyTalkTest {
    private static final SessionSettings WATCHING = new SessionSettings(
            WireSession.SETTINGS.hostname(),
            SessionSettings.Protocol.SMTP,
            SessionSettings.BareLineEnds.REFUSE,
            true,
            SecurityOffer.NONE,
            SessionLimits.DEFAULT,
            SessionTimeouts.DEFAULT);

    @Test
    @Requirement({"F8", "RFC 2920 §3.1"})
    void noticesGroupsOfCommandsFromWhoHasNotAskedWhetherItMay() throws InterruptedException {
        FakeReceptionist receptionist = new FakeReceptionist().toleratingEarlyTalk();
        try (WireSession session = new WireSession(WATCHING, receptionist)) {
            session.expect("220 *").send("HELO client.example\r\n").expect("250 *");
            session.send("MAIL FROM:<a@client.example>\r\nRCPT TO:<b@example.net>\r\n")
                    .expect("250 *")
                    .expect("250 *");
            assertThat(receptionist.earlyTalk()).containsExactly(EarlyTalk.UNOFFERED_PIPELINING);
        }
    }

    @Test
    @Requirement({"F8", "RFC 2920 §3.1"})
    void endsTheSessionOfThoseWhomTheReceptionistRefuses() throws InterruptedException {
        try (WireSession session = new WireSession(WATCHING, new FakeReceptionist())) {
            session.expect("220 *").send("HELO client.example\r\n").expect("250 *");
            session.send("MAIL FROM:<a@client.example>\r\nRCPT TO:<b@example.net>\r\n")
                    .expect("554 5.5.0 *");
        }
    }

    @Test
    void findsNothingInGroupsFromWhoHas() throws InterruptedException {
        FakeReceptionist receptionist = new FakeReceptionist().toleratingEarlyTalk();
        try (WireSession session = WireSession.greeted(WATCHING, receptionist)) {
            session.send("MAIL FROM:<a@client.example>\r\nRCPT TO:<b@example.net>\r\n")
                    .expect("250 *")
                    .expect("250 *");
            assertThat(receptionist.earlyTalk()).isEmpty();
        }
    }

    @Test
    @Requirement("F8")
    void noticesTalkBeforeTheGreetingAndBeforeItsReply() throws InterruptedException {
        FakeReceptionist receptionist = new FakeReceptionist().toleratingEarlyTalk();
        try (WireSession session = new WireSession(WATCHING, receptionist, "HELO client.example\r\nNOOP\r\n")) {
            session.expect("220 *").expect("250 *").expect("250 *");
            assertThat(receptionist.earlyTalk())
                    .containsExactly(EarlyTalk.BEFORE_GREETING, EarlyTalk.BEFORE_EHLO_REPLY);
        }
    }
}
