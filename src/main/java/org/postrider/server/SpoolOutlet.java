package org.postrider.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.delivery.OwnMail;
import org.postrider.event.Events;
import org.postrider.event.FactEvents;
import org.postrider.feedback.ReportOutlet;
import org.postrider.mail.DsnNotify;
import org.postrider.mail.Envelope;
import org.postrider.mail.ForwardPath;
import org.postrider.mail.MailHostPool;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Recipient;
import org.postrider.mail.ReversePath;
import org.postrider.mail.TlsWish;
import org.postrider.mailauth.HeaderSection;
import org.postrider.queue.Accepted;
import org.postrider.reception.Reception;
import org.postrider.spool.Arrival;
import org.postrider.spool.Commit;
import org.postrider.spool.Draft;
import org.postrider.spool.Spool;

/**
 * Puts reports into the node's own spool, signed. Nobody is told where one cannot be delivered: the mail log is.
 *
 * <p>Thread: any; a call blocks.
 */
record SpoolOutlet(
        Spool spool, OwnMail mail, InstantSource clock, MailHostPool hosts, Reception.Newcomers queue, Events events)
        implements ReportOutlet {
    /** Where its mail comes from, as the mail log tells it. */
    static final String ORIGIN = "report";

    @Override
    public void submit(Mail report) throws IOException {
        Instant now = clock.instant();
        byte[] message = report.message();
        HeaderSection header = HeaderSection.of(message, message.length);
        try (Draft draft = spool.draft(message.length)) {
            OwnMail.Written written = mail.write(draft, out -> out.write(message), now);
            if (written.unsigned() != null) {
                throw new IOException("it could not be signed", written.unsigned());
            }
            Arrival arrival = new Arrival(envelope(report), now, ORIGIN, value(header, "message-id"), List.of());
            byte[] above = written.above().getBytes(StandardCharsets.US_ASCII);
            long octets = above.length + draft.octets();
            switch (spool.commit(draft, arrival, above, List.of())) {
                case Commit.Durable durable -> {
                    events.publish(FactEvents.accepted(durable.id(), arrival, octets, value(header, "subject")));
                    queue.accept(
                            Accepted.of(
                                    durable.id(), now, arrival.envelope(), List.of(Optional.empty()), hosts::intern),
                            arrival.envelope());
                }
                case Commit.Refused refused ->
                    throw new IOException("not taken into the spool: " + refused.reason() + " " + refused.detail());
            }
        }
    }

    private static Envelope envelope(Mail report) {
        MailParameters parameters =
                report.withoutTls() ? MailParameters.PLAIN.wishing(TlsWish.OPTIONAL) : MailParameters.PLAIN;
        Recipient to = new Recipient(new ForwardPath(report.to()), DsnNotify.NEVER, null);
        return new Envelope(new ReversePath(report.from()), parameters, List.of(to));
    }

    private static @Nullable String value(HeaderSection header, String name) {
        return header.named(name).stream()
                .findFirst()
                .map(field -> field.utf8().strip())
                .orElse(null);
    }
}
