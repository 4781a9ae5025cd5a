package org.postrider.spool;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.EnhancedStatus;
import org.postrider.mail.Intervention;
import org.postrider.mail.RecipientState;
import org.postrider.mail.Reply;

/**
 * The spool's form of a {@link RecipientState}: an octet for the kind, then its fields. Kinds are never used anew; a
 * later release adds kinds. Texts of peers and people are cut at {@value #TEXT_CHARACTERS_MAX} characters.
 */
final class StateCodec {
    private static final int WAITING = 1;
    private static final int ATTEMPTING = 2;
    private static final int HELD = 3;
    private static final int DELIVERED = 0x81;
    private static final int BOUNCED = 0x82;
    private static final int EXPIRED = 0x83;
    private static final int REMOVED = 0x84;

    private static final int RELEASED = 1;
    private static final int RETRIED = 2;
    private static final int REROUTED = 3;

    /** The bit that all final dispositions have, so that start-up need not decode the rest. */
    private static final int SETTLED = 0x80;

    private static final int TEXT_CHARACTERS_MAX = 2_000;
    private static final int REPLY_LINES_MAX = 100;
    private static final int CODE_MAX = 999;

    private StateCodec() {}

    static boolean isSettled(int kind) {
        return (kind & SETTLED) != 0;
    }

    static void write(ByteWriter out, RecipientState state) {
        switch (state) {
            case RecipientState.Waiting waiting -> {
                out.octet(WAITING);
                open(out, waiting.attempts(), waiting.nextAttempt(), waiting.delayNoticed(), waiting.reroute());
                out.flag(waiting.last() != null);
                if (waiting.last() != null) {
                    diagnosis(out, waiting.last());
                }
                intervention(out, waiting.intervention());
            }
            case RecipientState.Attempting attempting -> {
                out.octet(ATTEMPTING);
                open(out, attempting.attempts(), attempting.since(), attempting.delayNoticed(), attempting.reroute());
                intervention(out, attempting.intervention());
            }
            case RecipientState.Held held -> {
                out.octet(HELD);
                open(out, held.attempts(), held.at(), held.delayNoticed(), held.reroute());
                out.text(held.by(), TEXT_CHARACTERS_MAX);
                out.text(held.why(), TEXT_CHARACTERS_MAX);
                intervention(out, held.intervention());
            }
            case RecipientState.Delivered delivered -> settled(out, DELIVERED, delivered.at(), delivered.diagnosis());
            case RecipientState.Bounced bounced -> settled(out, BOUNCED, bounced.at(), bounced.diagnosis());
            case RecipientState.Expired expired -> settled(out, EXPIRED, expired.at(), expired.diagnosis());
            case RecipientState.Removed removed -> {
                out.octet(REMOVED);
                instant(out, removed.at());
                out.text(removed.by(), TEXT_CHARACTERS_MAX);
                out.text(removed.why(), TEXT_CHARACTERS_MAX);
            }
        }
    }

    static RecipientState read(ByteReader in) throws DamagedException {
        return read(in, StateCodec::diagnosis);
    }

    /** @param diagnoses reads a diagnosis, as {@link #diagnosis(ByteReader)} does */
    static RecipientState read(ByteReader in, Frequent.Form<Diagnosis> diagnoses) throws DamagedException {
        int kind = in.octet();
        try {
            return isSettled(kind) ? readSettled(kind, in, diagnoses) : readOpen(kind, in, diagnoses);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new DamagedException("a state that cannot be: " + e.getMessage());
        }
    }

    private static RecipientState readOpen(int kind, ByteReader in, Frequent.Form<Diagnosis> diagnoses)
            throws DamagedException {
        int attempts = in.count(Integer.MAX_VALUE);
        Instant at = instant(in);
        boolean delayNoticed = in.flag();
        String reroute = in.optionalText();
        return switch (kind) {
            case WAITING ->
                new RecipientState.Waiting(
                        attempts, at, in.flag() ? diagnoses.read(in) : null, delayNoticed, reroute, intervention(in));
            case ATTEMPTING -> new RecipientState.Attempting(attempts, at, delayNoticed, reroute, intervention(in));
            case HELD ->
                new RecipientState.Held(attempts, at, in.text(), in.text(), delayNoticed, reroute, intervention(in));
            default -> throw new DamagedException("a state of unknown kind " + kind);
        };
    }

