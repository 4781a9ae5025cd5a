package org.postrider.server.crash;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/**
 * A message that can be told from every other and proved whole: its id is in its addresses and its Message-ID, and the
 * checksum of its body in its header. Recipients that begin with {@link #REFUSED} are refused by the sink, so they bounce.
 */
final class LoadMessage {
    static final String REFUSED = "refused";
    static final String SENDER_DOMAIN = "sender.test";
    private static final String RECIPIENT_DOMAIN = "recipient.test";
    private static final String CHECKSUM = "X-Body-Checksum: ";
    private static final int RECIPIENTS_MAX = 3;
    private static final int SMALL_OCTETS_MAX = 20 * 1024;
    private static final int LARGE_OCTETS_MAX = 700 * 1024;
    private static final int LARGE_ONE_IN = 50;
    private static final int REFUSED_ONE_IN = 40;

    private final String id;
    private final String reversePath;
    private final List<String> recipients;
    private final byte[] content;

    private LoadMessage(String id, String reversePath, List<String> recipients, byte[] content) {
        this.id = id;
        this.reversePath = reversePath;
        this.recipients = List.copyOf(recipients);
        this.content = content;
    }

    String id() {
        return id;
    }

    String reversePath() {
        return reversePath;
    }

    List<String> recipients() {
        return recipients;
    }

    /** The bytes themselves, with CRLF line ends, dots not yet doubled. */
    byte[] content() {
        return content;
    }

    /** Makes one; the same random state makes the same message. */
    static LoadMessage random(String id, SplittableRandom random) {
        boolean large = random.nextInt(LARGE_ONE_IN) == 0;
        byte[] body = body(random.nextInt(large ? LARGE_OCTETS_MAX : SMALL_OCTETS_MAX), random);
        List<String> recipients = new ArrayList<>();
        for (int i = random.nextInt(RECIPIENTS_MAX); i >= 0; i--) {
            String kind = random.nextInt(REFUSED_ONE_IN) == 0 ? REFUSED : "taken";
            recipients.add(kind + "-" + i + "-" + id + "@" + RECIPIENT_DOMAIN);
        }
        String reversePath = "from-" + id + "@" + SENDER_DOMAIN;
        String header = "From: <" + reversePath + ">\r\nTo: undisclosed-recipients:;\r\nMessage-ID: <" + id + "@"
                + SENDER_DOMAIN + ">\r\nDate: Thu, 01 Jan 2026 00:00:00 +0000\r\nSubject: crash test " + id + "\r\n"
                + CHECKSUM + checksum(body, 0, body.length) + "\r\n\r\n";
        byte[] head = header.getBytes(StandardCharsets.US_ASCII);
        byte[] content = new byte[head.length + body.length];
        System.arraycopy(head, 0, content, 0, head.length);
        System.arraycopy(body, 0, content, head.length, body.length);
        return new LoadMessage(id, reversePath, recipients, content);
    }

    private static byte[] body(int octets, SplittableRandom random) {
        byte[] body = new byte[octets + 2];
        int lineEnd = 0;
        for (int i = 0; i < octets; i++) {
            if (i >= lineEnd && i + 2 < octets) {
                body[i++] = '\r';
                body[i] = '\n';
                lineEnd = i + 1 + random.nextInt(120);
            } else {
                // Printable, a dot now and then so that lines begin with one.
                int octet = random.nextInt(100);
                body[i] = (byte) (octet < 5 ? '.' : '!' + octet % 94);
            }
        }
        body[octets] = '\r';
        body[octets + 1] = '\n';
        return body;
    }

    private static String checksum(byte[] bytes, int offset, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, offset, length);
        return Long.toHexString(checksum.getValue());
    }

    /** The id in an address that this class made. */
    static Optional<String> idOf(String address) {
        int at = address.indexOf('@');
        int dash = address.lastIndexOf('-', at < 0 ? address.length() : at);
        return at < 0 || dash < 0 ? Optional.empty() : Optional.of(address.substring(dash + 1, at));
    }

    /** Whether content that arrived has the body that left. */
    static boolean intact(byte[] content) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        int headerEnd = text.indexOf("\r\n\r\n");
        int start = text.indexOf(CHECKSUM);
        if (headerEnd < 0 || start < 0 || start > headerEnd) {
            return false;
        }
        String expected = text.substring(start + CHECKSUM.length(), text.indexOf("\r\n", start));
        int body = headerEnd + 4;
        return expected.equals(checksum(content, body, content.length - body));
    }
}
