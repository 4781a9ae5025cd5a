package org.postrider.reception;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.postrider.mailauth.HeaderCollector;
import org.postrider.mailauth.HeaderSection;
import org.postrider.mailauth.arc.ArcResult;
import org.postrider.mailauth.arc.ArcSealer;
import org.postrider.mailauth.sign.SignedContent;

/**
 * Seals one message, by ARC, as its content goes into the spool. The fields that we put above it are none that a seal
 * covers.
 *
 * <p>Thread: confined.
 */
final class SealedContent {
    private final ArcSealer sealer;
    private final HeaderCollector header = new HeaderCollector();
    private ArcSealer.@Nullable Sealing sealing;

    SealedContent(ArcSealer sealer) {
        this.sealer = sealer;
    }

    void write(byte[] octets, int from, int length) {
        int taken = sealing == null ? header.write(octets, from, length) : 0;
        if (header.ended()) {
            begun().write(octets, from + taken, length - taken);
        }
    }

    private ArcSealer.Sealing begun() {
        ArcSealer.Sealing known = sealing;
        if (known != null) {
            return known;
        }
        HeaderSection section = header.section();
        ArcSealer.Sealing made = sealer.begin(section);
        int body = HeaderCollector.bodyFrom(section, header.octets(), header.length());
        made.write(header.octets(), body, header.length() - body);
        sealing = made;
        return made;
    }

    /**
     * Ends the message.
     *
     * @param results what we found, behind the colon of Authentication-Results, in one line or folded
     * @return the set, to stand above all else; nothing where its chain must not go on
     */
    String end(ArcResult chain, String results, Instant now) throws SignedContent.SigningFailure {
        header.end();
        String found = new String(results.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        String set = SignedContent.await(begun().finish(chain, found, now));
        return new String(set.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
