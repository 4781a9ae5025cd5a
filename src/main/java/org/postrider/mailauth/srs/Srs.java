package org.postrider.mailauth.srs;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.postrider.mail.Ascii;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;

/**
 * Rewrites senders to addresses of ours, and reads such addresses back. {@code bob@example.org} becomes
 * {@code SRS0=HHHH=TT=example.org=bob@ours}: HHHH is a keyed hash, TT the day. The SRS0 address of another forwarder becomes
 * {@code SRS1=HHHH=forwarder==hhhh=tt=example.org=bob@ours}, so that a bounce skips all forwarders between us and the first,
 * which alone knows whether the address is of its making.
 *
 * <p>The hash keeps others from sending through us to whom they like. Case is not looked at: hosts on the way may have
 * changed it.
 *
 * <p>Thread: any.
 */
public final class Srs {
    /** Two digits of base 32: after so many days their number comes again. */
    private static final int DAYS_AROUND = 1 << 10;

    /** The most days that an address can live. */
    public static final int DAYS_MAX = DAYS_AROUND - 1;

    private static final String DIRECT = "SRS0";
    private static final String INDIRECT = "SRS1";
    private static final String SEPARATOR = "=";
    /** What others write behind the tag. */
    private static final String SEPARATORS = "=+-";

    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int HASH_CHARACTERS = 4;
    private static final String HASH = "HmacSHA1";

    private final List<String> secrets;
    private final Domain domain;
    private final int days;

    /** What an address of ours stands for. */
    public sealed interface Original {}

    /** Whom a bounce is for: the sender, or the forwarder that has rewritten the sender first. */
    public record Sender(Mailbox mailbox) implements Original {}

    /** Nobody who knows a secret has made it. */
    public record Forged() implements Original {}

    /** It is ours, and older than it may be; for those who know that its mail is not. */
    public record Old(Mailbox mailbox) implements Original {}

    /**
     * @param secrets the first makes hashes, all are believed; at least one, none empty
     * @param domain ours, whose mail comes here
     * @param days for how long an address is good, 1 to {@link #DAYS_MAX}
     */
    public Srs(List<String> secrets, Domain domain, int days) {
        if (secrets.isEmpty() || secrets.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException("no secret, or an empty one");
        }
        if (days < 1 || days > DAYS_MAX) {
            throw new IllegalArgumentException("days " + days);
        }
        this.secrets = List.copyOf(secrets);
        this.domain = domain;
        this.days = days;
    }

    public Domain domain() {
        return domain;
    }

    /**
     * The address in whose name mail of a sender is passed on; empty where it would be longer than a local-part may be, or
     * the sender has no domain.
     */
    public Optional<Mailbox> rewritten(Mailbox sender, Instant now) {
        if (!(sender.host() instanceof Domain from)) {
            return Optional.empty();
        }
        String local = sender.localPart();
        if (isTagged(local, INDIRECT)) {
            // A forwarder between the first and us is left out of the way back.
            String[] parts = local.substring(INDIRECT.length() + 1).split(SEPARATOR, 3);
            return parts.length == 3 && Domain.parse(parts[1]).isPresent()
                    ? indirect(parts[1], parts[2])
                    : direct(from.ascii(), local, now);
        }
        return isTagged(local, DIRECT)
                ? indirect(from.ascii(), local.substring(DIRECT.length()))
                : direct(from.ascii(), local, now);
    }

    private Optional<Mailbox> direct(String host, String local, Instant now) {
        String day = day(now);
        String hash = hash(secrets.getFirst(), day, host, local);
        return ours(String.join(SEPARATOR, DIRECT, hash, day, host, local));
    }

    private Optional<Mailbox> indirect(String host, String rest) {
        String hash = hash(secrets.getFirst(), host, rest);
        return ours(String.join(SEPARATOR, INDIRECT, hash, host, rest));
    }

    private Optional<Mailbox> ours(String local) {
        return local.getBytes(StandardCharsets.UTF_8).length > Mailbox.LOCAL_PART_OCTETS_MAX
                ? Optional.empty()
                : Optional.of(new Mailbox(local, domain));
    }

    /** Whether an address is one that {@link #rewritten} makes, or looks so. */
    public boolean concerns(Mailbox address) {
        return domain.equals(address.host())
                && (isTagged(address.localPart(), DIRECT) || isTagged(address.localPart(), INDIRECT));
    }

    private static boolean isTagged(String local, String tag) {
        return local.length() > tag.length()
                && Ascii.equalsIgnoreCase(local.substring(0, tag.length()), tag)
                && SEPARATORS.indexOf(local.charAt(tag.length())) >= 0;
    }

    /** Reads an address that {@link #concerns} us. */
    public Original original(Mailbox address, Instant now) {
        String local = address.localPart();
        String rest = local.substring(DIRECT.length() + 1);
        return isTagged(local, DIRECT) ? ofDirect(rest, now) : ofIndirect(rest);
    }

    private Original ofDirect(String rest, Instant now) {
        String[] parts = rest.split(SEPARATOR, 4);
        if (parts.length < 4 || !isOurs(parts[0], parts[1], parts[2], parts[3])) {
            return new Forged();
        }
        int day = number(parts[1]);
        if (day < 0) {
            return new Forged();
        }
        int age = Math.floorMod(today(now) - day, DAYS_AROUND);
        return sender(parts[2], parts[3]) instanceof Sender(Mailbox mailbox)
                ? age > days ? new Old(mailbox) : new Sender(mailbox)
                : new Forged();
    }

    /** No day: the first forwarder's address has one, and it judges that. */
    private Original ofIndirect(String rest) {
        String[] parts = rest.split(SEPARATOR, 3);
        return parts.length == 3 && isOurs(parts[0], parts[1], parts[2])
                ? sender(parts[1], DIRECT + parts[2])
                : new Forged();
    }

    private static Original sender(String host, String local) {
        Optional<Domain> domain = Domain.parse(host);
        return domain.isPresent() ? new Sender(new Mailbox(local, domain.get())) : new Forged();
    }

    private boolean isOurs(String hash, String... hashed) {
        byte[] given = Ascii.lower(hash).getBytes(StandardCharsets.UTF_8);
        return secrets.stream()
                .map(secret -> Ascii.lower(hash(secret, hashed)).getBytes(StandardCharsets.UTF_8))
                .anyMatch(right -> MessageDigest.isEqual(right, given));
    }

    private static String hash(String secret, String... hashed) {
        try {
            Mac mac = Mac.getInstance(HASH);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), HASH));
            for (String each : hashed) {
                mac.update(Ascii.lower(each).getBytes(StandardCharsets.UTF_8));
            }
            return Base64.getEncoder().encodeToString(mac.doFinal()).substring(0, HASH_CHARACTERS);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java has " + HASH, e);
        }
    }

    private static int today(Instant now) {
        return (int) Math.floorMod(now.getEpochSecond() / Duration.ofDays(1).toSeconds(), (long) DAYS_AROUND);
    }

    private static String day(Instant now) {
        int day = today(now);
        return "" + BASE32.charAt(day / BASE32.length()) + BASE32.charAt(day % BASE32.length());
    }

    /** -1 where it is none. */
    private static int number(String day) {
        String upper = Ascii.upper(day);
        int high = upper.length() == 2 ? BASE32.indexOf(upper.charAt(0)) : -1;
        int low = high < 0 ? -1 : BASE32.indexOf(upper.charAt(1));
        return low < 0 ? -1 : high * BASE32.length() + low;
    }
}
