package org.postrider.filter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.message.HeaderLimits;

/**
 * What one milter wants changed of one message. Kept apart until the milter has ended well: only then are they applied,
 * all of them, so that a milter that breaks off in the middle leaves the message as it was.
 *
 * <p>Thread: confined.
 */
final class Edits {
    /** Pieces of a body do not count; what they come to does. */
    static final int EDITS_MAX = 1_000;

    private final Negotiated agreed;
    private final FilterSettings settings;
    private final Scratch scratch;
    private final List<MilterAnswer.Edit> list = new ArrayList<>();
    private @Nullable Staging body;
    private @Nullable LineEnds lineEnds;
    private long headerOctets;

    Edits(Negotiated agreed, FilterSettings settings, Scratch scratch) {
        this.agreed = agreed;
        this.settings = settings;
        this.scratch = scratch;
    }

    boolean isEmpty() {
        return list.isEmpty() && body == null;
    }

    /**
     * Adds one.
     *
     * @throws FilterFailure where it was not agreed on, or is one too many
     * @throws IOException where our own disk refuses
     */
    void take(MilterAnswer.Edit edit) throws IOException {
        if (!agreed.allows(edit)) {
            throw new FilterFailure("it made an edit that it had not asked for");
        }
        switch (edit) {
            case MilterAnswer.ReplaceBody(byte[] octets) -> replace(octets);
            case MilterAnswer.AddHeader(HeaderText field) -> add(edit, field.value().length);
            case MilterAnswer.InsertHeader(int _, HeaderText field) -> add(edit, field.value().length);
            case MilterAnswer.ChangeHeader(int _, HeaderText field) -> add(edit, field.value().length);
            case MilterAnswer.ChangeSender _,
                    MilterAnswer.AddRecipient _,
                    MilterAnswer.DeleteRecipient _,
                    MilterAnswer.Quarantine _ -> add(edit, 0);
        }
    }

    private void add(MilterAnswer.Edit edit, int octets) throws FilterFailure {
        headerOctets += octets;
        if (list.size() == EDITS_MAX || headerOctets > settings.header().headerOctetsMax()) {
            throw new FilterFailure("it made too many edits");
        }
        list.add(edit);
    }

    private void replace(byte[] octets) throws IOException {
        if (lineEnds == null) {
            Staging opened = scratch.open();
            body = opened;
            lineEnds = new LineEnds(opened::write);
        }
        lineEnds.write(octets);
        if (body != null && body.octets() > settings.messageOctetsMax()) {
            throw new FilterFailure("it made the body too large");
        }
    }

    /** The content with these edits. */
    Content applied(Content content) throws IOException {
        List<Field> fields = new ArrayList<>(content.fields());
        boolean header = false;
        for (MilterAnswer.Edit edit : list) {
            header |= applied(edit, fields);
        }
        Content edited = header ? content.withFields(withinLimits(fields)) : content;
        if (body == null || lineEnds == null) {
            return edited;
        }
        lineEnds.end();
        return edited.withBody(body);
    }

    private boolean applied(MilterAnswer.Edit edit, List<Field> fields) {
        boolean exact = agreed.exactHeaders();
        switch (edit) {
            case MilterAnswer.AddHeader(HeaderText field) -> fields.add(Field.of(field.field(exact)));
            case MilterAnswer.InsertHeader(int index, HeaderText field) ->
                // The first place is that of our own trace field, which no filter sees.
                fields.add(Math.clamp((long) index - 1, 0, fields.size()), Field.of(field.field(exact)));
            case MilterAnswer.ChangeHeader(int index, HeaderText field) -> change(fields, index, field);
            case MilterAnswer.ReplaceBody _,
                    MilterAnswer.ChangeSender _,
                    MilterAnswer.AddRecipient _,
                    MilterAnswer.DeleteRecipient _,
                    MilterAnswer.Quarantine _ -> {
                return false;
            }
        }
        return true;
    }

    /** As Postfix has it: a field that is not there is added, unless it was to be taken away. */
    private void change(List<Field> fields, int index, HeaderText field) {
        int seen = 0;
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).isNamed(field.name()) && ++seen == Math.max(index, 1)) {
                if (field.isEmpty()) {
                    fields.remove(i);
                } else {
                    fields.set(i, Field.of(field.field(agreed.exactHeaders())));
                }
                return;
            }
        }
        if (!field.isEmpty()) {
            fields.add(Field.of(field.field(agreed.exactHeaders())));
        }
    }

    private List<Field> withinLimits(List<Field> fields) throws FilterFailure {
        HeaderLimits limits = settings.header();
        long octets = 0;
        for (Field field : fields) {
            octets += field.octets().length;
            if (field.octets().length > limits.fieldOctetsMax()) {
                throw new FilterFailure("it made a header field too large");
            }
        }
        if (fields.size() > limits.fieldsMax() || octets > limits.headerOctetsMax()) {
            throw new FilterFailure("it made the header too large");
        }
        return fields;
    }

    /** Makes the edits of the envelope. */
    void apply(EnvelopeDraft envelope, String filter) {
        for (MilterAnswer.Edit edit : list) {
            switch (edit) {
                case MilterAnswer.ChangeSender(var reversePath, var parameters) ->
                    envelope.sender(reversePath, parameters);
                case MilterAnswer.AddRecipient(var recipient) -> envelope.add(recipient);
                case MilterAnswer.DeleteRecipient(var mailbox) ->
                    envelope.remove(mailbox, filter, "deleted by the filter");
                case MilterAnswer.Quarantine(String reason) -> envelope.hold(filter, reason);
                case MilterAnswer.AddHeader _,
                        MilterAnswer.InsertHeader _,
                        MilterAnswer.ChangeHeader _,
                        MilterAnswer.ReplaceBody _ -> {}
            }
        }
    }

    /** For the log: what was edited, in few words. */
    String summary() {
        int header = 0;
        int envelope = 0;
        boolean held = false;
        for (MilterAnswer.Edit edit : list) {
            switch (edit) {
                case MilterAnswer.AddHeader _, MilterAnswer.InsertHeader _, MilterAnswer.ChangeHeader _ -> header++;
                case MilterAnswer.ChangeSender _, MilterAnswer.AddRecipient _, MilterAnswer.DeleteRecipient _ ->
                    envelope++;
                case MilterAnswer.Quarantine _ -> held = true;
                case MilterAnswer.ReplaceBody _ -> {}
            }
        }
        List<String> parts = new ArrayList<>();
        if (header > 0) {
            parts.add(header + " header edits");
        }
        if (envelope > 0) {
            parts.add(envelope + " envelope edits");
        }
        if (body != null) {
            parts.add("another body");
        }
        if (held) {
            parts.add("quarantined");
        }
        return String.join(", ", parts);
    }
}
