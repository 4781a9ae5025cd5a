package org.postrider.mailauth.arc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.HeaderSection;
import org.postrider.mailauth.dkim.Canonicalization;
import org.postrider.mailauth.dkim.MessagePass;
import org.postrider.mailauth.dkim.SignatureCheck;
import org.postrider.mailauth.dkim.SignatureField;
import org.postrider.mailauth.dkim.SignatureField.Kind;
import org.postrider.mailauth.dkim.SignedHeader;

/**
 * Validates the chain of one message (RFC 8617 §5.2). It is made when the header section is known, and asks for the keys at
 * once; when the {@link MessagePass} is finished it gives the result.
 *
 * <p>Thread: confined. {@link #result} blocks until the keys are there.
 */
public final class ArcValidation {
    private final MessagePass pass;
    private final ArcChain chain;
    private final List<Link> links = new ArrayList<>();

    /**
     * A set whose fields can be read.
     *
     * @param message empty for an old one that is not looked at any more, or that makes no sense
     */
    private record Link(ArcSet set, Optional<Signed> message, Signed seal) {}

    private record Signed(SignatureField signature, SignatureCheck check) {}

    public ArcValidation(MessagePass pass) {
        this.pass = pass;
        this.chain = readable(ArcChain.of(pass.header()));
    }

    /** The chain, whose seals and newest message signature can be read; checks of it have begun. */
    private ArcChain readable(ArcChain found) {
        if (!(found instanceof ArcChain.Whole(List<ArcSet> sets))) {
            return found;
        }
        for (ArcSet set : sets) {
            boolean newest = set.instance() == sets.size();
            boolean looked = sets.size() - set.instance() < pass.settings().signaturesMax();
            switch (SignatureField.read(set.seal(), Kind.ARC_SEAL)) {
                case SignatureField.Unsound unsound -> {
                    return new ArcChain.Broken(sets.size(), false, "seal " + set.instance() + ": " + unsound.reason());
                }
                case SignatureField.Sound(SignatureField seal) -> {
                    SignatureField.Read message = SignatureField.read(set.message(), Kind.ARC_MESSAGE);
                    Optional<String> problem = problem(message);
                    if (newest && problem.isPresent()) {
                        return new ArcChain.Broken(
                                sets.size(), false, "message signature " + set.instance() + ": " + problem.get());
                    }
                    Optional<Signed> checked = looked && problem.isEmpty() ? begin(message) : Optional.empty();
                    links.add(new Link(set, checked, new Signed(seal, new SignatureCheck(pass, seal, Kind.ARC_SEAL))));
                }
            }
        }
        return found;
    }

    private Optional<Signed> begin(SignatureField.Read message) {
        return message instanceof SignatureField.Sound(SignatureField signature)
                ? Optional.of(new Signed(signature, new SignatureCheck(pass, signature, Kind.ARC_MESSAGE)))
                : Optional.empty();
    }

    private static Optional<String> problem(SignatureField.Read message) {
        return switch (message) {
            case SignatureField.Unsound unsound -> Optional.of(unsound.reason());
            case SignatureField.Sound(SignatureField signature) ->
                // RFC 8617 §4.1.2: MUST NOT be included, as they are sealed and grow in number.
                signature.names().stream()
                        .filter(name -> name.equals(ArcChain.SEAL)
                                || name.equals(ArcChain.MESSAGE)
                                || name.equals(ArcChain.RESULTS))
                        .findFirst()
                        .map(name -> "h= has " + name);
        };
    }

    /** The result, once the body has ended. */
    public ArcResult result() {
        return switch (chain) {
            case ArcChain.Missing _ -> ArcResult.none();
            case ArcChain.Broken broken -> ArcResult.failed(broken.highest(), broken.ended(), broken.reason());
            case ArcChain.Whole _ -> validated();
        };
    }

    private ArcResult validated() {
        int newest = links.size();
        int oldestPass = newest;
        for (int i = newest; i >= 1; i--) {
            Optional<Signed> message = links.get(i - 1).message;
            SignatureCheck.Verdict verdict = message.map(this::verdict).orElse(null);
            if (verdict == null || verdict.result() != AuthResult.PASS) {
                if (i == newest) {
                    String why = verdict == null ? "cannot be read" : verdict.reason();
                    return ArcResult.failed(newest, false, "message signature " + i + ": " + why);
                }
                break;
            }
            oldestPass = i == 1 ? 0 : i;
        }
        for (int i = newest; i >= 1; i--) {
            SignatureCheck.Verdict verdict = links.get(i - 1).seal.check.verdict(sealed(sets(), i));
            if (verdict.result() != AuthResult.PASS) {
                return ArcResult.failed(newest, false, "seal " + i + ": " + verdict.reason());
            }
        }
        List<Domain> sealers =
                links.stream().map(link -> link.seal.signature.domain()).toList();
        return new ArcResult(
                AuthResult.PASS,
                newest,
                sealers,
                OptionalInt.of(oldestPass),
                Optional.of(testimony(links.getLast().set.results())),
                false,
                "");
    }

    private static String testimony(HeaderSection.Field results) {
        String text = results.text();
        return text.substring(text.indexOf(';') + 1);
    }

    private List<ArcSet> sets() {
        return links.stream().map(Link::set).toList();
    }

    private SignatureCheck.Verdict verdict(Signed message) {
        SignedHeader signed = new SignedHeader(message.signature.headerForm());
        signed.addNamed(pass.header(), message.signature.names(), message.signature.field());
        return message.check.verdict(signed.close(message.signature.field()));
    }

    /**
     * What the seal of an instance is made over (RFC 8617 §5.1.1).
     *
     * @param sets the first first
     */
    static byte[] sealed(List<ArcSet> sets, int instance) {
        SignedHeader signed = new SignedHeader(Canonicalization.RELAXED);
        for (ArcSet set : sets.subList(0, instance - 1)) {
            signed.add(set.results());
            signed.add(set.message());
            signed.add(set.seal());
        }
        ArcSet last = sets.get(instance - 1);
        signed.add(last.results());
        signed.add(last.message());
        return signed.close(last.seal());
    }
}
