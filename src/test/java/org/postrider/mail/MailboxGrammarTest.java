package org.postrider.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.testing.Requirement;

final class MailboxGrammarTest {
    private static final Domain OWN = new Domain("mx.example.net");

    @ParameterizedTest
    @Requirement({"RFC 5321 §4.1.2", "conf-31"})
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "a@x.example, a@x.example",
                "A.b+c@X.Example, A.b+c@x.example",
                "\"a b\"@x.example, \"a b\"@x.example",
                "\"abc\"@x.example, abc@x.example",
                "\"a\\\"b\"@x.example, \"a\\\"b\"@x.example",
                "\"u@victim.example\"@x.example, \"u@victim.example\"@x.example",
                "\"\"@x.example, \"\"@x.example",
                "a@[192.0.2.1], a@[192.0.2.1]",
                "a@[IPv6:2001:db8::1], a@[IPv6:2001:db8:0:0:0:0:0:1]",
                "a@xn--bcher-kva.example, a@xn--bcher-kva.example"
            })
    void readsMailboxesAndWritesThemInTheShortestForm(String text, String written) {
        assertThat(MailboxGrammar.mailbox(text).map(Mailbox::text)).contains(written);
    }

    @ParameterizedTest
    @Requirement({"RFC 5321 §4.1.2", "C3", "D2"})
    @ValueSource(
            strings = {
                "a",
                "a@",
                "@x.example",
                "a@x@y.example",
                "a..b@x.example",
                "../../etc/x@x.example",
                ".a@x.example",
                "a.@x.example",
                "a b@x.example",
                "\"a@x.example",
                "\"a\"b@x.example",
                "a@[192.0.2]",
                "a@[192.0.2.256]",
                "a@[IPv6:192.0.2.1]",
                "a@[::1]",
                "a@[IPv6:zz::1]",
                "\"a\rb\"@x.example",
                "\"a\nb\"@x.example",
                "\"a\0b\"@x.example",
                "a\u0085b@x.example",
                "a@x.example ",
                "<a@x.example>"
            })
    void refusesWhatIsNoMailbox(String text) {
        assertThat(MailboxGrammar.mailbox(text)).isEmpty();
    }

    @ParameterizedTest
    @Requirement({"D1", "D4"})
    @ValueSource(strings = {"|b@x.example", "`id`@x.example", "${run{id}}@x.example", "etc/passwd@our.example"})
    void takesShellAndPathCharactersAsPlainData(String text) {
        assertThat(MailboxGrammar.mailbox(text).map(Mailbox::text)).contains(text);
    }

    @ParameterizedTest
    @Requirement("D1")
    @ValueSource(strings = {"<;sleep 66;>", "<;id;@x.example>", "<${jndi:ldap://x.example}@x.example>"})
    void refusesUnquotedSpecials(String text) {
        assertThat(MailboxGrammar.reversePath(text, 0)).isEmpty();
    }

    @Test
    @Requirement({"RFC 5321 §4.5.5", "conf-9"})
    void readsTheNullReversePath() {
        var scanned = MailboxGrammar.reversePath("FROM:<> SIZE=1", 5);
        assertThat(scanned).contains(new MailboxGrammar.Scanned<>(ReversePath.NULL, 7));
    }

    @ParameterizedTest
    @Requirement({"RFC 5321 §4.5.1", "conf-11"})
    @ValueSource(strings = {"<Postmaster>", "<postmaster>", "<POSTMASTER>"})
    void postmasterWithoutDomainIsOurs(String text) {
        var scanned = MailboxGrammar.forwardPath(text, 0, OWN);
        assertThat(scanned.map(s -> s.path().mailbox().host())).contains(OWN);
    }

    @Test
    @Requirement("RFC 5321 §2.4")
    void postmasterIsSpeltInAscii() {
        assertThat(MailboxGrammar.forwardPath("<po\u017ftma\u017fter>", 0, OWN)).isEmpty();
    }

    @Test
    @Requirement({"RFC 5321 Appendix C", "conf-29", "C2"})
    void readsSourceRoutesAndForgetsThem() {
        assertThat(forwardPath("<@our.example,@x.example:u@victim.example>")).contains("u@victim.example");
        assertThat(forwardPath("<@our.example:u@victim.example>")).contains("u@victim.example");
        assertThat(forwardPath("<@our.example u@victim.example>")).isEmpty();
        assertThat(forwardPath("<" + "@a.example,".repeat(30) + "@b.example:u@victim.example>"))
                .isEmpty();
    }

    @Test
    @Requirement({"RFC 5321 §4.5.3.1.1", "conf-21"})
    void takesLocalPartsOf64OctetsAndNoLonger() {
        assertThat(MailboxGrammar.mailbox("a".repeat(64) + "@x.example")).isPresent();
        assertThat(MailboxGrammar.mailbox("a".repeat(65) + "@x.example")).isEmpty();
        assertThat(MailboxGrammar.mailbox("ü".repeat(33) + "@x.example")).isEmpty();
    }

    @Test
    @Requirement({"RFC 5321 §4.5.3.1.3", "conf-21", "conf-23"})
    void takesPathsOf256OctetsAndNoLonger() {
        String domain = "d".repeat(63) + "." + "d".repeat(63) + "." + "d".repeat(63);
        assertThat(forwardPath("<" + "a".repeat(62) + "@" + domain + ">")).isPresent();
        assertThat(forwardPath("<" + "a".repeat(63) + "@" + domain + ">")).isEmpty();
    }

    @Test
    @Requirement("RFC 6531 §3.3")
    void knowsWhichMailboxNeedsSmtpUtf8() {
        assertThat(MailboxGrammar.mailbox("jörg@x.example").map(Mailbox::needsUtf8))
                .contains(true);
        assertThat(MailboxGrammar.mailbox("j@bücher.example").map(Mailbox::needsUtf8))
                .contains(false);
    }

    @Test
    @Requirement("RFC 5321 §4.1.2")
    void whatItWritesItReadsBack() {
        for (String text : new String[] {"\"a\\\\b\"@x.example", "\"a b\"@[192.0.2.1]", "\".a\"@x.example"}) {
            Optional<Mailbox> once = MailboxGrammar.mailbox(text);
            assertThat(once.flatMap(m -> MailboxGrammar.mailbox(m.text())))
                    .isPresent()
                    .isEqualTo(once);
        }
    }

    private static Optional<String> forwardPath(String text) {
        return MailboxGrammar.forwardPath(text, 0, OWN).map(s -> s.path().text());
    }
}
