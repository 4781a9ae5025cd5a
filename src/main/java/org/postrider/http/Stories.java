package org.postrider.http;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.http.RecentMail.Fate;
import org.postrider.http.RecentMail.Happening;
import org.postrider.http.RecentMail.Seen;
import org.postrider.mail.Finding;
import org.postrider.mail.QueueId;

/**
 * The last messages' stories: a record in a ring for each message's beginning, and one for each step of a recipient, which
 * knows the place of the message's record before it. A story is told by going back to its beginning and taking the steps
 * once more. It is forgotten once its beginning has been written over.
 *
 * <p>Thread: confined.
 */
final class Stories {
    /** Characters of any text, so that its octets fit in what a record says of them. */
    private static final int TEXT_MAX = 4_000;

    private final OctetRing ring;
    private final StoryIndex index;

    /**
     * What happened to one recipient.
     *
     * @param state {@code null} where it stays, and with it whether it is settled and when it is tried next
     * @param attempts how many there have been, negative where that stays
     * @param what empty where the history has nothing to tell
     */
    record Step(
            Instant at,
            String what,
            @Nullable String state,
            boolean settled,
            @Nullable Instant next,
            int attempts) {
        static final int SAME_ATTEMPTS = -1;

        Step {
            // As short as it will be told: what strangers say must not drive others' mail out of the ring.
            what = new Happening(at, what).what();
        }
    }

    Stories(int messagesMax, int octetsMax) {
        index = new StoryIndex(messagesMax);
        ring = new OctetRing(octetsMax);
    }

    boolean knows(QueueId id) {
        return slot(id) != StoryIndex.NONE;
    }

    private int slot(QueueId id) {
        int slot = index.find(id.value());
        return slot != StoryIndex.NONE && ring.holds(index.begin(slot)) ? slot : StoryIndex.NONE;
    }

    /** Begins a story, anew where it is known, with what is known of its recipients. */
    void begin(Seen message) {
        try {
            long place = ring.end();
            write(message);
            int slot = index.begin(message.id().value(), place);
            for (int i = 0; i < message.recipients().size(); i++) {
                for (Step step : steps(message, message.recipients().get(i))) {
                    go(slot, i, step);
                }
            }
        } catch (IOException e) {
            throw impossible(e);
        }
    }

    /** The steps by which a recipient came where it is. */
    private static List<Step> steps(Seen message, Fate fate) {
        if (fate.equals(Fate.queued(fate.address()))) {
            return List.of();
        }
        List<Happening> history = fate.history().isEmpty() ? List.of(new Happening(message.at(), "")) : fate.history();
        return history.stream()
                .map(told ->
                        new Step(told.at(), told.what(), fate.state(), fate.settled(), fate.next(), fate.attempts()))
                .toList();
    }

    /** Goes on with a story; does nothing where the message or its recipient is not known. */
    void go(QueueId id, String address, Step step) {
        int slot = slot(id);
        int recipient = slot == StoryIndex.NONE ? -1 : recipient(slot, address);
        if (recipient >= 0) {
            try {
                go(slot, recipient, step);
            } catch (IOException e) {
                throw impossible(e);
            }
        }
    }

    private void go(int slot, int recipient, Step step) throws IOException {
        long place = ring.end();
        write(index.end(slot), recipient, step);
        index.end(slot, place);
    }

    private static UncheckedIOException impossible(IOException e) {
        return new UncheckedIOException("an array in memory failed", e);
    }

    Optional<Seen> find(QueueId id) {
        int slot = slot(id);
        return slot == StoryIndex.NONE ? Optional.empty() : Optional.of(told(slot));
    }

    /** The newest first. */
    List<Seen> newest(int limit) {
        List<Seen> newest = new ArrayList<>();
        for (int age = 0; age < Math.min(limit, index.size()); age++) {
            int slot = index.newest(age);
            if (ring.holds(index.begin(slot))) {
                newest.add(told(slot));
            }
        }
        return newest;
    }

    private Seen told(int slot) {
        try {
            Deque<Long> steps = new ArrayDeque<>();
            long place = index.end(slot);
            while (place != index.begin(slot)) {
                steps.push(place);
                place = ring.reader(place).readLong();
            }
            Seen message = beginning(new QueueId(index.id(slot)), ring.reader(place));
            List<Fate> fates = new ArrayList<>(message.recipients());
            for (long step : steps) {
                take(fates, ring.reader(step));
            }
            return message.with(fates);
        } catch (IOException e) {
            throw impossible(e);
        }
    }

