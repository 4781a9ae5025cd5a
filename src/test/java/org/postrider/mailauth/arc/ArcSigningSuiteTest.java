package org.postrider.mailauth.arc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.HeaderSection;
import org.postrider.mailauth.TagList;
import org.postrider.mailauth.dkim.Canonicalization;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimIdentity;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.DkimSettings;
import org.postrider.mailauth.dkim.DkimSigner;
import org.postrider.mailauth.dkim.KeySigner;
import org.postrider.mailauth.dkim.MessagePass;
import org.postrider.mailauth.dkim.SampleMail;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;

/**
 * The signing part of ValiMail's suite. Its signatures come with the order of tags in which its author wrote them, and ours
 * with another; so theirs must verify, ours must say the same in each tag but {@code b=}, and verify.
 */
@Requirement("RFC 8617 §5.1")
final class ArcSigningSuiteTest {
    private static final String KEY_NAME = "dummy._domainkey.example.org";

    /** One test of the suite: its entries by name, and whose key it takes. */
    private record Case(Map<String, String> entries, Map<String, String> document) {
        String entry(String name) {
            return entries.getOrDefault(name, "");
        }

        FakeResolver dns() {
            String record = document.getOrDefault(KEY_NAME, "").replace("\n", "");
            return new FakeResolver().txt(KEY_NAME, record);
        }

        Instant time() {
            return Instant.ofEpochSecond(Long.parseLong(entry("t")));
        }
    }

    @TestFactory
    List<DynamicTest> suite() throws IOException {
        Path file = SampleMail.conformance("arc").resolve("arc-draft-sign-tests.yml");
        List<DynamicTest> tests = new ArrayList<>();
        for (String document : Files.readString(file, StandardCharsets.UTF_8).split("(?m)^---\n", -1)) {
            Map<String, String> whole = entries(document, 0);
            Map<String, String> shared = new HashMap<>(whole);
            shared.putAll(entries(whole.getOrDefault("txt-records", ""), 0));
            entries(whole.getOrDefault("tests", ""), 0)
                    .forEach((name, text) ->
                            tests.add(DynamicTest.dynamicTest(name, () -> run(new Case(entries(text, 0), shared)))));
        }
        assertThat(tests).hasSizeGreaterThanOrEqualTo(17);
        return tests;
    }

    /** As much of YAML as the suite needs: names, and what stands deeper than they do. */
    private static Map<String, String> entries(String text, int indent) {
        Map<String, String> entries = new LinkedHashMap<>();
        String name = "";
        for (String line : text.split("\n", -1)) {
            int colon = line.indexOf(':');
            boolean isName = line.length() > indent && line.charAt(indent) != ' ' && colon > 0;
            if (isName) {
                name = line.substring(indent, colon);
                String value = line.substring(colon + 1).strip();
                entries.put(name, value.startsWith("|") || value.startsWith(">") ? "" : value);
            } else if (!name.isEmpty()) {
                entries.merge(name, line + "\n", String::concat);
            }
        }
        entries.replaceAll((_, value) -> outdented(value));
        return entries;
    }

    private static String outdented(String block) {
        int margin = block.lines()
                .filter(line -> !line.isBlank())
                .mapToInt(line -> line.length() - line.stripLeading().length())
                .min()
                .orElse(0);
        StringBuilder text = new StringBuilder();
        block.lines()
                .forEach(line -> text.append(line.substring(Math.min(margin, line.length())))
                        .append('\n'));
        return block.contains("\n") ? text.toString() : block;
    }

