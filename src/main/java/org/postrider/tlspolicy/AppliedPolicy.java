package org.postrider.tlspolicy;

import java.util.List;
import org.postrider.dns.Tlsa;

/**
 * The policy that a session was held to, as reports tell it (RFC 8460 §4.4).
 *
 * @param strings the lines of an MTA-STS policy, or TLSA records
 * @param hosts the patterns of an MTA-STS policy, or the host of the TLSA records
 */
public record AppliedPolicy(PolicyType type, List<String> strings, List<String> hosts) {
    public static final AppliedPolicy NONE = new AppliedPolicy(PolicyType.NONE, List.of(), List.of());

    public AppliedPolicy {
        strings = List.copyOf(strings);
        hosts = List.copyOf(hosts);
    }

    public static AppliedPolicy of(StsPolicy policy) {
        return new AppliedPolicy(PolicyType.STS, policy.text().lines().toList(), policy.hosts());
    }

    public static AppliedPolicy of(DaneTlsa tlsa, String host) {
        return new AppliedPolicy(
                PolicyType.TLSA, tlsa.records().stream().map(Tlsa::text).toList(), List.of(host));
    }

    /** That it was one of this type, and not which: for those of which there are too many to tell apart. */
    AppliedPolicy unnamed() {
        return new AppliedPolicy(type, List.of(), List.of());
    }

    boolean isUnnamed() {
        return strings.isEmpty() && hosts.isEmpty();
    }

    /** Of a host whose records could not be used, or not be had. */
    public static AppliedPolicy tlsa(String host) {
        return new AppliedPolicy(PolicyType.TLSA, List.of(), List.of(host));
    }
}
