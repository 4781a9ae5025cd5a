package org.postrider.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;
import org.postrider.tlspolicy.StsPolicy;

/**
 * The terms that a recipient's domain publishes.
 *
 * @param dane whether its MX records are signed and a host of theirs has TLSA records, which are asked for at each attempt
 * @param sts its MTA-STS policy, {@code null} where it has none
 */
record PublishedTerms(boolean dane, @Nullable StsPolicy sts) implements SiteTerms {
    private static final String DANE = "dane";
    private static final Pattern STS = Pattern.compile("sts:(enforce|testing):([0-9]{1,8}):(.+)");

    PublishedTerms {
        if (!dane && sts == null) {
            throw new IllegalArgumentException("terms of nothing");
        }
    }

    /** {@code dane}, {@code sts:enforce:86400:mx.example.net,*.example.org}, or both with a plus between them. */
    @Override
    public String text() {
        if (sts == null) {
            return DANE;
        }
        return (dane ? DANE + "+" : "") + "sts:" + sts.mode().word() + ":"
                + sts.maxAge().toSeconds() + ":" + String.join(",", sts.hosts());
    }

    static Optional<PublishedTerms> parse(String text) {
        if (text.equals(DANE)) {
            return Optional.of(new PublishedTerms(true, null));
        }
        boolean dane = text.startsWith(DANE + "+");
        Matcher matcher = STS.matcher(dane ? text.substring(DANE.length() + 1) : text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        List<String> hosts = new ArrayList<>();
        for (String host : matcher.group(3).split(",", -1)) {
            if (Domain.parse(host.startsWith("*.") ? host.substring(2) : host).isEmpty()
                    || hosts.size() == StsPolicy.HOSTS_MAX) {
                return Optional.empty();
            }
            hosts.add(host);
        }
        StsPolicy.Mode mode = StsPolicy.Mode.valueOf(matcher.group(1).toUpperCase(Locale.ROOT));
        return Optional.of(new PublishedTerms(
                dane, new StsPolicy(mode, hosts, Duration.ofSeconds(Long.parseLong(matcher.group(2))))));
    }
}