    private static RecipientState readSettled(int kind, ByteReader in, Frequent.Form<Diagnosis> diagnoses)
            throws DamagedException {
        Instant at = instant(in);
        return switch (kind) {
            case DELIVERED -> new RecipientState.Delivered(at, diagnoses.read(in));
            case BOUNCED -> new RecipientState.Bounced(at, diagnoses.read(in));
            case EXPIRED -> new RecipientState.Expired(at, diagnoses.read(in));
            case REMOVED -> new RecipientState.Removed(at, in.text(), in.text());
            default -> throw new DamagedException("a disposition of unknown kind " + kind);
        };
    }

    private static void open(ByteWriter out, int attempts, Instant at, boolean delayNoticed, @Nullable String reroute) {
        out.varint(attempts);
        instant(out, at);
        out.flag(delayNoticed);
        out.optionalText(reroute, TEXT_CHARACTERS_MAX);
    }

    /** Format 1 had none, and one that nobody intervened in still ends here. */
    private static void intervention(ByteWriter out, @Nullable Intervention intervention) {
        if (intervention != null) {
            out.octet(
                    switch (intervention.kind()) {
                        case RELEASED -> RELEASED;
                        case RETRIED -> RETRIED;
                        case REROUTED -> REROUTED;
                    });
            instant(out, intervention.at());
            out.text(intervention.by(), TEXT_CHARACTERS_MAX);
            out.text(intervention.why(), TEXT_CHARACTERS_MAX);
        }
    }

    private static @Nullable Intervention intervention(ByteReader in) throws DamagedException {
        if (in.remaining() == 0) {
            return null;
        }
        int code = in.octet();
        Intervention.Kind kind = switch (code) {
            case RELEASED -> Intervention.Kind.RELEASED;
            case RETRIED -> Intervention.Kind.RETRIED;
            case REROUTED -> Intervention.Kind.REROUTED;
            default -> throw new DamagedException("an intervention of unknown kind " + code);
        };
        return new Intervention(kind, instant(in), in.text(), in.text());
    }

    private static void settled(ByteWriter out, int kind, Instant at, Diagnosis diagnosis) {
        out.octet(kind);
        instant(out, at);
        diagnosis(out, diagnosis);
    }

    static void instant(ByteWriter out, Instant instant) {
        out.signed(instant.getEpochSecond());
        out.varint(instant.getNano());
    }

    static Instant instant(ByteReader in) throws DamagedException {
        long seconds = in.signed();
        try {
            return Instant.ofEpochSecond(seconds, in.varint());
        } catch (DateTimeException | ArithmeticException e) {
            throw new DamagedException("a time that cannot be: " + e.getMessage());
        }
    }

    private static void status(ByteWriter out, EnhancedStatus status) {
        out.octet(status.statusClass());
        out.varint(status.subject());
        out.varint(status.detail());
    }

    private static EnhancedStatus status(ByteReader in) throws DamagedException {
        return new EnhancedStatus(in.octet(), in.count(CODE_MAX), in.count(CODE_MAX));
    }

    private static void diagnosis(ByteWriter out, Diagnosis diagnosis) {
        status(out, diagnosis.status());
        Reply reply = diagnosis.reply();
        out.flag(reply != null);
        if (reply != null) {
            reply(out, reply);
        }
        out.optionalText(diagnosis.remote(), TEXT_CHARACTERS_MAX);
        out.text(diagnosis.summary(), TEXT_CHARACTERS_MAX);
    }

    static Diagnosis diagnosis(ByteReader in) throws DamagedException {
        EnhancedStatus status = status(in);
        Reply reply = in.flag() ? reply(in) : null;
        return new Diagnosis(status, reply, in.optionalText(), in.text());
    }

    private static void reply(ByteWriter out, Reply reply) {
        out.varint(reply.code());
        EnhancedStatus status = reply.status();
        out.flag(status != null);
        if (status != null) {
            status(out, status);
        }
        int lines = Math.min(reply.lines().size(), REPLY_LINES_MAX);
        out.varint(lines);
        for (String line : reply.lines().subList(0, lines)) {
            out.text(line, TEXT_CHARACTERS_MAX);
        }
    }

    private static Reply reply(ByteReader in) throws DamagedException {
        int code = in.count(CODE_MAX);
        EnhancedStatus status = in.flag() ? status(in) : null;
        int count = in.count(REPLY_LINES_MAX);
        List<String> lines = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            lines.add(in.text());
        }
        return new Reply(code, status, lines);
    }
}
