package org.postrider.spool;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.AddressLiteral;
import org.postrider.mail.BodyType;
import org.postrider.mail.Domain;
import org.postrider.mail.DsnNotify;
import org.postrider.mail.DsnReturn;
import org.postrider.mail.Envelope;
import org.postrider.mail.Finding;
import org.postrider.mail.ForwardPath;
import org.postrider.mail.MailHost;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Mailbox;
import org.postrider.mail.OriginalRecipient;
import org.postrider.mail.Recipient;
import org.postrider.mail.ReversePath;
import org.postrider.mail.TlsWish;

/** The spool's form of an {@link Arrival}. Its first octet is the version of this form. */
final class ArrivalCodec {
    /** 2 ends with the Message-ID and the findings. */
    private static final int VERSION = 2;

    private static final int VERSION_FIRST = 1;
    /** As {@link #VERSION}, with the sender's wish for TLS behind it. */
    private static final int VERSION_WITH_TLS = 3;

    private static final int CHECK_OCTETS_MAX = 64;
    private static final int NO_MAILBOX = 0;
    private static final int AT_DOMAIN = 1;
    private static final int AT_LITERAL = 2;
    private static final int NOTIFY_SUCCESS = 1;
    private static final int NOTIFY_FAILURE = 2;
    private static final int NOTIFY_DELAY = 4;
    private static final int HAS_ORIGINAL = 8;
    private static final int NOTIFY_SPECIFIED = 16;

    private ArrivalCodec() {}

    static void write(ByteWriter out, Arrival arrival) {
        TlsWish tls = arrival.envelope().parameters().tls();
        // Releases that know nothing of it go on reading what does not need it.
        out.octet(tls == TlsWish.UNSPECIFIED ? VERSION : VERSION_WITH_TLS);
        StateCodec.instant(out, arrival.at());
        out.text(arrival.origin(), Arrival.ORIGIN_OCTETS_MAX);
        Envelope envelope = arrival.envelope();
        MailParameters parameters = envelope.parameters();
        out.octet(code(parameters.body()));
        out.flag(parameters.smtpUtf8());
        out.octet(code(parameters.dsnReturn()));
        out.optionalText(parameters.envelopeId(), MailParameters.ENVELOPE_ID_OCTETS_MAX);
        mailbox(out, envelope.reversePath().mailbox());
        out.varint(envelope.recipients().size());
        for (Recipient recipient : envelope.recipients()) {
            recipient(out, recipient);
        }
        out.optionalText(arrival.messageId(), Arrival.MESSAGE_ID_CHARACTERS_MAX);
        out.varint(arrival.findings().size());
        for (Finding finding : arrival.findings()) {
            out.text(finding.check(), CHECK_OCTETS_MAX);
            out.octet(code(finding.verdict()));
            out.text(String.valueOf(finding.weight()), CHECK_OCTETS_MAX);
            out.text(finding.detail(), Finding.DETAIL_MAX);
        }
        if (tls != TlsWish.UNSPECIFIED) {
            out.octet(code(tls));
        }
    }

    private static int code(TlsWish wish) {
        return switch (wish) {
            case UNSPECIFIED -> 0;
            case REQUIRED -> 1;
            case OPTIONAL -> 2;
        };
    }

    private static TlsWish wish(int code) throws DamagedException {
        return switch (code) {
            case 0 -> TlsWish.UNSPECIFIED;
            case 1 -> TlsWish.REQUIRED;
            case 2 -> TlsWish.OPTIONAL;
            default -> throw new DamagedException("a wish for TLS of unknown code " + code);
        };
    }

