package org.postrider.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postrider.mail.BodyType;
import org.postrider.mail.DsnNotify;
import org.postrider.mail.DsnReturn;
import org.postrider.mail.ForwardPath;
import org.postrider.mail.MailParameters;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.OriginalRecipient;
import org.postrider.mail.Recipient;
import org.postrider.mail.ReversePath;
import org.postrider.testing.Requirement;

class EnvelopeCommandsTest {
    private static final Capabilities ALL =
            Capabilities.parse(List.of("SIZE", "8BITMIME", "BINARYMIME", "CHUNKING", "SMTPUTF8", "DSN", "PIPELINING"));
    private static final MailParameters FULL =
            new MailParameters(BodyType.EIGHT_BIT_MIME, true, DsnReturn.HDRS, "id+1=\u00e9 x");

    private static EnvelopeCommands commands(
            Capabilities capabilities, ReversePath sender, MailParameters parameters, Recipient... recipients) {
        return new EnvelopeCommands(
                capabilities,
                new OutgoingMessage(
                        sender, parameters, List.of(recipients), 9, () -> new ByteArrayInputStream(new byte[9])));
    }

    private static Recipient recipient(DsnNotify notify, OriginalRecipient original) {
        return new Recipient(
                new ForwardPath(MailboxGrammar.mailbox("bob@p.example").orElseThrow()), notify, original);
    }

    @Test
    @Requirement({"conf-86", "RFC 3461 §4", "RFC 6531 §3.4", "RFC 1870 §6"})
    void passesAllParametersOnToWhoTakesThem() {
        Recipient recipient =
                recipient(new DsnNotify(true, true, false), new OriginalRecipient("rfc822", "bob+x=y@p.example"));
        EnvelopeCommands commands = commands(ALL, Fixtures.SENDER, FULL, recipient);
        assertThat(commands.mail())
                .isEqualTo("MAIL FROM:<alice@sender.example> SIZE=9 BODY=8BITMIME SMTPUTF8 RET=HDRS"
                        + " ENVID=id+2B1+3D+C3+A9+20x\r\n");
        assertThat(commands.rcpt(0))
                .isEqualTo("RCPT TO:<bob@p.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;bob+2Bx+3Dy@p.example\r\n");
    }

    @Test
    @Requirement({"conf-86", "RFC 5321 §4.1.1.11"})
    void passesNoneOnToWhoOffersNothing() {
        Recipient recipient = recipient(DsnNotify.NEVER, new OriginalRecipient("rfc822", "bob@p.example"));
        EnvelopeCommands commands = commands(Capabilities.NONE, Fixtures.SENDER, FULL, recipient);
        assertThat(commands.mail()).isEqualTo("MAIL FROM:<alice@sender.example>\r\n");
        assertThat(commands.rcpt(0)).isEqualTo("RCPT TO:<bob@p.example>\r\n");
    }

    @Test
    @Requirement({"RFC 3461 §4.1", "RFC 3461 §5.2.1"})
    void writesEveryFormOfNotify() {
        assertThat(commands(
                                ALL,
                                ReversePath.NULL,
                                MailParameters.PLAIN,
                                Recipient.of(recipient(DsnNotify.NEVER, new OriginalRecipient("x", "y"))
                                        .forwardPath()))
                        .rcpt(0))
                .isEqualTo("RCPT TO:<bob@p.example>\r\n");
        assertThat(notify(DsnNotify.NEVER)).endsWith(" NOTIFY=NEVER ORCPT=rfc822;b@p\r\n");
        assertThat(notify(new DsnNotify(false, true, false))).contains(" NOTIFY=FAILURE ");
        assertThat(notify(new DsnNotify(false, true, true))).contains(" NOTIFY=FAILURE,DELAY ");
        assertThat(notify(DsnNotify.UNSPECIFIED)).doesNotContain("NOTIFY");
        assertThat(notify(new DsnNotify(true, true, true))).contains(" NOTIFY=SUCCESS,FAILURE,DELAY ");
    }

    private static String notify(DsnNotify notify) {
        Recipient recipient = recipient(notify, new OriginalRecipient("rfc822", "b@p"));
        return commands(ALL, ReversePath.NULL, MailParameters.PLAIN, recipient).rcpt(0);
    }

    @Test
    @Requirement("RFC 5321 §4.5.5")
    void writesTheNullReversePath() {
        EnvelopeCommands commands =
                commands(Capabilities.NONE, ReversePath.NULL, MailParameters.PLAIN, Fixtures.recipient("b@p.example"));
        assertThat(commands.mail()).isEqualTo("MAIL FROM:<>\r\n");
    }

    @Test
    @Requirement("RFC 6533 §3")
    void writesAnOriginalRecipientInUtf8SoThatItPassesAnywhere() {
        Recipient recipient =
                recipient(DsnNotify.UNSPECIFIED, new OriginalRecipient("utf-8", "j\u00f6rg+x\\@\ud83d\ude00.example"));
        assertThat(commands(ALL, Fixtures.SENDER, MailParameters.PLAIN, recipient)
                        .rcpt(0))
                .isEqualTo("RCPT TO:<bob@p.example> ORCPT=utf-8;j\\x{F6}rg\\x{2B}x\\x{5C}@\\x{1F600}.example\r\n");
    }

    @Test
    @Requirement("D2")
    void quotesLocalPartsSoThatNothingLeavesThePath() {
        EnvelopeCommands commands = commands(
                ALL, Fixtures.SENDER, MailParameters.PLAIN, Fixtures.recipient("\"a> NOTIFY=NEVER \\\" \"@p.example"));
        assertThat(commands.rcpt(0)).isEqualTo("RCPT TO:<\"a> NOTIFY=NEVER \\\" \"@p.example>\r\n");
    }

    @Test
    void declaresSmtpUtf8ForAnAddressThatNeedsIt() {
        EnvelopeCommands commands =
                commands(ALL, Fixtures.SENDER, MailParameters.PLAIN, Fixtures.recipient("j\u00f6rg@p.example"));
        assertThat(commands.mail()).contains(" SMTPUTF8");
        assertThat(commands.rcpt(0)).contains("<j\u00f6rg@p.example>");
    }
}