    // The beginning of a story: the addresses first, as each step asks for them.

    private void write(Seen message) throws IOException {
        DataOutputStream out = ring.writer();
        out.writeByte(message.recipients().size());
        for (Fate fate : message.recipients()) {
            byte[] address = fate.address().getBytes(StandardCharsets.UTF_8);
            out.writeShort(address.length);
            out.write(address);
        }
        write(out, message.at());
        write(out, message.origin());
        write(out, message.from());
        out.writeLong(message.octets());
        out.writeInt(message.more());
        writeOptional(out, message.subject());
        out.writeByte(message.findings().size());
        for (Finding finding : message.findings()) {
            write(out, finding.check());
            write(out, finding.verdict().name());
            out.writeInt(finding.weight());
            write(out, finding.detail());
        }
    }

    /** Which of a message's recipients has this address, negative where none has. */
    private int recipient(int slot, String address) {
        byte[] wanted = address.getBytes(StandardCharsets.UTF_8);
        long place = index.begin(slot);
        int count = ring.octet(place++);
        for (int i = 0; i < count; i++) {
            int length = ring.octet(place) << 8 | ring.octet(place + 1);
            place += 2;
            if (length == wanted.length && ring.matches(place, wanted)) {
                return i;
            }
            place += length;
        }
        return -1;
    }

    private static Seen beginning(QueueId id, DataInputStream in) throws IOException {
        int recipients = in.readUnsignedByte();
        List<Fate> fates = new ArrayList<>(recipients);
        for (int i = 0; i < recipients; i++) {
            byte[] address = in.readNBytes(in.readUnsignedShort());
            fates.add(Fate.queued(new String(address, StandardCharsets.UTF_8)));
        }
        Instant at = instant(in);
        String origin = in.readUTF();
        String from = in.readUTF();
        long octets = in.readLong();
        int more = in.readInt();
        String subject = in.readBoolean() ? in.readUTF() : null;
        int count = in.readUnsignedByte();
        List<Finding> findings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String check = in.readUTF();
            Finding.Verdict verdict = Finding.Verdict.valueOf(in.readUTF());
            findings.add(new Finding(check, verdict, in.readInt(), in.readUTF()));
        }
        return new Seen(id, at, origin, from, octets, fates, more, subject, findings);
    }

    // A step: the place of the record before it first.

    private void write(long before, int recipient, Step step) throws IOException {
        DataOutputStream out = ring.writer();
        out.writeLong(before);
        out.writeByte(recipient);
        out.writeInt(step.attempts());
        write(out, step.at());
        write(out, step.what());
        writeOptional(out, step.state());
        if (step.state() != null) {
            out.writeBoolean(step.settled());
            out.writeBoolean(step.next() != null);
            if (step.next() != null) {
                write(out, step.next());
            }
        }
    }

    private static void take(List<Fate> fates, DataInputStream in) throws IOException {
        in.readLong();
        int recipient = in.readUnsignedByte();
        Fate before = fates.get(recipient);
        int attempts = in.readInt();
        Instant at = instant(in);
        String what = in.readUTF();
        String state = before.state();
        boolean settled = before.settled();
        Instant next = before.next();
        if (in.readBoolean()) {
            state = in.readUTF();
            settled = in.readBoolean();
            next = in.readBoolean() ? instant(in) : null;
        }
        List<Happening> history =
                what.isEmpty() ? before.history() : RecentMail.with(before.history(), new Happening(at, what));
        int made = attempts == Step.SAME_ATTEMPTS ? before.attempts() : attempts;
        fates.set(recipient, new Fate(before.address(), state, settled, made, next, history));
    }

    private static void writeOptional(DataOutputStream out, @Nullable String text) throws IOException {
        out.writeBoolean(text != null);
        if (text != null) {
            write(out, text);
        }
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        out.writeUTF(text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX));
    }

    private static void write(DataOutputStream out, Instant at) throws IOException {
        out.writeLong(at.getEpochSecond());
        out.writeInt(at.getNano());
    }

    private static Instant instant(DataInputStream in) throws IOException {
        return Instant.ofEpochSecond(in.readLong(), in.readInt());
    }
}
