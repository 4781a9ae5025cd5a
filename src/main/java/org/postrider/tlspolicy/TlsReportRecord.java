package org.postrider.tlspolicy;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a domain wants reports on TLS to go, the TXT record at {@code _smtp._tls} (RFC 8460 §3).
 *
 * @param targets {@code mailto:} and {@code https:} URIs; others are left out
 */
public record TlsReportRecord(List<URI> targets) {
    /** The labels below which the record is. */
    public static final String LABELS = "_smtp._tls";
    /** Targets that are heeded. */
    public static final int TARGETS_MAX = 10;

    private static final int CHARACTERS_MAX = 4_096;
    private static final Pattern RECORD = Pattern.compile("(?s)v=TLSRPTv1[ \\t]*;.*");
    private static final Pattern RUA = Pattern.compile("[ \\t]*rua=(.*)");

    public TlsReportRecord {
        targets = List.copyOf(targets);
    }

    /** Reads the texts at the name; empty where there is no record, more than one, or one without a target. */
    public static Optional<TlsReportRecord> parse(List<String> texts) {
        List<String> records =
                texts.stream().filter(text -> RECORD.matcher(text).matches()).toList();
        // RFC 8460 §3: more than one are as good as none.
        if (records.size() != 1 || records.getFirst().length() > CHARACTERS_MAX) {
            return Optional.empty();
        }
        for (String field : records.getFirst().split(";", -1)) {
            var rua = RUA.matcher(field);
            if (rua.matches()) {
                List<URI> targets = targets(rua.group(1));
                return targets.isEmpty() ? Optional.empty() : Optional.of(new TlsReportRecord(targets));
            }
        }
        return Optional.empty();
    }

    private static List<URI> targets(String text) {
        List<URI> targets = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            try {
                URI uri = URI.create(each.strip());
                String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
                boolean mail = scheme.equals("mailto")
                        && uri.getSchemeSpecificPart() != null
                        && uri.getSchemeSpecificPart().indexOf('@') > 0;
                boolean web = scheme.equals("https") && uri.getHost() != null;
                if ((mail || web) && targets.size() < TARGETS_MAX) {
                    targets.add(uri);
                }
            } catch (IllegalArgumentException noUri) {
                // The others may be good.
            }
        }
        return targets;
    }
}
