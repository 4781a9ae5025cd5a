package org.postrider.filter;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a milter and we have agreed on ({@code SMFIC_OPTNEG}).
 *
 * @param version of the protocol, the milter's or ours, whichever is older
 * @param actions the edits that it may make
 * @param steps what it does not want to see, and where it gives no answer
 * @param macros what it wants to be told at each stage; a stage that is not there gets the usual ones
 */
record Negotiated(int version, int actions, int steps, Map<MacroStage, Set<String>> macros) {
    static final int VERSION = 6;
    private static final int VERSION_MIN = 2;
    private static final int MACROS_MAX = 64;

    static final int ADD_HEADERS = 0x01;
    static final int CHANGE_BODY = 0x02;
    static final int ADD_RECIPIENTS = 0x04;
    static final int DELETE_RECIPIENTS = 0x08;
    static final int CHANGE_HEADERS = 0x10;
    static final int QUARANTINE = 0x20;
    static final int CHANGE_SENDER = 0x40;
    static final int ADD_RECIPIENTS_WITH_PARAMETERS = 0x80;
    /** All that mfdef.h knows. */
    private static final int ALL_ACTIONS = 0x1ff;

    static final int NO_CONNECT = 0x01;
    static final int NO_HELO = 0x02;
    static final int NO_MAIL = 0x04;
    static final int NO_RCPT = 0x08;
    static final int NO_BODY = 0x10;
    static final int NO_HEADERS = 0x20;
    static final int NO_END_OF_HEADER = 0x40;
    static final int SILENT_HEADER = 0x80;
    static final int NO_DATA = 0x200;
    static final int SKIP = 0x400;
    static final int SILENT_CONNECT = 0x1000;
    static final int SILENT_HELO = 0x2000;
    static final int SILENT_MAIL = 0x4000;
    static final int SILENT_RCPT = 0x8000;
    static final int SILENT_DATA = 0x10000;
    static final int SILENT_END_OF_HEADER = 0x40000;
    static final int SILENT_BODY = 0x80000;
    static final int EXACT_HEADERS = 0x100000;

    /** All but refused recipients (0x800), which we do not show, and larger packets of data. */
    private static final int ALL_STEPS = 0x1ff7ff;

    private static final int FIXED_OCTETS = 12;
    private static final int DATA_SINCE_VERSION = 4;

    Negotiated {
        macros = Map.copyOf(macros);
    }

    /** Our side of it. */
    static byte[] offer() {
        return ByteBuffer.allocate(FIXED_OCTETS)
                .putInt(VERSION)
                .putInt(ALL_ACTIONS)
                .putInt(ALL_STEPS)
                .array();
    }

    /** Reads the milter's answer. One that asks for what was not offered is not to be worked with. */
    static Negotiated read(byte[] data) throws FilterFailure {
        if (data.length < FIXED_OCTETS) {
            throw new FilterFailure("its negotiation is cut short");
        }
        ByteBuffer in = ByteBuffer.wrap(data);
        int version = in.getInt();
        int actions = in.getInt();
        int steps = in.getInt();
        if (version < VERSION_MIN || version > VERSION) {
            throw new FilterFailure("it speaks version " + version + " of the protocol");
        }
        if ((actions & ~ALL_ACTIONS) != 0 || (steps & ~ALL_STEPS) != 0) {
            throw new FilterFailure(String.format(
                    Locale.ROOT, "it asks for actions %x and steps %x, which were not offered", actions, steps));
        }
        return new Negotiated(version, actions, steps, macros(in));
    }

    private static Map<MacroStage, Set<String>> macros(ByteBuffer in) throws FilterFailure {
        Map<MacroStage, Set<String>> wanted = new EnumMap<>(MacroStage.class);
        while (in.remaining() > Integer.BYTES) {
            int number = in.getInt();
            MacroStage stage = MacroStage.numbered(number);
            String names = string(in);
            List<String> list = new ArrayList<>();
            for (String name : names.split("[ ,]+", MACROS_MAX + 1)) {
                if (!name.isEmpty()) {
                    list.add(bare(name));
                }
            }
            if (stage == null || list.size() > MACROS_MAX) {
                throw new FilterFailure("it asks for macros of the unknown stage " + number);
            }
            wanted.put(stage, Set.copyOf(list));
        }
        return wanted;
    }

    private static String string(ByteBuffer in) throws FilterFailure {
        StringBuilder text = new StringBuilder();
        while (in.hasRemaining()) {
            byte next = in.get();
            if (next == 0) {
                return text.toString();
            }
            text.append((char) (next & 0x7f));
        }
        throw new FilterFailure("its negotiation is cut short");
    }

    /** A macro's name without the braces that some write around it. */
    static String bare(String name) {
        return name.startsWith("{") && name.endsWith("}") ? name.substring(1, name.length() - 1) : name;
    }

    /** Whether it wants a step. */
    boolean wants(int noStep) {
        return (steps & noStep) == 0;
    }

    /** Whether it answers a step. */
    boolean answers(int silentStep) {
        return (steps & silentStep) == 0;
    }

    boolean wantsData() {
        return version >= DATA_SINCE_VERSION && wants(NO_DATA);
    }

    boolean exactHeaders() {
        return (steps & EXACT_HEADERS) != 0;
    }

    boolean maySkip() {
        return (steps & SKIP) != 0;
    }

    /** Whether it may make this edit. */
    boolean allows(MilterAnswer.Edit edit) {
        int needed = switch (edit) {
            case MilterAnswer.AddHeader _, MilterAnswer.InsertHeader _ -> ADD_HEADERS;
            case MilterAnswer.ChangeHeader _ -> CHANGE_HEADERS;
            case MilterAnswer.ReplaceBody _ -> CHANGE_BODY;
            case MilterAnswer.ChangeSender _ -> CHANGE_SENDER;
            case MilterAnswer.AddRecipient _ -> ADD_RECIPIENTS | ADD_RECIPIENTS_WITH_PARAMETERS;
            case MilterAnswer.DeleteRecipient _ -> DELETE_RECIPIENTS;
            case MilterAnswer.Quarantine _ -> QUARANTINE;
        };
        return (actions & needed) != 0;
    }

    /** The names it asked for at a stage, {@code null} where it left the choice to us. */
    @Nullable
    Set<String> macrosAt(MacroStage stage) {
        return macros.get(stage);
    }
}
