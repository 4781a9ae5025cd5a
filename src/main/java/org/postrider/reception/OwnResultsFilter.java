package org.postrider.reception;

import java.io.IOException;
import org.postrider.mailauth.AuthenticationResults;
import org.postrider.mailauth.HeaderCollector;
import org.postrider.mailauth.HeaderSection;

/**
 * Passes content on without the Authentication-Results fields that claim to be ours, or that cannot be read (RFC 8601 §5).
 * The header section is passed when it is whole; gathering it is up to somebody else, who looks at it as well.
 *
 * <p>Thread: confined.
 */
final class OwnResultsFilter {
    private static final String FIELD = "authentication-results";

    private final String authservId;
    private final Sink sink;
    private final HeaderCollector header;
    private boolean passed;

    /** Where content goes. */
    @FunctionalInterface
    interface Sink {
        void write(byte[] octets, int from, int length) throws IOException;
    }

    OwnResultsFilter(HeaderCollector header, String authservId, Sink sink) {
        this.header = header;
        this.authservId = authservId;
        this.sink = sink;
    }

    /** Takes the next octets that do not belong to the header section, if there are any. */
    void write(byte[] octets, int from, int length) throws IOException {
        pass();
        if (length > 0) {
            sink.write(octets, from, length);
        }
    }

    /** Passes the header section on, once it has ended. */
    void pass() throws IOException {
        if (passed || !header.ended()) {
            return;
        }
        passed = true;
        HeaderSection section = header.section();
        byte[] octets = header.octets();
        int at = 0;
        for (HeaderSection.Field field : section.fields()) {
            if (field.name().equals(FIELD) && AuthenticationResults.mustGo(field.text(), authservId)) {
                emit(octets, at, field.from());
                at = HeaderCollector.afterLineEnd(octets, field.to(), header.length());
            }
        }
        emit(octets, at, header.length());
    }

    private void emit(byte[] octets, int from, int to) throws IOException {
        if (from < to) {
            sink.write(octets, from, to - from);
        }
    }
}
