package org.postrider.smtp.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.BodyType;
import org.postrider.mail.MailHost;
import org.postrider.mail.Mailbox;
import org.postrider.mail.TlsWish;

/** Whether a peer can take a message at all, judged before a word of it is sent. */
final class Fitness {
    private static final int SCAN_OCTETS = 16 * 1024;

    private final Capabilities capabilities;
    private final OutgoingMessage message;

    Fitness(Capabilities capabilities, OutgoingMessage message) {
        this.capabilities = capabilities;
        this.message = message;
    }

    /**
     * Why not; {@code null} where the peer can.
     *
     * @param seen the recipients' domains of this session so far; is not changed
     * @throws IOException where the content had to be looked through and could not
     */
    Transaction.@Nullable Refused obstacle(Set<MailHost> seen) throws IOException {
        // RFC 8689 §4.2.1, §5: a bounce goes on without the peer's word, other messages do not.
        boolean wishesTls = message.parameters().tls() == TlsWish.REQUIRED
                && !message.reversePath().isNull();
        if (wishesTls && !capabilities.requireTls()) {
            return new Transaction.NeedsRequireTls();
        }
        // RFC 1870 §4: what is larger will be refused for good, so that sending it would only be a waste.
        if (message.octets() > capabilities.octetsMax().orElse(Long.MAX_VALUE)) {
            return new Transaction.TooBig(capabilities.octetsMax().getAsLong());
        }
        if (message.recipients().size() > capabilities.recipientsMax().orElse(Integer.MAX_VALUE)) {
            return new Transaction.TooManyRecipients(
                    capabilities.recipientsMax().getAsInt());
        }
        OptionalInt domainsMax = capabilities.recipientDomainsMax();
        if (domainsMax.isPresent() && domains(seen).size() > domainsMax.getAsInt()) {
            return new Transaction.TooManyDomains(domainsMax.getAsInt());
        }
        BodyType body = message.parameters().body();
        if (body == BodyType.BINARY_MIME && !capabilities.binaryMime()) {
            return new Transaction.NeedsBinary();
        }
        return octetsObstacle(body);
    }

    private Transaction.@Nullable Refused octetsObstacle(BodyType body) throws IOException {
        boolean utf8InDoubt = message.parameters().smtpUtf8() && !capabilities.smtpUtf8();
        boolean eightBitInDoubt = body == BodyType.EIGHT_BIT_MIME && !capabilities.eightBitMime();
        // What was declared is an upper bound: clients declare it whenever a server offers it. Content of seven bits
        // has
        // neither UTF-8 in its headers nor eight bits in its body, and any server takes it.
        boolean sevenBit = (utf8InDoubt || eightBitInDoubt) && isSevenBit();
        if (utf8InDoubt && !sevenBit) {
            return new Transaction.NeedsSmtpUtf8(all());
        }
        if (eightBitInDoubt && !sevenBit) {
            return new Transaction.NeedsEightBit();
        }
        return capabilities.smtpUtf8() ? null : addressObstacle();
    }

    private Transaction.@Nullable Refused addressObstacle() {
        Mailbox sender = message.reversePath().mailbox();
        if (sender != null && sender.needsUtf8()) {
            return new Transaction.NeedsSmtpUtf8(all());
        }
        List<Integer> needy = IntStream.range(0, message.recipients().size())
                .filter(i -> message.recipients().get(i).mailbox().needsUtf8())
                .boxed()
                .toList();
        return needy.isEmpty() ? null : new Transaction.NeedsSmtpUtf8(needy);
    }

    private List<Integer> all() {
        return IntStream.range(0, message.recipients().size()).boxed().toList();
    }

    private Set<MailHost> domains(Set<MailHost> seen) {
        Set<MailHost> domains = new LinkedHashSet<>(seen);
        message.recipients()
                .forEach(recipient -> domains.add(recipient.mailbox().host()));
        return domains;
    }

    private boolean isSevenBit() throws IOException {
        byte[] buffer = new byte[SCAN_OCTETS];
        try (InputStream in = message.content().open()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (!ContentWriter.isSevenBit(buffer, read)) {
                    return false;
                }
            }
        }
        return true;
    }
}
