package org.postrider.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.http.ControlViews.Order;
import org.postrider.http.ControlViews.QueueLine;
import org.postrider.http.ControlViews.QueuePage;
import org.postrider.mail.AddressLiteral;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;
import org.postrider.queue.QueuedRecipient;
import org.postrider.queue.Selection;
import org.postrider.queue.Site;
import org.postrider.spool.StoredMessage;

/** Finds the queued recipients that somebody names, and tells what the queue and the spool know of them. */
final class Selecting {
    /** Messages of one page. */
    static final int PAGE_MAX = 1_000;

    /** Messages that one request looks through for an address; then the cursor lets the client go on. */
    private static final int LOOKED_THROUGH_MAX = 10_000;

    private final Control control;

    Selecting(Control control) {
        this.control = control;
    }

    /** Which recipients are meant: a part of the queue and, for an address, the mailbox to look for in it. */
    sealed interface Meant {
        record These(Selection selection, @Nullable Mailbox mailbox) implements Meant {}

        record Wrong(String error) implements Meant {}
    }

    static Meant meant(Order order) {
        int named = (order.all() ? 1 : 0)
                + (order.id() == null ? 0 : 1)
                + (order.address() == null ? 0 : 1)
                + (order.domain() == null ? 0 : 1)
                + (order.site() == null ? 0 : 1);
        if (named != 1) {
            return new Meant.Wrong("say which recipients: exactly one of all, id, address, domain, site");
        }
        if (order.id() != null) {
            return byId(order.id(), order.recipients());
        }
        if (order.address() != null) {
            return byAddress(order.address());
        }
        if (order.domain() != null) {
            return byDomain(order.domain());
        }
        return new Meant.These(
                order.site() == null ? new Selection.All() : new Selection.OfSite(new Site(order.site())), null);
    }

    private static Meant byId(String text, @Nullable List<Integer> recipients) {
        Optional<QueueId> id = QueueId.parse(text);
        if (id.isEmpty()) {
            return new Meant.Wrong("\"" + text + "\" is no queue id");
        }
        Selection selection = recipients == null || recipients.isEmpty()
                ? new Selection.OfMessage(id.get())
                : new Selection.OfRecipients(id.get(), recipients);
        return new Meant.These(selection, null);
    }

    private static Meant byAddress(String text) {
        Optional<Mailbox> mailbox = MailboxGrammar.mailbox(text);
        return mailbox.isPresent()
                ? new Meant.These(new Selection.OfHost(mailbox.get().host()), mailbox.get())
                : new Meant.Wrong("\"" + text + "\" is no address");
    }

    private static Meant byDomain(String text) {
        if (text.startsWith("[")) {
            Optional<AddressLiteral> literal = MailboxGrammar.addressLiteral(text);
            return literal.isPresent()
                    ? new Meant.These(new Selection.OfHost(literal.get()), null)
                    : new Meant.Wrong("\"" + text + "\" is no address literal");
        }
        Optional<Domain> domain = Domain.parse(text);
        return domain.isPresent()
                ? new Meant.These(new Selection.OfHost(domain.get()), null)
                : new Meant.Wrong("\"" + text + "\" is no domain");
    }

    /**
     * The recipients of up to {@code limit} messages, with their addresses. Where an address is asked for, at least that many
     * of its recipients, if there are, and those of a message never apart.
     */
    QueuePage page(Meant.These meant, @Nullable QueueId after, int limit) throws IOException {
        Mailbox wanted = meant.mailbox();
        return wanted == null ? messages(meant.selection(), after, limit) : of(wanted, meant.selection(), after, limit);
    }

    private QueuePage of(Mailbox wanted, Selection selection, @Nullable QueueId after, int limit) throws IOException {
        List<QueueLine> lines = new ArrayList<>();
        QueueId last = after;
        int looked = 0;
        while (looked < LOOKED_THROUGH_MAX) {
            Map<QueueId, List<QueuedRecipient>> chunk = new LinkedHashMap<>();
            control.list(selection, last, PAGE_MAX)
                    .forEach(queued -> chunk.computeIfAbsent(queued.id(), _ -> new ArrayList<>())
                            .add(queued));
            for (Map.Entry<QueueId, List<QueuedRecipient>> entry : chunk.entrySet()) {
                if (lines.size() >= limit) {
                    return new QueuePage(lines, last == null ? null : last.text());
                }
                last = entry.getKey();
                addMatching(wanted, entry.getValue(), control.find(last), lines);
            }
            looked += chunk.size();
            if (chunk.size() < PAGE_MAX) {
                return new QueuePage(lines, null);
            }
        }
        return new QueuePage(lines, last == null ? null : last.text());
    }

