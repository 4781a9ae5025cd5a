package org.postrider.domain;

import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.postrider.dns.Resolver;
import org.postrider.domain.CheckResult.Grade;
import org.postrider.domain.SigningKey.Phase;
import org.postrider.mail.Domain;
import org.postrider.mailauth.dkim.DkimKey;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.DkimRecord;
import org.postrider.mailauth.dkim.SigningAlgorithm;
import org.postrider.mailauth.spf.Spf;
import org.postrider.tlspolicy.PolicyFetch;

/**
 * Checks what a domain's zone says of its mail against what this server needs it to say.
 *
 * <p>Thread: any; blocks on the DNS.
 */
public final class DomainCheck {
    private final Ports ports;
    private final DomainSettings settings;

    /**
     * @param nanoTime a clock that never jumps
     * @param policies fetches MTA-STS policies
     */
    public record Ports(Resolver resolver, InstantSource clock, LongSupplier nanoTime, PolicyFetch policies) {}

    /** A key of ours, and what of its life it is in. */
    public record OurKey(DkimRecord record, Phase phase) {}

    public DomainCheck(Ports ports, DomainSettings settings) {
        this.ports = ports;
        this.settings = settings;
    }

    /**
     * Checks one domain.
     *
     * @param keys those that sign or are to sign for it, and those whose records are still needed
     * @param chains the certificates that our host may show, one with those above it for each kind of key; empty where they
     *     are not known
     */
    public List<CheckResult> check(Domain domain, List<OurKey> keys, List<List<X509Certificate>> chains) {
        Resolver resolver = ports.resolver();
        List<CheckResult> results = new ArrayList<>();
        MailHostCheck hosts = new MailHostCheck(resolver, settings);
        results.add(hosts.check(domain));
        Spf spf = new Spf(
                resolver, ports.clock(), ports.nanoTime(), settings.hostname().ascii());
        results.add(new SenderPolicyCheck(resolver, spf, settings.hostname()).check(domain));
        results.addAll(keys(domain, keys));
        results.addAll(new DmarcCheck(resolver, settings).check(domain));
        results.add(new TlsReportCheck(resolver, settings).check(domain));
        new StsCheck(resolver, ports.policies(), settings).check(domain).ifPresent(results::add);
        if (hosts.leadHere(domain)) {
            new TlsaCheck(resolver, ports.clock(), settings.hostname())
                    .check(domain, chains)
                    .ifPresent(results::add);
        }
        return List.copyOf(results);
    }

    private List<CheckResult> keys(Domain domain, List<OurKey> keys) {
        if (keys.isEmpty()) {
            return List.of(new CheckResult(
                    "dkim",
                    Grade.WARNING,
                    "_domainkey." + domain,
                    List.of(),
                    "a key",
                    "No signing key of this domain is known here.",
                    "Make keys with `postrider domain add " + domain + "`, or name one in [[dkim-key]]."));
        }
        return keys.stream().map(this::key).flatMap(Optional::stream).toList();
    }

    private Optional<CheckResult> key(OurKey key) {
        String name = key.record().name().ascii();
        return switch (KeySighting.of(ports.resolver(), key.record())) {
            case KeySighting.Ours(DkimKey published, List<String> texts) -> Optional.of(ours(key, published, texts));
            case KeySighting.Other(List<String> texts, String why) ->
                Optional.of(new CheckResult(
                        "dkim",
                        missing(key),
                        name,
                        texts,
                        key.record().text(),
                        "What stands there " + why + ".",
                        "Publish the wanted text as the only TXT record of the name."));
            case KeySighting.Absent _ ->
                key.phase() == Phase.WITHDRAWN
                        ? Optional.empty()
                        : Optional.of(new CheckResult(
                                "dkim",
                                missing(key),
                                name,
                                List.of(),
                                key.record().text(),
                                key.phase() == Phase.ACTIVE
                                        ? "The key signs, and nobody can verify what it signs."
                                        : "The key waits for its record before it signs.",
                                "Publish the wanted text as a TXT record."));
            case KeySighting.Unknown(String detail) -> Optional.of(CheckResult.unknown("dkim", name, detail));
        };
    }

    private static Grade missing(OurKey key) {
        return key.phase() == Phase.ACTIVE ? Grade.ERROR : Grade.WARNING;
    }

    private static CheckResult ours(OurKey key, DkimKey published, List<String> texts) {
        String name = key.record().name().ascii();
        if (published.testing()) {
            return new CheckResult(
                    "dkim",
                    Grade.WARNING,
                    name,
                    texts,
                    key.record().text(),
                    "t=y says that the domain only tries: some take no account of its signatures.",
                    "Publish it without t=y.");
        }
        if (published.algorithm() == SigningAlgorithm.RSA_SHA256 && published.bits() < DkimKeyPair.RSA_BITS) {
            return new CheckResult(
                    "dkim",
                    Grade.WARNING,
                    name,
                    texts,
                    "an RSA key of " + DkimKeyPair.RSA_BITS + " bits",
                    "The key has " + published.bits() + " bits, fewer than signers should use (RFC 8301 §3.2).",
                    "Make another: `postrider domain rotate`, or a new file for [[dkim-key]].");
        }
        String life = switch (key.phase()) {
            case PUBLISHED -> "It is ours, and will sign.";
            case ACTIVE -> "It is ours, and signs.";
            case WITHDRAWN -> "It is ours, and signs no more; `postrider domain show` says until when to keep it.";
        };
        return CheckResult.good("dkim", name, texts, life);
    }
}
