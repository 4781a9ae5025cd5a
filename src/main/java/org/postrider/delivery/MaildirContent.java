package org.postrider.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes a message as a maildir keeps it: lines end with LF, Return-Path comes first, and older Return-Path fields are gone
 * (RFC 5321 §4.4), those with blanks before the colon too (RFC 5322 §4.5). Everything else stays octet for octet. The
 * header ends with an empty line, or before the first line that is no field. Streams; no line is held.
 *
 * <p>Thread: confined.
 */
final class MaildirContent {
    private static final byte[] RETURN_PATH = "return-path".getBytes(StandardCharsets.US_ASCII);
    /** A field whose name and blanks are longer than any line may be (RFC 5322 §2.1.1) is left alone. */
    private static final int HELD_OCTETS_MAX = 998;

    private static final int BUFFER_OCTETS = 16_384;

    private enum Place {
        /** In the header, at the beginning of a line. */
        LINE_START,
        /** What is held may become {@code Return-Path:}. */
        HELD_NAME,
        /** In the name of another field, or in a line that is none. */
        NAME,
        /** Behind a name, before its colon. */
        BLANKS,
        /** Behind the colon, or in a folded line. */
        FIELD,
        BODY
    }

    private final OutputStream out;
    private final byte[] held = new byte[HELD_OCTETS_MAX];
    private int heldLength;
    private Place place = Place.LINE_START;
    private boolean hasFields;
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
        switch (place) {
            case LINE_START -> beginLine(octet);
            case HELD_NAME -> hold(octet);
            case NAME, BLANKS -> passName(octet);
            case FIELD -> passField(octet);
            case BODY -> out.write(octet);
        }
    }

    private void beginLine(byte octet) throws IOException {
        if (hasFields && isBlank(octet)) {
            // A folded line shares the fate of the one before it.
            place = Place.FIELD;
            passField(octet);
        } else if (isOfName(octet)) {
            place = Place.HELD_NAME;
            hold(octet);
        } else {
            place = Place.BODY;
            out.write(octet);
        }
    }

    private void hold(byte octet) throws IOException {
        boolean named = heldLength >= RETURN_PATH.length;
        boolean goesOn = named
                ? isBlank(octet) && heldLength < held.length
                : Character.toLowerCase(octet) == RETURN_PATH[heldLength];
        if (goesOn) {
            held[heldLength++] = octet;
        } else if (named && octet == ':') {
            beginField(true);
            heldLength = 0;
        } else {
            place = heldLength > RETURN_PATH.length ? Place.BLANKS : Place.NAME;
            giveUpHeld();
            passName(octet);
        }
    }

    private void passName(byte octet) throws IOException {
        out.write(octet);
        if (octet == ':') {
            beginField(false);
        } else if (isBlank(octet)) {
            place = Place.BLANKS;
        } else if (place == Place.BLANKS || !isOfName(octet)) {
            place = Place.BODY;
        }
    }

    private void beginField(boolean isReturnPath) {
        place = Place.FIELD;
        hasFields = true;
        dropping = isReturnPath;
    }

    private void passField(byte octet) throws IOException {
        if (!dropping) {
            out.write(octet);
        }
        if (octet == '\n') {
            place = Place.LINE_START;
        }
    }

    private void giveUpHeld() throws IOException {
        out.write(held, 0, heldLength);
        heldLength = 0;
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    /** RFC 5322 §3.6.8. */
    private static boolean isOfName(byte octet) {
        return octet > ' ' && octet < 0x7f && octet != ':';
    }

    private void end() throws IOException {
        if (heldCr) {
            put((byte) '\r');
        }
        giveUpHeld();
    }
}
