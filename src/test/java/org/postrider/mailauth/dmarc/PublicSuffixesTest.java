package org.postrider.mailauth.dmarc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.dmarc.AuthenticatedIdentifier.Spf;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;

/** The list that RFC 7489 took organizations from. */
class PublicSuffixesTest {
    private static final Path CASES = Path.of("../shared/conformance/psl/test_psl.txt");
    private static final Path SYSTEM_LIST = Path.of("/usr/share/publicsuffix/public_suffix_list.dat");
    private static final Pattern CASE =
            Pattern.compile("checkPublicSuffix\\('(?<name>[^']*)', (?:null|'(?<wanted>[^']*)')\\);");

    @TempDir
    Path folder;

    private PublicSuffixes list;

    @BeforeEach
    void write() throws IOException {
        Path file = folder.resolve("list");
        Files.writeString(file, """
                // ===BEGIN ICANN DOMAINS===
                com
                uk
                co.uk
                // a wildcard with an exception
                *.ck
                !www.ck
                公司.cn   trailing words
                """);
        list = PublicSuffixes.read(file);
    }

    private String organization(String name) {
        return list.organization(Domain.parse(name).orElseThrow()).ascii();
    }

    @Test
    void findsTheNameBelowTheSuffix() {
        assertThat(organization("a.b.example.com")).isEqualTo("example.com");
        assertThat(organization("a.example.co.uk")).isEqualTo("example.co.uk");
        assertThat(organization("co.uk")).isEqualTo("co.uk");
        assertThat(organization("a.b.c.ck")).isEqualTo("b.c.ck");
        assertThat(organization("a.www.ck")).isEqualTo("www.ck");
        assertThat(organization("a.b.unlisted")).isEqualTo("b.unlisted");
        assertThat(organization("www.食狮.公司.cn")).isEqualTo("xn--85x722f.xn--55qx5d.cn");
        assertThat(list.isSuffix(new Domain("co.uk"))).isTrue();
        assertThat(list.isSuffix(new Domain("example.co.uk"))).isFalse();
    }

    @Test
    void agreesWithThePublishedCases() throws IOException {
        assumeTrue(Files.exists(CASES), "the cases of the public suffix list are not here");
        assumeTrue(Files.exists(SYSTEM_LIST), "no public suffix list is installed");
        PublicSuffixes whole = PublicSuffixes.read(SYSTEM_LIST);
        int checked = 0;
        for (String line : Files.readAllLines(CASES)) {
            Matcher matcher = CASE.matcher(line);
            Optional<Domain> name = matcher.matches() ? Domain.parse(matcher.group("name")) : Optional.empty();
            if (name.isPresent()) {
                checked++;
                String wanted = matcher.group("wanted");
                boolean suffix = whole.isSuffix(name.get());
                assertThat(suffix).as(line).isEqualTo(wanted == null);
                if (wanted != null) {
                    assertThat(whole.organization(name.get()))
                            .as(line)
                            .isEqualTo(Domain.parse(wanted).orElseThrow());
                }
            }
        }
        assertThat(checked).isGreaterThan(60);
    }

    @Test
    @Requirement("RFC 9989 §4.10.2")
    void isNotedWhereItWouldHaveSaidOtherwise() {
        FakeResolver dns = new FakeResolver().txt("_dmarc.com", "v=DMARC1; p=reject");
        Dmarc dmarc = new Dmarc(dns, Runnable::run, list);
        DmarcOutcome outcome =
                dmarc.evaluate(new Domain("example.com"), List.of(new Spf(new Domain("evil.com"), AuthResult.PASS)));
        assertThat(outcome.result()).isEqualTo(AuthResult.PASS);
        assertThat(outcome.legacy()).contains("example.com, fail");
        dns.txt("_dmarc.example.com", "v=DMARC1; p=reject; psd=n");
        assertThat(dmarc.evaluate(new Domain("example.com"), List.of()).legacy())
                .isEmpty();
    }
}
