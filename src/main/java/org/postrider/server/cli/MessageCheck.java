package org.postrider.server.cli;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.HeaderCollector;
import org.postrider.mailauth.arc.ArcResult;
import org.postrider.mailauth.arc.ArcValidation;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimResult;
import org.postrider.mailauth.dkim.DkimSettings;
import org.postrider.mailauth.dkim.DkimVerification;
import org.postrider.mailauth.dkim.KeyLookups;
import org.postrider.mailauth.dkim.MessagePass;
import org.postrider.mailauth.dmarc.DmarcOutcome;
import org.postrider.mailauth.verify.MessageVerifier;
import org.postrider.mailauth.verify.Origin;
import org.postrider.mailauth.verify.Verification;
import org.postrider.mailauth.verify.Verified;

/**
 * {@code {"check":"dkim|arc|dmarc","message":…}}: what a server would find out about a message. For {@code dmarc}, {@code ip},
 * {@code helo} and {@code mail-from} tell how it came; without {@code ip}, SPF authenticates nothing.
 *
 * @param told what of it is
 */
record MessageCheck(String hostname, Told told) implements Check {
    /** From where a message comes that nobody says anything of: nowhere (RFC 5737 §3). */
    private static final InetAddress NOWHERE = InetAddress.ofLiteral("192.0.2.0");

    /** What is asked of a message. */
    enum Told {
        DKIM,
        ARC,
        DMARC
    }

    @Override
    public Map<String, Object> answer(CheckQuestion question) throws Unanswerable {
        byte[] content = withLineEnds(question.message());
        return switch (told) {
            case DKIM -> dkim(signatures(question, content));
            case ARC -> arc(question, content);
            case DMARC -> dmarc(hostname, question, content);
        };
    }

    private static Map<String, Object> dmarc(String hostname, CheckQuestion question, byte[] content)
            throws Unanswerable {
        MessageVerifier.Ports ports = new MessageVerifier.Ports(
                question.resolver(), Runnable::run, question.clock(), System::nanoTime, CryptoProviders.best());
        Verification verification =
                new MessageVerifier(ports, hostname, DkimSettings.DEFAULT, null).begin(origin(question));
        verification.write(content, 0, content.length);
        return dmarc(verification.end());
    }

    /** A message on its way through the verifiers of signatures, its header section read. */
    private static MessagePass pass(CheckQuestion question, byte[] content) throws Unanswerable {
        HeaderCollector header = new HeaderCollector();
        header.write(content, 0, content.length);
        return MessagePass.of(
                header.section(),
                new KeyLookups(question.resolver(), Runnable::run),
                CryptoProviders.best(),
                DkimSettings.DEFAULT,
                question.clock().instant());
    }

    private static void finish(MessagePass pass, byte[] content) {
        int body = HeaderCollector.bodyFrom(pass.header(), content, content.length);
        pass.write(content, body, content.length - body);
        pass.finish();
    }

    private static List<DkimResult> signatures(CheckQuestion question, byte[] content) throws Unanswerable {
        MessagePass pass = pass(question, content);
        DkimVerification verification = new DkimVerification(pass);
        finish(pass, content);
        return verification.results().results();
    }

    private static Map<String, Object> arc(CheckQuestion question, byte[] content) throws Unanswerable {
        MessagePass pass = pass(question, content);
        ArcValidation validation = new ArcValidation(pass);
        finish(pass, content);
        ArcResult result = validation.result();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("result", result.result().text());
        answer.put("reason", result.reason());
        answer.put("sets", result.sets());
        answer.put(
                "signatures",
                result.sealers().stream().map(MessageCheck::sealed).toList());
        return answer;
    }

    private static Map<String, Object> sealed(Domain sealer) {
        return Map.of("domain", sealer.ascii(), "result", AuthResult.PASS.text());
    }

    private static Origin origin(CheckQuestion question) throws Unanswerable {
        boolean known = question.optionalText("ip").isPresent();
        String mailFrom = question.optionalText("mail-from").orElse("");
        boolean bracketed = mailFrom.startsWith("<") && mailFrom.endsWith(">");
        return new Origin(
                known ? question.address("ip") : NOWHERE,
                known ? question.optionalText("helo").orElse("") : "",
                known ? (bracketed ? mailFrom.substring(1, mailFrom.length() - 1) : mailFrom) : "",
                Optional.empty(),
                Optional.empty());
    }

    /** Messages in files often have LF alone; what is signed has CRLF (RFC 6376 §5.3). */
    private static byte[] withLineEnds(byte[] content) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream(content.length + content.length / 32);
        int before = 0;
        for (byte octet : content) {
            if (octet == '\n' && before != '\r') {
                lines.write('\r');
            }
            lines.write(octet);
            before = octet;
        }
        return lines.toByteArray();
    }

    private static Map<String, Object> dkim(List<DkimResult> results) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("result", best(results).text());
        answer.put("signatures", shown(results));
        return answer;
    }

    /** One signature that passes is enough; else the first one's word counts. */
    private static AuthResult best(List<DkimResult> results) {
        return results.stream().anyMatch(result -> result.result() == AuthResult.PASS)
                ? AuthResult.PASS
                : results.stream().map(DkimResult::result).findFirst().orElse(AuthResult.NONE);
    }

    private static List<Map<String, Object>> shown(List<DkimResult> results) {
        List<Map<String, Object>> shown = new ArrayList<>();
        for (DkimResult result : results) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("domain", result.domain().map(Domain::ascii).orElse(""));
            one.put("selector", result.selector());
            one.put("result", result.result().text());
            one.put("reason", result.reason());
            shown.add(one);
        }
        return shown;
    }

    private static Map<String, Object> dmarc(Verified verified) {
        DmarcOutcome outcome = verified.dmarc();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("result", outcome.result().text());
        outcome.author().ifPresent(author -> answer.put("author", author.ascii()));
        outcome.applied().ifPresent(applied -> {
            answer.put("policy-domain", applied.domain().ascii());
            answer.put("policy", applied.evaluated().text());
        });
        outcome.organization().ifPresent(domain -> answer.put("organizational-domain", domain.ascii()));
        answer.put("spf", verified.mailFrom().result().text());
        answer.put("spf-aligned", outcome.spfAligned());
        answer.put("dkim-aligned", outcome.dkimAligned());
        answer.put("reason", String.join("; ", outcome.problems()));
        answer.put("signatures", shown(verified.dkim().results()));
        return answer;
    }
}