    private void run(Case test) throws GeneralSecurityException {
        SampleMail mail = SampleMail.of(test.entry("message"));
        ArcResult chain = validate(mail, test);
        HeaderSection header = mail.header();
        String results = ArcSealer.results(header, test.entry("srv-id"));
        ArcSealer.Sealing sealing = sealer(test).begin(header);
        mail.play(sealing::write);
        List<String> ours = sealing.finish(chain, results, test.time())
                .toCompletableFuture()
                .join();
        if (test.entry("AS").isBlank()) {
            assertThat(chain.result()).isEqualTo(AuthResult.FAIL);
            assertThat(ours).as("a chain that has ended").isEmpty();
            return;
        }
        List<String> theirs =
                List.of(field("ARC-Seal", test), field("ARC-Message-Signature", test), resultsField(test));
        assertThat(unfolded(ours.get(2))).isEqualTo(unfolded(theirs.get(2)));
        assertThat(tags(ours.get(1))).isEqualTo(tags(theirs.get(1)));
        assertThat(tags(ours.get(0))).isEqualTo(tags(theirs.get(0)));
        for (List<String> set : List.of(ours, theirs)) {
            check(mail.below(set), test, chain);
        }
    }

    private static void check(SampleMail sealed, Case test, ArcResult before) throws GeneralSecurityException {
        ArcResult after = validate(sealed, test);
        if (before.result() != AuthResult.FAIL) {
            assertThat(after.result()).as(after.reason()).isEqualTo(AuthResult.PASS);
            assertThat(after.sets()).isEqualTo(before.sets() + 1);
            return;
        }
        assertThat(after.ended()).as(after.reason()).isTrue();
        HeaderSection header = sealed.header();
        ArcSet set = new ArcSet(
                1,
                header.named(ArcChain.RESULTS).getFirst(),
                header.named(ArcChain.MESSAGE).getFirst(),
                header.named(ArcChain.SEAL).getFirst());
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initVerify(pair(test).publicKey());
        signature.update(ArcValidation.sealed(List.of(set), 1));
        String base64 =
                TagList.parse(set.seal().text()).orElseThrow().compact("b").orElseThrow();
        assertThat(signature.verify(Base64.getDecoder().decode(base64)))
                .as("a failed chain's seal covers its own set")
                .isTrue();
    }

    private static ArcResult validate(SampleMail mail, Case test) {
        MessagePass pass = mail.pass(test.dns(), DkimSettings.DEFAULT, test.time());
        ArcValidation validation = new ArcValidation(pass);
        mail.play(pass::write);
        pass.finish();
        return validation.result();
    }

    private static DkimKeyPair pair(Case test) {
        return ((DkimKeyPair.Found) DkimKeyPair.read(test.document.getOrDefault("privatekey", ""))).pair();
    }

    private static ArcSealer sealer(Case test) {
        DkimIdentity identity = new DkimIdentity(
                new Domain("example.org"), "dummy", new KeySigner(CryptoProviders.best(), Runnable::run, pair(test)));
        DkimSigner.Form form = new DkimSigner.Form(
                Canonicalization.RELAXED,
                Canonicalization.RELAXED,
                List.of(),
                Arrays.asList(test.entry("sig-headers").split(":", -1)),
                Optional.empty());
        return new ArcSealer(CryptoProviders.best(), identity, form);
    }

    /** The suite folds signatures that were in one piece when they were sealed. */
    private static String field(String name, Case test) {
        String entry = test.entry(name.equals("ARC-Seal") ? "AS" : "AMS").strip();
        int signature = entry.indexOf("b=");
        int end = entry.indexOf(';', signature);
        String whole = entry.substring(0, signature)
                + entry.substring(signature, end).replaceAll("\\s", "")
                + entry.substring(end);
        return name + ": " + whole.replace("\n", "\n  ") + "\n";
    }

    private static String resultsField(Case test) {
        return "ARC-Authentication-Results: " + test.entry("AAR").strip().replace("\n", "\n  ") + "\n";
    }

    private static String unfolded(String field) {
        return field.replaceAll("\\s+", " ").strip();
    }

    /** All but the signature. */
    private static Map<String, String> tags(String field) {
        TagList list = TagList.parse(field.substring(field.indexOf(':') + 1)).orElseThrow();
        Map<String, String> tags = new HashMap<>();
        list.tags().keySet().forEach(name -> tags.put(name, list.compact(name).orElse("")));
        tags.remove("b");
        return tags;
    }
}
