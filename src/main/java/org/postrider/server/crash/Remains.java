package org.postrider.server.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import org.postrider.spool.LogSpool;
import org.postrider.spool.Spool;
import org.postrider.spool.SpoolSettings;

/** What a stopped server left in its spool. */
final class Remains {
    private Remains() {}

    /**
     * The ids of the crash test's messages that are still there; a notice about one counts as the message itself.
     *
     * @param data the server's data directory; no server may be running on it
     */
    static Set<String> ids(Path data, int segmentOctets) throws IOException {
        Path directory = data.resolve("spool");
        Set<String> ids = new HashSet<>();
        if (Files.isDirectory(directory)) {
            SpoolSettings settings =
                    SpoolSettings.DEFAULT.withSegments(segmentOctets, segmentOctets / 4, segmentOctets);
            try (Spool spool = LogSpool.open(directory, settings, InstantSource.system())) {
                spool.forEach(message -> message.arrival()
                        .envelope()
                        .recipients()
                        .forEach(recipient ->
                                LoadMessage.idOf(recipient.mailbox().text()).ifPresent(ids::add)));
            }
        }
        return ids;
    }
}
