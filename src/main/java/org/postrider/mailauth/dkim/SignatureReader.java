package org.postrider.mailauth.dkim;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.HeaderSection;
import org.postrider.mailauth.TagList;
import org.postrider.mailauth.dkim.SignatureField.Kind;

/**
 * Reads the tags of one signature (RFC 6376 §3.5, §6.1.1). The first thing that is wrong is kept and told at the end; what is
 * read after it does not matter.
 *
 * <p>Thread: confined.
 */
final class SignatureReader {
    private static final Domain NOWHERE = new Domain("invalid");
    /** RFC 6376 §3.5: up to 12 digits of a time, 76 of a length; more than a long holds is no length of a body. */
    private static final int NUMBER_DIGITS_MAX = 18;

    private final HeaderSection.Field field;
    private final TagList tags;
    private final Kind kind;
    private @Nullable String problem;
    private AuthResult result = AuthResult.NEUTRAL;

    SignatureReader(HeaderSection.Field field, TagList tags, Kind kind) {
        this.field = field;
        this.tags = tags;
        this.kind = kind;
    }

    SignatureField.Read read() {
        Optional<Domain> domain = Domain.parse(compact("d"));
        Optional<Domain> selector = Domain.parse(compact("s"));
        checkVersionAndTags();
        SigningAlgorithm algorithm = algorithm();
        if (domain.isEmpty()) {
            note(AuthResult.NEUTRAL, "d= is no domain");
        }
        Optional<Domain> keyName = selector.flatMap(name -> Domain.parse(
                name.ascii() + "._domainkey." + domain.orElse(NOWHERE).ascii()));
        if (keyName.isEmpty()) {
            note(AuthResult.NEUTRAL, "s= is no selector");
        }
        Canonicalization[] forms = forms();
        String signature = base64("b");
        String bodyHash = kind == Kind.ARC_SEAL ? "" : base64("bh");
        List<String> names = kind == Kind.ARC_SEAL ? List.of() : names();
        Domain sdid = domain.orElse(NOWHERE);
        String auid = kind == Kind.DKIM ? auid(sdid) : "";
        Domain auidDomain = kind == Kind.DKIM ? auidDomain(auid, sdid) : sdid;
        OptionalLong bodyLimit = number("l");
        OptionalLong signedAt = number("t");
        OptionalLong expiresAt = number("x");
        checkTimes(signedAt, expiresAt);
        String name = selector.map(Domain::ascii).orElse("");
        if (problem != null) {
            return new SignatureField.Unsound(result, domain, name, compact("a"), problem);
        }
        return new SignatureField.Sound(new SignatureField(
                field,
                tags,
                algorithm,
                signature,
                bodyHash,
                forms[0],
                forms[1],
                sdid,
                name,
                keyName.orElse(NOWHERE),
                names,
                auid,
                auidDomain,
                bodyLimit,
                signedAt,
                expiresAt));
    }

    private void note(AuthResult what, String why) {
        if (problem == null) {
            problem = why;
            result = what;
        }
    }

    private String compact(String tag) {
        return tags.compact(tag).orElse("");
    }

    private void checkVersionAndTags() {
        if (kind == Kind.DKIM && !tags.value("v").equals(Optional.of("1"))) {
            note(AuthResult.PERMERROR, "v= is not 1");
        }
        if (kind == Kind.ARC_SEAL && tags.value("h").isPresent()) {
            // RFC 8617 §4.1.3: NOT allowed.
            note(AuthResult.PERMERROR, "a seal has no h=");
        }
        boolean asked = tags.compact("q")
                .map(methods -> List.of(methods.split(":", -1)).contains("dns/txt"))
                .orElse(true);
        if (!asked) {
            note(AuthResult.PERMERROR, "q= knows no dns/txt");
        }
    }