    private static void addMatching(
            Mailbox wanted, List<QueuedRecipient> queued, Optional<StoredMessage> message, List<QueueLine> lines) {
        queued.stream()
                .filter(recipient -> mailbox(recipient, message)
                        .filter(mailbox -> isSame(wanted, mailbox))
                        .isPresent())
                .map(recipient -> line(recipient, message))
                .forEach(lines::add);
    }

    /** As people mean it: what a local-part's case stands for only its own host knows (RFC 5321 §2.4). */
    private static boolean isSame(Mailbox wanted, Mailbox other) {
        return wanted.host().equals(other.host()) && wanted.localPart().equalsIgnoreCase(other.localPart());
    }

    private QueuePage messages(Selection selection, @Nullable QueueId after, int limit) throws IOException {
        List<QueuedRecipient> found = control.list(selection, after, limit);
        Map<QueueId, Optional<StoredMessage>> messages = new LinkedHashMap<>();
        List<QueueLine> lines = new ArrayList<>();
        for (QueuedRecipient queued : found) {
            Optional<StoredMessage> message = messages.get(queued.id());
            if (message == null) {
                message = control.find(queued.id());
                messages.put(queued.id(), message);
            }
            lines.add(line(queued, message));
        }
        // A message that was settled between the two questions is in neither answer: nothing is lost by that.
        String last = messages.size() < limit || found.isEmpty()
                ? null
                : found.getLast().id().text();
        return new QueuePage(lines, last);
    }

    private static Optional<Mailbox> mailbox(QueuedRecipient queued, Optional<StoredMessage> message) {
        return message.map(stored ->
                stored.arrival().envelope().recipients().get(queued.recipient()).mailbox());
    }

    private static QueueLine line(QueuedRecipient queued, Optional<StoredMessage> message) {
        return new QueueLine(
                queued.id().text(),
                queued.recipient(),
                message.map(stored -> stored.arrival().envelope().reversePath().text())
                        .orElse(""),
                mailbox(queued, message)
                        .map(Mailbox::text)
                        .orElse("?@" + queued.host().text()),
                message.map(stored -> stored.arrival().at()).orElse(null),
                message.map(StoredMessage::contentOctets).orElse(0L),
                place(queued.place()),
                queued.attempts(),
                queued.site() == null ? null : queued.site().name(),
                queued.until(),
                queued.because(),
                message.map(stored -> last(stored, queued.recipient())).orElse(null));
    }

    private static @Nullable String last(StoredMessage message, int recipient) {
        return message.states().get(recipient).orElse(null) instanceof RecipientState.Waiting waiting
                        && waiting.last() != null
                ? waiting.last().text()
                : null;
    }

    private static String place(QueuedRecipient.Place place) {
        return place.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Does it, page after page where it has to look for an address. */
    int act(Control.Action action, Meant.These meant, String by, String why) throws IOException {
        if (meant.mailbox() == null) {
            return control.act(action, meant.selection(), by, why);
        }
        int count = 0;
        QueueId after = null;
        do {
            QueuePage page = page(meant, after, PAGE_MAX);
            Map<String, List<Integer>> byMessage = new LinkedHashMap<>();
            page.recipients()
                    .forEach(line -> byMessage
                            .computeIfAbsent(line.id(), _ -> new ArrayList<>())
                            .add(line.recipient()));
            for (Map.Entry<String, List<Integer>> entry : byMessage.entrySet()) {
                QueueId id = QueueId.parse(entry.getKey()).orElseThrow();
                count += control.act(action, new Selection.OfRecipients(id, entry.getValue()), by, why);
            }
            after = page.after() == null
                    ? null
                    : QueueId.parse(Objects.requireNonNull(page.after())).orElseThrow();
        } while (after != null);
        return count;
    }
}
