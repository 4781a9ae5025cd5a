package org.postrider.reception;

import java.io.IOException;
import org.postrider.mailauth.AuthenticationResults;
import org.postrider.mailauth.HeaderCollector;
import org.postrider.mailauth.HeaderSection;

/**
 * Passes content on without the Authentication-Results fields that claim to be ours, or that cannot be read (RFC 8601 §5).
 * The header section is held until it is whole.
 *
 * <p>Thread: confined.
 */
final class OwnResultsFilter {
    private static final String FIELD = "authentication-results";

    private final String authservId;
    private final Sink sink;
    private final HeaderCollector header = new HeaderCollector();
    private boolean passed;

    /** Where content goes. */
    @FunctionalInterface
    interface Sink {
        void write(byte[] octets, int from, int length) throws IOException;
    }

    OwnResultsFilter(String authservId, Sink sink) {
        this.authservId = authservId;
        this.sink = sink;
    }

    void write(byte[] octets, int from, int length) throws IOException {
        int taken = passed ? 0 : header.write(octets, from, length);
        if (header.ended()) {
            pass();
        }
        if (taken < length) {
            sink.write(octets, from + taken, length - taken);
        }
    }

    /** Says that no more octets come. */
    void end() throws IOException {
        header.end();
        pass();
    }

    private void pass() throws IOException {
        if (passed) {
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