    private static List<Finding> findings(ByteReader in) throws DamagedException {
        int count = in.count(Arrival.FINDINGS_MAX);
        List<Finding> findings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            findings.add(new Finding(in.text(), verdict(in.octet()), Integer.parseInt(in.text()), in.text()));
        }
        return findings;
    }

    private static int code(Finding.Verdict verdict) {
        return switch (verdict) {
            case PASS -> 0;
            case UNKNOWN -> 1;
            case TAG -> 2;
            case SCORE -> 3;
            case DEFER -> 4;
            case REJECT -> 5;
        };
    }

    private static Finding.Verdict verdict(int code) throws DamagedException {
        return switch (code) {
            case 0 -> Finding.Verdict.PASS;
            case 1 -> Finding.Verdict.UNKNOWN;
            case 2 -> Finding.Verdict.TAG;
            case 3 -> Finding.Verdict.SCORE;
            case 4 -> Finding.Verdict.DEFER;
            case 5 -> Finding.Verdict.REJECT;
            default -> throw new DamagedException("a verdict of unknown code " + code);
        };
    }

    /**
     * Reads those parts of an envelope that many messages have in common.
     *
     * @param sender reads a mailbox that is there
     */
    record Parts(Frequent.Form<String> origin, Frequent.Form<Mailbox> sender, Frequent.Form<MailHost> host) {
        /** Makes each part anew. */
        static final Parts ANEW =
                new Parts(ByteReader::text, in -> mailbox(in, ArrivalCodec::host), ArrivalCodec::host);

        /** For one who reads many messages, on one thread. */
        static Parts frequent() {
            return new Parts(
                    new Frequent<>(ANEW.origin)::read,
                    new Frequent<>(ANEW.sender)::read,
                    new Frequent<>(ANEW.host)::read);
        }
    }

    static Arrival read(ByteReader in) throws DamagedException {
        return read(in, Parts.ANEW);
    }

    static Arrival read(ByteReader in, Parts parts) throws DamagedException {
        int version = in.octet();
        if (version < VERSION_FIRST || version > VERSION_WITH_TLS) {
            throw new DamagedException("an envelope of unknown version " + version);
        }
        try {
            return readFields(in, version, parts);
        } catch (IllegalArgumentException e) {
            throw new DamagedException("an envelope that cannot be: " + e.getMessage());
        }
    }

    private static Arrival readFields(ByteReader in, int version, Parts parts) throws DamagedException {
        Instant at = StateCodec.instant(in);
        String origin = parts.origin().read(in);
        BodyType body = body(in.octet());
        boolean smtpUtf8 = in.flag();
        DsnReturn dsnReturn = dsnReturn(in.octet());
        MailParameters parameters = new MailParameters(body, smtpUtf8, dsnReturn, in.optionalText());
        ReversePath reversePath = reversePath(in, parts);
        int count = in.count(Envelope.RECIPIENTS_MAX);
        List<Recipient> recipients = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            recipients.add(recipient(in, parts));
        }
        Envelope envelope = new Envelope(reversePath, parameters, recipients);
        if (version == VERSION_FIRST) {
            return new Arrival(envelope, at, origin);
        }
        String messageId = in.optionalText();
        List<Finding> findings = findings(in);
        Envelope whole = version == VERSION_WITH_TLS
                ? new Envelope(reversePath, parameters.wishing(wish(in.octet())), recipients)
                : envelope;
        return new Arrival(whole, at, origin, messageId, findings);
    }

    private static void recipient(ByteWriter out, Recipient recipient) {
        DsnNotify notify = recipient.dsnNotify();
        OriginalRecipient original = recipient.original();
        out.octet((notify.specified() ? NOTIFY_SPECIFIED : 0)
                | (notify.success() ? NOTIFY_SUCCESS : 0)
                | (notify.failure() ? NOTIFY_FAILURE : 0)
                | (notify.delay() ? NOTIFY_DELAY : 0)
                | (original != null ? HAS_ORIGINAL : 0));
        mailbox(out, recipient.mailbox());
        if (original != null) {
            out.text(original.type(), OriginalRecipient.OCTETS_MAX);
            out.text(original.address(), OriginalRecipient.OCTETS_MAX);
        }
    }

    private static ReversePath reversePath(ByteReader in, Parts parts) throws DamagedException {
        if (in.peek() == NO_MAILBOX) {
            in.skip(1);
            return ReversePath.NULL;
        }
        return new ReversePath(parts.sender().read(in));
    }

    private static Recipient recipient(ByteReader in, Parts parts) throws DamagedException {
        int flags = in.octet();
        Mailbox mailbox = mailbox(in, parts.host());
        DsnNotify notify = new DsnNotify(
                (flags & NOTIFY_SPECIFIED) != 0,
                (flags & NOTIFY_SUCCESS) != 0,
                (flags & NOTIFY_FAILURE) != 0,
                (flags & NOTIFY_DELAY) != 0);
        OriginalRecipient original = (flags & HAS_ORIGINAL) != 0 ? new OriginalRecipient(in.text(), in.text()) : null;
        return new Recipient(new ForwardPath(mailbox), notify, original);
    }

    private static void mailbox(ByteWriter out, @Nullable Mailbox mailbox) {
        if (mailbox == null) {
            out.octet(NO_MAILBOX);
            return;
        }
        switch (mailbox.host()) {
            case Domain domain -> {
                out.octet(AT_DOMAIN);
                byte[] ascii = domain.ascii().getBytes(StandardCharsets.US_ASCII);
                out.block(ascii, 0, ascii.length);
            }
            case AddressLiteral literal -> {
                out.octet(AT_LITERAL);
                byte[] address = literal.address().getAddress();
                out.block(address, 0, address.length);
            }
        }
        byte[] local = mailbox.localPart().getBytes(StandardCharsets.UTF_8);
        out.block(local, 0, local.length);
    }

    private static Mailbox mailbox(ByteReader in, Frequent.Form<MailHost> hosts) throws DamagedException {
        MailHost host = hosts.read(in);
        return new Mailbox(in.text(), host);
    }

    private static MailHost host(ByteReader in) throws DamagedException {
        int kind = in.octet();
        return switch (kind) {
            case AT_DOMAIN -> new Domain(in.text());
            case AT_LITERAL -> new AddressLiteral(address(in.block()));
            default -> throw new DamagedException("a mailbox of unknown kind " + kind);
        };
    }

    private static InetAddress address(byte[] octets) throws DamagedException {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new DamagedException("an address of " + octets.length + " octets");
        }
    }

    private static int code(BodyType body) {
        return switch (body) {
            case SEVEN_BIT -> 1;
            case EIGHT_BIT_MIME -> 2;
            case BINARY_MIME -> 3;
        };
    }

    private static BodyType body(int code) throws DamagedException {
        return switch (code) {
            case 1 -> BodyType.SEVEN_BIT;
            case 2 -> BodyType.EIGHT_BIT_MIME;
            case 3 -> BodyType.BINARY_MIME;
            default -> throw new DamagedException("a body type of unknown code " + code);
        };
    }

    private static int code(DsnReturn dsnReturn) {
        return switch (dsnReturn) {
            case UNSPECIFIED -> 0;
            case FULL -> 1;
            case HDRS -> 2;
        };
    }

    private static DsnReturn dsnReturn(int code) throws DamagedException {
        return switch (code) {
            case 0 -> DsnReturn.UNSPECIFIED;
            case 1 -> DsnReturn.FULL;
            case 2 -> DsnReturn.HDRS;
            default -> throw new DamagedException("a RET of unknown code " + code);
        };
    }
}
