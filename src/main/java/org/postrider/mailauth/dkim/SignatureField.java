package org.postrider.mailauth.dkim;

import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.HeaderSection;
import org.postrider.mailauth.TagList;

/**
 * A header field that holds a signature, read: {@code DKIM-Signature}, or one of the two of ARC that are made like it.
 *
 * @param signatureText of {@code b=}, sound base64 without blanks
 * @param bodyHashText of {@code bh=}, likewise; empty for a kind that has none
 * @param domain of {@code d=}, its SDID
 * @param selector of {@code s=}, in A-labels and lower case
 * @param keyName where its key is: selector, {@code _domainkey} and domain
 * @param names of {@code h=} in lower case, in their order
 * @param auid of {@code i=}, decoded; {@code @} and the domain where there is none. Empty for ARC
 * @param auidDomain what follows its {@code @}
 * @param bodyLimit of {@code l=}, octets of the canonical body
 * @param signedAt of {@code t=}, seconds since 1970
 * @param expiresAt of {@code x=}, likewise
 */
public record SignatureField(
        HeaderSection.Field field,
        TagList tags,
        SigningAlgorithm algorithm,
        String signatureText,
        String bodyHashText,
        Canonicalization headerForm,
        Canonicalization bodyForm,
        Domain domain,
        String selector,
        Domain keyName,
        List<String> names,
        String auid,
        Domain auidDomain,
        OptionalLong bodyLimit,
        OptionalLong signedAt,
        OptionalLong expiresAt) {

    /** Names in one {@code h=}. */
    static final int NAMES_MAX = 500;

    public SignatureField {
        names = List.copyOf(names);
    }

    /** The octets of {@code b=}. */
    public byte[] signature() {
        return Base64.getDecoder().decode(signatureText);
    }

    /** The octets of {@code bh=}; none for a kind that has none. */
    public byte[] bodyHash() {
        return Base64.getDecoder().decode(bodyHashText);
    }

    /** Which tags a field of the kind has. */
    public enum Kind {
        /** RFC 6376 §3.5. */
        DKIM,
        /** RFC 8617 §4.1.2: no {@code v=}, and {@code i=} is another thing. */
        ARC_MESSAGE,
        /** RFC 8617 §4.1.3: nothing of the body, no {@code h=}, always relaxed. */
        ARC_SEAL
    }

    /** What came of reading one. */
    public sealed interface Read {}

    /** It is whole; whether it verifies is another question. */
    public record Sound(SignatureField signature) implements Read {}

    /**
     * It cannot be verified.
     *
     * @param result what to say of it: NEUTRAL for what cannot be read, PERMERROR for what must not be verified
     * @param domain of {@code d=}, where that much can be read
     * @param selector of {@code s=}, else empty
     * @param reason for people
     */
    public record Unsound(AuthResult result, Optional<Domain> domain, String selector, String algorithm, String reason)
            implements Read {}

    public static Read read(HeaderSection.Field field, Kind kind) {
        return TagList.parse(Utf8.decoded(field.text()))
                .map(tags -> new SignatureReader(field, tags, kind).read())
                .orElseGet(() -> new Unsound(AuthResult.NEUTRAL, Optional.empty(), "", "", "it is no list of tags"));
    }
}
