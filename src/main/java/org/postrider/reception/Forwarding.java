package org.postrider.reception;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.postrider.mail.Ascii;
import org.postrider.mail.Domain;
import org.postrider.mail.MailHost;
import org.postrider.mail.Mailbox;
import org.postrider.mail.ReversePath;
import org.postrider.mailauth.arc.ArcSealer;
import org.postrider.mailauth.srs.Srs;

/**
 * Which mail goes on from here, where to, and in whose name.
 *
 * <p>Thread: any.
 *
 * @param addresses by the address that is forwarded, its local-part in lower case
 * @param domains by the domain whose whole mail is forwarded
 * @param delimiters what separates a detail from a local-part, for the domains that have one
 * @param srs rewrites the senders of strangers' mail that is forwarded; empty for nobody
 * @param ownDomains whose senders are not rewritten
 * @param endsHere whether mail for a host goes to no other server, or to one for final delivery alone
 * @param sealer seals strangers' mail that goes on; empty for none
 */
public record Forwarding(
        Map<Mailbox, List<Mailbox>> addresses,
        Map<Domain, List<Mailbox>> domains,
        Map<Domain, Character> delimiters,
        Optional<Srs> srs,
        Set<Domain> ownDomains,
        Predicate<MailHost> endsHere,
        Optional<ArcSealer> sealer) {
    /** Nothing is forwarded. */
    public static final Forwarding NONE =
            new Forwarding(Map.of(), Map.of(), Map.of(), Optional.empty(), Set.of(), _ -> true, Optional.empty());

    public Forwarding {
        addresses = Map.copyOf(addresses);
        domains = Map.copyOf(domains);
        delimiters = Map.copyOf(delimiters);
        ownDomains = Set.copyOf(ownDomains);
    }

    /** What an address stands for. */
    sealed interface Meaning {}

    /** Itself. */
    record Plain() implements Meaning {}

    /** Others, one at least. */
    record Forwarded(List<Mailbox> targets) implements Meaning {}

    /** A sender whom we have rewritten. */
    record Return(Mailbox sender) implements Meaning {}

    /** It looks like a rewritten sender, and is none. */
    record Forged() implements Meaning {}

    /** A rewritten sender of long ago. */
    record Outdated(Mailbox sender) implements Meaning {}

    /** The form of an address in {@link #addresses}. */
    public static Mailbox key(Mailbox address) {
        return new Mailbox(Ascii.lower(address.localPart()), address.host());
    }

    Meaning meaning(Mailbox address, Instant now) {
        Srs rewriting = srs.orElse(null);
        if (rewriting != null && rewriting.concerns(address)) {
            return switch (rewriting.original(address, now)) {
                case Srs.Sender(Mailbox sender) -> new Return(sender);
                case Srs.Forged _ -> new Forged();
                case Srs.Old(Mailbox sender) -> new Outdated(sender);
            };
        }
        return address.host() instanceof Domain domain && !(addresses.isEmpty() && domains.isEmpty())
                ? forwarded(key(address), domain).<Meaning>map(Forwarded::new).orElseGet(Plain::new)
                : new Plain();
    }

    private Optional<List<Mailbox>> forwarded(Mailbox key, Domain domain) {
        List<Mailbox> found = addresses.get(key);
        Character delimiter = delimiters.get(domain);
        int detail = delimiter == null ? -1 : key.localPart().indexOf(delimiter);
        if (found == null && detail > 0) {
            found = addresses.get(new Mailbox(key.localPart().substring(0, detail), domain));
        }
        return Optional.ofNullable(found).or(() -> Optional.ofNullable(domains.get(domain)));
    }

    /** Who stands behind a sender that we have rewritten; any other stands for itself. */
    public Mailbox original(Mailbox sender, Instant now) {
        return switch (meaning(sender, now)) {
            case Return(Mailbox original) -> original;
            // The message is in our queue: who made its sender is known.
            case Outdated(Mailbox original) -> original;
            case Plain _, Forwarded _, Forged _ -> sender;
        };
    }

    /** In whose name a stranger's mail goes on: the null reverse-path, our own, and those that are too long stay. */
    ReversePath sender(ReversePath path, Instant now) {
        Mailbox sender = path.mailbox();
        if (sender == null || !(sender.host() instanceof Domain domain) || ownDomains.contains(domain)) {
            return path;
        }
        return srs.flatMap(rewriting -> rewriting.rewritten(sender, now))
                .map(ReversePath::new)
                .orElse(path);
    }
}
