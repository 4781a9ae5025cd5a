package org.postrider.feedback;

import java.util.List;

/**
 * Who sends as whom, by the reports that receivers sent us.
 *
 * @param domain the author domain
 * @param reports how many there are about it
 * @param unauthenticated how many more there are, or are among them where all were asked for, whose mail was not authentic
 * @param sources those that sent most first
 * @param leftOut messages of sources that are not listed
 */
public record ReportSummary(String domain, int reports, int unauthenticated, List<Source> sources, long leftOut) {
    public ReportSummary {
        sources = List.copyOf(sources);
    }

    /**
     * An address that sent mail in the domain's name.
     *
     * @param passed messages that passed DMARC
     * @param dkim with an aligned pass of DKIM
     * @param spf with an aligned pass of SPF
     * @param stopped quarantined or rejected
     * @param reporters who saw it
     */
    public record Source(
            String address, long messages, long passed, long dkim, long spf, long stopped, List<String> reporters) {
        public Source {
            reporters = List.copyOf(reporters);
        }
    }

    public long messages() {
        return sources.stream().mapToLong(Source::messages).sum() + leftOut;
    }

    public long passed() {
        return sources.stream().mapToLong(Source::passed).sum();
    }
}
