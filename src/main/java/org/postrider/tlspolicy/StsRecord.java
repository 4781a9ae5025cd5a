package org.postrider.tlspolicy;

import java.util.List;
import java.util.regex.Pattern;

/** A domain's word that it has an MTA-STS policy, the TXT record at {@code _mta-sts} (RFC 8461 §3.1). */
public sealed interface StsRecord {
    /** The label below which the record is. */
    String LABEL = "_mta-sts";

    /** @param id changes with the policy */
    record Valid(String id) implements StsRecord {}

    /** No record is one of MTA-STS. */
    record Absent() implements StsRecord {}

    /**
     * There is more than one, or it cannot be read: as good as none.
     *
     * @param why for people, a clause without a subject
     */
    record Invalid(String why) implements StsRecord {}

    /** Version, and the fields behind it; a semicolon at the end may be. Blanks around semicolons are allowed. */
    Pattern RECORD = Pattern.compile(
            "v=STSv1(?:[ \\t]*;[ \\t]*[A-Za-z0-9][A-Za-z0-9_.-]{0,31}=[!-:<>-~]+)+[ \\t]*(?:;[ \\t]*)?");

    Pattern ID = Pattern.compile("(?:^|;)[ \\t]*id=([^;]*?)[ \\t]*(?:;|$)");
    Pattern ID_VALUE = Pattern.compile("[A-Za-z0-9]{1,32}");
    int CHARACTERS_MAX = 4_096;

    /** Reads the texts at the name. */
    static StsRecord parse(List<String> texts) {
        List<String> records = texts.stream()
                .filter(text -> text.matches("(?s)v=STSv1[ \\t]*;.*"))
                .toList();
        if (records.isEmpty()) {
            return new Absent();
        }
        if (records.size() > 1) {
            return new Invalid("has " + records.size() + " records where one may be");
        }
        String text = records.getFirst();
        if (text.length() > CHARACTERS_MAX || !RECORD.matcher(text).matches()) {
            return new Invalid("does not keep to the form of such a record");
        }
        var id = ID.matcher(text);
        if (!id.find()) {
            return new Invalid("has no id");
        }
        return ID_VALUE.matcher(id.group(1)).matches()
                ? new Valid(id.group(1))
                : new Invalid("has an id that is not 1 to 32 letters and digits");
    }
}
