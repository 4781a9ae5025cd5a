package org.postrider.server.cli;

import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.postrider.http.ControlToken;
import org.postrider.http.ControlViews.Summary;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.ReversePath;
import org.postrider.message.MessageBuilder;
import tools.jackson.core.type.TypeReference;

/** The message that dev sends itself, so that its first page is not empty. */
final class Welcome {
    private static final Mailbox FROM =
            MailboxGrammar.mailbox("postrider@localhost").orElseThrow();
    private static final Mailbox TO = MailboxGrammar.mailbox("you@example.net").orElseThrow();

    private Welcome() {}

    /** Sends it where nothing was captured yet. That it cannot be sent is told, and is no reason not to run. */
    static void sendIfEmpty(ServerStarter.Running server, Path dataDir, PrintWriter err) {
        InetSocketAddress smtp = server.smtpAddresses().getFirst();
        try {
            ControlToken token = ControlToken.load(dataDir);
            ControlClient client = new ControlClient("http://" + Target.text(server.httpAddress()), token);
            if (client.get("/control/summary", new TypeReference<Summary>() {}).messages() == 0) {
                Submission.send(smtp, new ReversePath(FROM), List.of(TO), message(Target.text(smtp)));
            }
        } catch (CommandFailed | java.io.IOException e) {
            err.println("The welcome message could not be sent: " + e.getMessage());
            err.flush();
        }
    }

    private static byte[] message(String smtp) {
        return new MessageBuilder()
                .date(Instant.now())
                .mailbox("From", "Postrider", FROM)
                .mailbox("To", "", TO)
                .text("Subject", "Welcome to Postrider")
                .withPlainText("""
                    This server captures whatever is sent to it and sends nothing out.

                    Let your application send its mail to %s, without TLS and without a
                    password. It appears on this page at once.

                    From a shell:

                        ./postrider send --to someone@example.org --subject Hello --body "It works."
                        ./postrider queue list
                        ./postrider queue remove --all --why seen
                    """.formatted(smtp));
    }
}