    private SigningAlgorithm algorithm() {
        String text = tags.value("a").orElse("");
        Optional<SigningAlgorithm> known = SigningAlgorithm.parse(text);
        if (known.isEmpty()) {
            note(
                    AuthResult.PERMERROR,
                    text.equals("rsa-sha1") ? "rsa-sha1 is not verified any more (RFC 8301)" : "a= is unknown");
        }
        return known.orElse(SigningAlgorithm.RSA_SHA256);
    }

    /** Of the header, and of the body. */
    private Canonicalization[] forms() {
        if (kind == Kind.ARC_SEAL) {
            return new Canonicalization[] {Canonicalization.RELAXED, Canonicalization.RELAXED};
        }
        String text = tags.value("c").orElse("simple");
        int slash = text.indexOf('/');
        Optional<Canonicalization> header = Canonicalization.parse(slash < 0 ? text : text.substring(0, slash));
        Optional<Canonicalization> body =
                slash < 0 ? Optional.of(Canonicalization.SIMPLE) : Canonicalization.parse(text.substring(slash + 1));
        if (header.isEmpty() || body.isEmpty()) {
            note(AuthResult.PERMERROR, "c= is unknown");
        }
        return new Canonicalization[] {header.orElse(Canonicalization.SIMPLE), body.orElse(Canonicalization.SIMPLE)};
    }

    private String base64(String tag) {
        String text = compact(tag);
        if (text.isEmpty() || decoded(text).isEmpty()) {
            note(AuthResult.NEUTRAL, tag + "= is missing or no base64");
        }
        return text;
    }

    static Optional<byte[]> decoded(String base64) {
        try {
            return Optional.of(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        boolean sound = true;
        for (String name : SignedHeader.lower(compact("h")).split(":", SignatureField.NAMES_MAX + 1)) {
            sound &= isFieldName(name);
            names.add(name);
        }
        if (!sound || names.size() > SignatureField.NAMES_MAX) {
            note(AuthResult.NEUTRAL, "h= is missing or no list of header fields");
        } else if (!names.contains("from")) {
            // RFC 6376 §6.1.1. RFC 8617 wants the same by importing it.
            note(AuthResult.PERMERROR, "From is not signed");
        }
        return names;
    }

    private static boolean isFieldName(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private String auid(Domain sdid) {
        return tags.compact("i").map(SignatureReader::unquoted).orElse("@" + sdid.ascii());
    }

    private Domain auidDomain(String auid, Domain sdid) {
        Optional<Domain> domain = Domain.parse(auid.substring(auid.lastIndexOf('@') + 1));
        if (domain.isEmpty() || auid.indexOf('@') < 0) {
            note(AuthResult.NEUTRAL, "i= has no domain");
        } else if (!domain.get().isWithin(sdid)) {
            note(AuthResult.PERMERROR, "i= is not within d=");
        }
        return domain.orElse(sdid);
    }

    /** dkim-quoted-printable (RFC 6376 §2.11); a sign that begins no escape stays as it is. */
    private static String unquoted(String text) {
        if (text.indexOf('=') < 0) {
            return text;
        }
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        int length = 0;
        for (int i = 0; i < octets.length; i++) {
            int high = i + 2 < octets.length ? Character.digit(octets[i + 1], 16) : -1;
            int low = i + 2 < octets.length ? Character.digit(octets[i + 2], 16) : -1;
            if (octets[i] == '=' && high >= 0 && low >= 0) {
                octets[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                octets[length++] = octets[i];
            }
        }
        return new String(octets, 0, length, StandardCharsets.UTF_8);
    }

    private OptionalLong number(String tag) {
        Optional<String> text = tags.value(tag);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        String digits = text.get();
        boolean sound = !digits.isEmpty()
                && digits.length() <= NUMBER_DIGITS_MAX
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!sound) {
            note(AuthResult.NEUTRAL, tag + "= is no number");
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(digits));
    }

    private void checkTimes(OptionalLong signedAt, OptionalLong expiresAt) {
        if (signedAt.isPresent() && expiresAt.isPresent() && expiresAt.getAsLong() <= signedAt.getAsLong()) {
            note(AuthResult.PERMERROR, "x= is not after t=");
        }
    }
}
