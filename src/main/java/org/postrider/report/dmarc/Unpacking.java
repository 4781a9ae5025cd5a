package org.postrider.report.dmarc;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Unpacks reports, and no bombs: the size of what comes out is bounded, by itself and by what went in. */
final class Unpacking {
    /** Of a message that brings a report. */
    static final int MAIL_OCTETS_MAX = 20 << 20;

    /** Of a report as it comes, packed or not. */
    static final int PACKED_OCTETS_MAX = 10 << 20;

    static final int OCTETS_MAX = 40 << 20;

    /** XML of many equal records packs well, but not without end. */
    static final int RATIO_MAX = 400;

    /** Below it the ratio does not matter. */
    static final int RATIO_FREE_OCTETS = 1 << 20;

    private static final int ENTRIES_MAX = 10;

    /** It would be larger than we take. */
    static final class TooLarge extends IOException {
        TooLarge(String message) {
            super(message);
        }
    }

    private Unpacking() {}

    /** What is in it, where it is packed; else itself. What is packed twice stays packed once. */
    static byte[] unpacked(byte[] content) throws IOException {
        if (startsWith(content, 0x1f, 0x8b)) {
            return read(new GZIPInputStream(limited(content)), content.length);
        }
        if (startsWith(content, 'P', 'K')) {
            return unzipped(content);
        }
        if (content.length > OCTETS_MAX) {
            throw new TooLarge("more than " + OCTETS_MAX + " octets");
        }
        return content;
    }

    /** The first file in it. */
    private static byte[] unzipped(byte[] content) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(limited(content))) {
            for (int i = 0; i < ENTRIES_MAX; i++) {
                ZipEntry entry = zip.getNextEntry();
                if (entry == null) {
                    break;
                }
                if (!entry.isDirectory()) {
                    return read(zip, content.length);
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("the name of a file in it is malformed", e);
        }
        throw new IOException("no file in it");
    }

    private static InputStream limited(byte[] content) throws TooLarge {
        if (content.length > PACKED_OCTETS_MAX) {
            throw new TooLarge("more than " + PACKED_OCTETS_MAX + " octets packed");
        }
        return new ByteArrayInputStream(content);
    }

    private static byte[] read(InputStream in, int packed) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] slice = new byte[16 << 10];
        for (int read = in.read(slice); read >= 0; read = in.read(slice)) {
            out.write(slice, 0, read);
            boolean bomb = out.size() > RATIO_FREE_OCTETS && out.size() / RATIO_MAX > packed;
            if (bomb || out.size() > OCTETS_MAX) {
                throw new TooLarge(
                        "more than " + OCTETS_MAX + " octets, or more than " + RATIO_MAX + " times its size");
            }
        }
        return out.toByteArray();
    }

    private static boolean startsWith(byte[] content, int first, int second) {
        return content.length > 1 && (content[0] & 0xff) == first && (content[1] & 0xff) == second;
    }
}
