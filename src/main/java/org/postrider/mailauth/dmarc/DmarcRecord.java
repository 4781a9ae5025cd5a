package org.postrider.mailauth.dmarc;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a domain publishes at {@code _dmarc} (RFC 9989 §4.7, §4.8), with the defaults put in.
 *
 * @param text as published
 * @param p empty where the tag is missing or malformed, as for {@code sp} and {@code np}
 * @param publicSuffix {@code psd}
 * @param testing {@code t=y}
 * @param failureOptions {@code fo}; without {@code ruf} it says nothing
 * @param problems what is wrong with it, for the error element of reports; not empty does not mean void
 * @param badPolicy whether {@code p} is missing or malformed, or {@code sp} or {@code np} malformed (§4.10.1)
 */
public record DmarcRecord(
        String text,
        Optional<Policy> p,
        Optional<Policy> sp,
        Optional<Policy> np,
        Alignment adkim,
        Alignment aspf,
        PublicSuffix publicSuffix,
        boolean testing,
        Set<FailureOption> failureOptions,
        List<ReportUri> rua,
        List<ReportUri> ruf,
        List<String> problems,
        boolean badPolicy) {
    /** What {@code psd} says of the name. */
    public enum PublicSuffix {
        /** Others register names below it. */
        YES,
        /** It is the organization's own top. */
        NO,
        UNKNOWN
    }

    public DmarcRecord {
        failureOptions =
                failureOptions.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(failureOptions));
        rua = List.copyOf(rua);
        ruf = List.copyOf(ruf);
        problems = List.copyOf(problems);
    }

    /**
     * Reads a record. Whatever is malformed behind its version is left out in favour of the default, and told.
     *
     * @return empty where it does not begin with {@code v=DMARC1}, and so is none
     */
    public static Optional<DmarcRecord> parse(String text) {
        return DmarcRecordGrammar.record(text);
    }

    /**
     * The record as it is to be applied (§4.10.1): itself; one that asks for nothing but reports where its policy is
     * malformed and there is somewhere to report to; empty where DMARC is not to be applied at all.
     */
    public Optional<DmarcRecord> applied() {
        if (!badPolicy) {
            return Optional.of(this);
        }
        return rua.isEmpty()
                ? Optional.empty()
                : Optional.of(new DmarcRecord(
                        text,
                        Optional.of(Policy.NONE),
                        Optional.empty(),
                        Optional.empty(),
                        adkim,
                        aspf,
                        publicSuffix,
                        testing,
                        failureOptions,
                        rua,
                        ruf,
                        problems,
                        false));
    }

    /** For the domain that publishes it. */
    public Policy domainPolicy() {
        return p.orElse(Policy.NONE);
    }

    /** For domains below that exist. */
    public Policy subdomainPolicy() {
        return sp.orElse(domainPolicy());
    }

    /** For domains below that do not exist. */
    public Policy absentDomainPolicy() {
        return np.orElse(subdomainPolicy());
    }
}
