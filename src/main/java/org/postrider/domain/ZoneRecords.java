package org.postrider.domain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.postrider.domain.ZoneRecord.Need;
import org.postrider.mail.Domain;
import org.postrider.tlspolicy.StsPolicy;
import org.postrider.tlspolicy.StsRecord;
import org.postrider.tlspolicy.TlsReportRecord;

/** The records that a domain should have for its mail to be sent and received by this server. */
final class ZoneRecords {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd").withZone(ZoneOffset.UTC);
    private static final int STS_ID_DIGITS = 16;

    private final Domain domain;
    private final DomainSettings settings;
    private final List<ZoneRecord> records = new ArrayList<>();

    private ZoneRecords(Domain domain, DomainSettings settings) {
        this.domain = domain;
        this.settings = settings;
    }

    static List<ZoneRecord> of(DomainRegister.Listed listed, DomainSettings settings) {
        ZoneRecords made = new ZoneRecords(listed.domain(), settings);
        made.mx();
        made.spf();
        listed.keys().forEach(made::key);
        made.dmarc();
        made.tlsReports();
        Optional.ofNullable(settings.policies().get(listed.domain())).ifPresent(made::sts);
        return List.copyOf(made.records);
    }

    private void mx() {
        boolean receives = settings.receiving().contains(domain);
        records.add(new ZoneRecord(
                receives ? Need.REQUIRED : Need.OPTIONAL,
                domain,
                "MX",
                List.of("10 " + settings.hostname().ascii() + "."),
                receives
                        ? "Its mail comes here."
                        : "Only if this server is to take its mail: leave the MX records it has otherwise."));
    }

    private void spf() {
        String mechanism = "a:" + settings.hostname().ascii();
        records.add(ZoneRecord.txt(
                Need.REQUIRED,
                domain,
                "v=spf1 " + mechanism + " ~all",
                "SPF: this server may send for it. Where there is an SPF record, put " + mechanism
                        + " into that one: there must not be two."));
    }

    private void key(SigningKey key) {
        Need need = Need.REQUIRED;
        String why = switch (key.phase()) {
            case PUBLISHED -> "DKIM: this key signs when its record has been seen.";
            case ACTIVE -> "DKIM: this key signs.";
            case WITHDRAWN -> {
                String until = key.removable().map(DAY::format).orElse("");
                yield "DKIM: this key signs no more; leave its record until " + until + ", then remove it.";
            }
        };
        if (key.phase() == SigningKey.Phase.WITHDRAWN) {
            need = Need.REMOVE;
        }
        records.add(new ZoneRecord(
                need, key.dkimRecord().name(), "TXT", key.dkimRecord().strings(), why));
    }

    private void dmarc() {
        String reports = settings.reports().text();
        records.add(ZoneRecord.txt(
                Need.REQUIRED,
                below("_dmarc"),
                "v=DMARC1; p=none; rua=mailto:" + reports,
                "DMARC: begin with reports only; after some weeks without failures of your own mail p=quarantine, then"
                        + " p=reject."));
        Domain host = settings.reports().host() instanceof Domain named ? named : settings.hostname();
        if (!host.equals(domain)) {
            Domain.parse(domain.ascii() + "._report._dmarc." + host.ascii())
                    .ifPresent(place -> records.add(ZoneRecord.txt(
                            Need.RECOMMENDED,
                            place,
                            "v=DMARC1",
                            "In the zone of " + host + ": it takes the DMARC reports for " + domain
                                    + " (RFC 9990 §4).")));
        }
    }

    private void tlsReports() {
        records.add(ZoneRecord.txt(
                Need.RECOMMENDED,
                below(TlsReportRecord.LABELS),
                "v=TLSRPTv1; rua=mailto:" + settings.reports().text(),
                "TLS reports: others tell when TLS to its mail hosts fails (RFC 8460)."));
    }

    private void sts(StsPolicy policy) {
        records.add(ZoneRecord.txt(
                Need.REQUIRED,
                below(StsRecord.LABEL),
                "v=STSv1; id=" + id(policy),
                "MTA-STS: there is a policy; the id changes with it (RFC 8461 §3.1)."));
        records.add(new ZoneRecord(
                Need.REQUIRED,
                below("mta-sts"),
                "CNAME",
                List.of(settings.hostname().ascii() + "."),
                "MTA-STS: the host of the policy, which this server is."));
    }

    /** The same for the same policy, and another for another. */
    static String id(StsPolicy policy) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(policy.text().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, STS_ID_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private Domain below(String labels) {
        return new Domain(labels + "." + domain.ascii());
    }
}
