package org.postrider.http;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.postrider.domain.DomainRegister.Listed;
import org.postrider.domain.SigningKey;
import org.postrider.domain.ZoneRecord;

/** The JSON of domains on the control interface. Private keys are in none of it. */
public final class DomainViews {
    private DomainViews() {}

    /**
     * What is to become of a domain.
     *
     * @param now whether new keys sign at once
     */
    public record Order(String name, boolean now) {}

    /** @param change what was done */
    public record Changed(String name, String change) {}

    /**
     * A key.
     *
     * @param phase {@code published}, {@code active} or {@code withdrawn}
     * @param signsFrom for one that waits and has been seen: when it takes over, if its record stays
     * @param removable for one that is withdrawn: when its record may be removed
     * @param record the text of its TXT record
     */
    public record Key(
            String selector,
            String algorithm,
            int bits,
            String phase,
            Instant made,
            @Nullable Instant seen,
            @Nullable Instant signsFrom,
            @Nullable Instant activated,
            @Nullable Instant withdrawn,
            @Nullable Instant removable,
            String name,
            String record) {}

    /**
     * A record for the zone.
     *
     * @param data as a zone file has it
     * @param value in one piece
     */
    public record Published(
            String need, String name, String type, String data, String value, List<String> strings, String why) {}

    public record View(String name, List<Key> keys, List<Published> records) {}

    static View view(Listed listed, List<ZoneRecord> records, Duration rotationWait) {
        return new View(
                listed.domain().ascii(),
                listed.keys().stream().map(key -> key(key, rotationWait)).toList(),
                records.stream().map(DomainViews::published).toList());
    }

    private static Key key(SigningKey key, Duration rotationWait) {
        boolean waits = key.phase() == SigningKey.Phase.PUBLISHED;
        return new Key(
                key.selector(),
                key.algorithm(),
                key.bits(),
                key.phase().word(),
                key.made(),
                key.seen().orElse(null),
                waits ? key.seen().map(at -> at.plus(rotationWait)).orElse(null) : null,
                key.activated().orElse(null),
                key.withdrawn().orElse(null),
                key.removable().orElse(null),
                key.recordName().ascii(),
                key.recordText());
    }

    private static Published published(ZoneRecord record) {
        return new Published(
                record.need().name().toLowerCase(Locale.ROOT),
                record.name().ascii(),
                record.type(),
                record.data(),
                record.value(),
                record.strings(),
                record.why());
    }
}
