package org.postrider.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes a message as a maildir keeps it: lines end with LF, Return-Path comes first, and older Return-Path fields are gone
 * (RFC 5321 §4.4). Everything else stays octet for octet. Streams; no line is held.
 *
 * <p>Thread: confined.
 */
final class MaildirContent {
    private static final byte[] RETURN_PATH = "return-path".getBytes(StandardCharsets.US_ASCII);
    private static final int BUFFER_OCTETS = 16_384;

    private final OutputStream out;
    private final byte[] nameSoFar = new byte[RETURN_PATH.length + 1];
    private int nameLength;
    private boolean inHeader = true;
    private boolean inName = true;
    private boolean dropping;
    private boolean heldCr;

    private MaildirContent(OutputStream out) {
        this.out = out;
    }

    /** Copies {@code content} to {@code out}, which should be buffered. */
    static void write(InputStream content, String reversePath, OutputStream out) throws IOException {
        out.write(("Return-Path: <" + reversePath + ">\n").getBytes(StandardCharsets.UTF_8));
        MaildirContent writer = new MaildirContent(out);
        byte[] buffer = new byte[BUFFER_OCTETS];
        for (int length = content.read(buffer); length >= 0; length = content.read(buffer)) {
            for (int i = 0; i < length; i++) {
                writer.take(buffer[i]);
            }
        }
        writer.end();
    }

    private void take(byte octet) throws IOException {
        if (octet == '\r' && !heldCr) {
            heldCr = true;
            return;
        }
        if (heldCr && octet != '\n') {
            put((byte) '\r');
        }
        heldCr = octet == '\r';
        if (!heldCr) {
            put(octet);
        }
    }

    private void put(byte octet) throws IOException {
        if (!inHeader) {
            out.write(octet);
        } else if (inName) {
            putName(octet);
        } else {
            if (!dropping) {
                out.write(octet);
            }
            inName = octet == '\n';
        }
    }

    /** Holds back the beginning of a line until it is known whether it is a Return-Path field. */
    private void putName(byte octet) throws IOException {
        if (nameLength == 0 && (octet == ' ' || octet == '\t')) {
            // A folded line shares the fate of the one before it.
            inName = false;
            if (!dropping) {
                out.write(octet);
            }
            return;
        }
        nameSoFar[nameLength++] = octet;
        boolean lineEnd = octet == '\n';
        if (octet != ':' && !lineEnd && nameLength < nameSoFar.length) {
            return;
        }
        dropping = octet == ':' && isReturnPath();
        if (!dropping) {
            out.write(nameSoFar, 0, nameLength);
        }
        inHeader = !(lineEnd && nameLength == 1);
        inName = lineEnd;
        nameLength = 0;
    }

    private boolean isReturnPath() {
        byte[] name = Arrays.copyOf(nameSoFar, nameLength - 1);
        for (int i = 0; i < name.length; i++) {
            name[i] = (byte) Character.toLowerCase(name[i]);
        }
        return Arrays.equals(name, RETURN_PATH);
    }

    private void end() throws IOException {
        if (heldCr) {
            put((byte) '\r');
        }
        out.write(nameSoFar, 0, nameLength);
    }
}
