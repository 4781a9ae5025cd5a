package org.postrider.tlsreport;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import org.postrider.message.MimeParts;
import org.postrider.tlsreport.TlsReportJson.Parsed;

/** Finds reports on TLS in mail (RFC 8460 §5.3), as senders of all kinds label them. Thread: any. */
public final class TlsReportReader {
    private TlsReportReader() {}

    /**
     * Reads the first report of a message; empty where no part of it says that it is one.
     *
     * @param octetsMax of the message that are looked at
     */
    public static Optional<Parsed> fromMail(InputStream message, int octetsMax) throws IOException {
        Parsed last = null;
        for (MimeParts.Part part : MimeParts.of(message, octetsMax).parts()) {
            if (!mayBeReport(part)) {
                continue;
            }
            last = part.cut() ? new Parsed.Invalid("comes in too long a message") : TlsReportJson.read(part.content());
            if (last instanceof Parsed.Valid) {
                return Optional.of(last);
            }
        }
        return Optional.ofNullable(last);
    }

    private static boolean mayBeReport(MimeParts.Part part) {
        String name = part.fileName().orElse("").toLowerCase(Locale.ROOT);
        boolean named = name.endsWith(".json") || name.endsWith(".json.gz");
        return switch (part.mediaType()) {
            case "application/tlsrpt+gzip", "application/tlsrpt+json" -> true;
            default -> named && part.content().length > 0;
        };
    }
}
