package org.postrider.filter;

import org.jspecify.annotations.Nullable;

/** When macros are told, in the order of the protocol's numbers ({@code SMFIM_}). */
enum MacroStage {
    CONNECT('C'),
    HELO('H'),
    MAIL('M'),
    RCPT('R'),
    DATA('T'),
    END_OF_MESSAGE('E'),
    END_OF_HEADER('N');

    private final char command;

    MacroStage(char command) {
        this.command = command;
    }

    /** The command that they are told before. */
    char command() {
        return command;
    }

    static @Nullable MacroStage numbered(int number) {
        return number >= 0 && number < values().length ? values()[number] : null;
    }
}
