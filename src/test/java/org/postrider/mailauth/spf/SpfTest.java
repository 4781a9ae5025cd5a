package org.postrider.mailauth.spf;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.dns.Answer;
import org.postrider.mail.Domain;
import org.postrider.mail.ReversePath;
import org.postrider.mailauth.AuthResult;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;

class SpfTest {
    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.3");
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    private final FakeResolver dns = new FakeResolver();
    private final AtomicLong nanos = new AtomicLong();
    private final Spf spf = new Spf(dns, () -> NOW, nanos::get, "mx.receiver.example");

    private SpfOutcome check(String policy) {
        return check(policy, "strong-bad@email.example.com");
    }

    private SpfOutcome check(String policy, String sender) {
        dns.forget("email.example.com");
        dns.txt("email.example.com", policy);
        return spf.check(SpfQuestion.mailFrom(CLIENT, "helo.example.com", sender));
    }

    @Test
    @Requirement("RFC 7208 §4.6.4")
    void asksForTenTermsAndNoMore() {
        dns.address("a.example.com", "198.51.100.1");
        String ten = "v=spf1" + " a:a.example.com".repeat(10);

        assertThat(check(ten + " -all").result()).isEqualTo(AuthResult.FAIL);
        assertThat(check(ten + " a:a.example.com -all").result()).isEqualTo(AuthResult.PERMERROR);
        assertThat(check(ten + " redirect=a.example.com").problem()).contains("more than 10 terms ask the DNS");
    }

    @Test
    @Requirement({"RFC 7208 §4.6.4", "J3"})
    void toleratesTwoTermsThatTheDnsKnowsNothingOf() {
        String two = "v=spf1 a:one.example.com exists:two.example.com";

        assertThat(check(two + " -all").result()).isEqualTo(AuthResult.FAIL);
        assertThat(check(two + " mx:three.example.com -all").result()).isEqualTo(AuthResult.PERMERROR);
        assertThat(check(two + " ptr -all").result()).isEqualTo(AuthResult.PERMERROR);
    }

    @Test
    @Requirement({"RFC 7208 §4.6.4", "J3"})
    void looksAtTenMailExchangersAndNoMore() {
        for (int i = 1; i <= 11; i++) {
            dns.mx(i <= 10 ? "ten.example.com" : "more.example.com", i, "mx" + i + ".example.com");
            dns.mx("more.example.com", i, "mx" + i + ".example.com");
            dns.address("mx" + i + ".example.com", "198.51.100." + i);
        }

        assertThat(check("v=spf1 mx:ten.example.com -all").result()).isEqualTo(AuthResult.FAIL);
        assertThat(check("v=spf1 mx:more.example.com -all").result()).isEqualTo(AuthResult.PERMERROR);
    }

    @Test
    @Requirement({"RFC 7208 §4.6.4", "J3"})
    void looksAtTenNamesOfTheClientAndLeavesTheRest() {
        for (int i = 1; i <= 11; i++) {
            dns.ptr("192.0.2.3", "h" + i + ".example.com");
        }
        dns.address("h10.example.com", "192.0.2.3");
        assertThat(check("v=spf1 ptr:example.com -all").result()).isEqualTo(AuthResult.PASS);

        dns.forget("h10.example.com");
        dns.address("h11.example.com", "192.0.2.3");
        int before = dns.questions();
        assertThat(check("v=spf1 ptr:example.com -all").result()).isEqualTo(AuthResult.FAIL);
        assertThat(dns.questions() - before).isEqualTo(12);
    }

    @Test
    @Requirement({"RFC 7208 §4.6.4", "J3"})
    void givesUpAfterTwentySeconds() {
        AtomicLong slow = new AtomicLong();
        Spf slowly = new Spf(
                dns, () -> NOW, () -> slow.addAndGet(Duration.ofSeconds(6).toNanos()), "");
        dns.txt("email.example.com", "v=spf1 a:a.example.com a:a.example.com a:a.example.com a:a.example.com -all");
        dns.address("a.example.com", "198.51.100.1");

        SpfOutcome outcome = slowly.check(SpfQuestion.mailFrom(CLIENT, "helo.example.com", "u@email.example.com"));

        assertThat(outcome.result()).isEqualTo(AuthResult.TEMPERROR);
        // The policy and two addresses, after 6, 12 and 18 seconds.
        assertThat(dns.questions()).isEqualTo(3);
    }

    @Test
    @Requirement({"RFC 7208 §4.6.4", "J3"})
    void endsWhereIncludesLeadInACircle() {
        dns.txt("one.example.com", "v=spf1 include:two.example.com -all");
        dns.txt("two.example.com", "v=spf1 include:one.example.com -all");

        assertThat(check("v=spf1 include:one.example.com -all").result()).isEqualTo(AuthResult.PERMERROR);
        assertThat(dns.questions()).isEqualTo(11);
    }

    @Test
    @Requirement("RFC 7208 §2.4")
    void checksThePostmasterOfTheHeloNameForTheNullReversePath() {
        dns.txt("helo.example.com", "v=spf1 exists:%{l}.%{o}.seen.example.com -all");
        dns.address("postmaster.helo.example.com.seen.example.com", "127.0.0.2");

        SpfOutcome outcome = spf.check(SpfQuestion.mailFrom(CLIENT, "helo.example.com", ReversePath.NULL));

        assertThat(outcome.result()).isEqualTo(AuthResult.PASS);
        assertThat(outcome.identity()).isEqualTo(Identity.MAILFROM);
        assertThat(outcome.domain()).contains(new Domain("helo.example.com"));
    }

    @Test
    @Requirement("RFC 7208 §2.3")
    void checksTheHeloNameByItself() {
        dns.txt("helo.example.com", "v=spf1 ip4:192.0.2.0/24 -all");

        SpfOutcome outcome = spf.check(SpfQuestion.helo(CLIENT, "HELO.example.com"));

        assertThat(outcome.result()).isEqualTo(AuthResult.PASS);
        assertThat(outcome.identity()).isEqualTo(Identity.HELO);
        assertThat(outcome.mechanism()).contains("ip4:192.0.2.0/24");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "[192.0.2.3]", "a..example.com", "", "-x.example.com", "a b.example.com", "."})
    @Requirement("RFC 7208 §4.3")
    void hasNothingToSayOfWhatIsNoDomain(String helo) {
        assertThat(spf.check(SpfQuestion.helo(CLIENT, helo)).result()).isEqualTo(AuthResult.NONE);
        assertThat(dns.questions()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "%{s}, strong-bad@email.example.com",
        "%{o}, email.example.com",
        "%{d}, email.example.com",
        "%{d4}, email.example.com",
        "%{d3}, email.example.com",
        "%{d2}, example.com",
        "%{d1}, com",
        "%{dr}, com.example.email",
        "%{d2r}, example.email",
        "%{l}, strong-bad",
        "%{l-}, strong.bad",
        "%{lr}, strong-bad",
        "%{lr-}, bad.strong",
        "%{l1r-}, strong",
        "%{ir}.%{v}._spf.%{d2}, 3.2.0.192.in-addr._spf.example.com",
        "%{lr-}.lp.%{ir}.%{v}._spf.%{d2}, bad.strong.lp.3.2.0.192.in-addr._spf.example.com",
        "%{t}, 1700000000",
        "%{r} %{h} %{c}, mx.receiver.example helo.example.com 192.0.2.3",
        "%{p}, unknown",
        "%{S}%%%_%-, strong-bad%40email.example.com% %20"
    })
    @Requirement("RFC 7208 §7.4")
    void expandsMacros(String macros, String expanded) {
        dns.forget("why.example.com");
        dns.txt("why.example.com", macros);

        assertThat(check("v=spf1 exp=why.example.com -all").explanation()).contains(expanded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%{z}", "%{d0}", "%{", "%", "%{d", "caf\u00e9", "two\r\nlines", "tab\t", "%{d!}"})
    @Requirement("RFC 7208 §6.2")
    void leavesOutAnExplanationThatIsNotSafe(String text) {
        dns.txt("why.example.com", text);

        SpfOutcome outcome = check("v=spf1 exp=why.example.com -all");

        assertThat(outcome.result()).isEqualTo(AuthResult.FAIL);
        assertThat(outcome.explanation()).isEmpty();
    }

    @Test
    @Requirement({"RFC 7208 §6.2", "J3"})
    void cutsALongExplanation() {
        dns.txt("why.example.com", "x".repeat(2_000));
        assertThat(check("v=spf1 exp=why.example.com -all").explanation())
                .contains("x".repeat(Spf.EXPLANATION_OCTETS_MAX));

        dns.forget("why.example.com").txt("why.example.com", "%{s}".repeat(10_000));
        assertThat(check("v=spf1 exp=why.example.com -all").explanation()).isEmpty();
    }

    @Test
    @Requirement("J3")
    void isUnimpressedByALongLocalPart() {
        String sender = "l".repeat(65_536) + "@email.example.com";

        assertThat(check("v=spf1 exists:%{l}.example.com -all", sender).result())
                .isEqualTo(AuthResult.FAIL);
        assertThat(check("v=spf1 exists:%{l}%{l}%{l}.%{l}.%{d2} -all", sender).result())
                .isEqualTo(AuthResult.FAIL);
    }

    @Test
    @Requirement("RFC 8616 §4")
    void matchesNothingWithALocalPartBeyondAscii() {
        dns.address("j.example.com", "127.0.0.2");

        assertThat(check("v=spf1 exists:%{l}.example.com -all", "j\u00f6rg@email.example.com")
                        .result())
                .isEqualTo(AuthResult.FAIL);
    }

    @Test
    @Requirement("RFC 8616 §4")
    void asksForAnInternationalizedDomainByItsALabels() {
        dns.txt("xn--bcher-kva.example", "v=spf1 exists:%{o}.seen.example -all");
        dns.address("xn--bcher-kva.example.seen.example", "127.0.0.2");

        assertThat(check("v=spf1", "u@b\u00fccher.example").result()).isEqualTo(AuthResult.PASS);
    }

    @Test
    @Requirement("RFC 7208 §5")
    void takesAMappedAddressForIpv4() {
        dns.txt("email.example.com", "v=spf1 ip4:192.0.2.3 -all");

        SpfQuestion question = SpfQuestion.mailFrom(
                InetAddress.ofLiteral("::ffff:192.0.2.3"), "helo.example.com", "u@email.example.com");
        assertThat(spf.check(question).result()).isEqualTo(AuthResult.PASS);
    }

    @Test
    @Requirement({"RFC 7208 §2.6.6", "J3"})
    void tellsTroubleOfTheDnsFromTroubleOfThePolicy() {
        dns.failing("down.example.com", Answer.Failure.SERVER_FAILURE);

        assertThat(check("v=spf1 a:down.example.com -all").result()).isEqualTo(AuthResult.TEMPERROR);
        assertThat(check("v=spf1 include:down.example.com -all").result()).isEqualTo(AuthResult.TEMPERROR);
        assertThat(check("v=spf1 include:nowhere.example.com -all").result()).isEqualTo(AuthResult.PERMERROR);
        assertThat(check("v=spf1 include:a..example.com -all").result()).isEqualTo(AuthResult.PERMERROR);
        assertThat(check("v=spf1 redirect=nowhere.example.com").result()).isEqualTo(AuthResult.PERMERROR);
        assertThat(check("v=spf1 mx").result()).isEqualTo(AuthResult.NEUTRAL);
    }

    private static final String BROKEN = """
            ip4:1.2.3 ip4:1.2.3.4/33 ip4:1.2.3.04 ip4:1.2.3.4/01 ip4:1.2.3.4. ip4 ip4: ip4:1.2.3.4/
            ip4:256.2.3.4 ip6:::1%eth0 ip6:1.2.3.4 ip6:::1/129 ip6: ip6:::1/0x ip6:1::2::3 a/33 a//129
            a/24/64 a: a:com a:x.1 a:x.-a a:x.a- mx:x.c_m all: all/8 include exists exists: ptr:
            redirect= unknown =x + - a:%{d}x a:%{d a:x%y.com foo=%{q} ++all a:x.com/ exp= a:. a:.. a:%
            \u00e9 all\tall
            """;

    static Stream<String> broken() {
        return Stream.concat(
                BROKEN.lines().flatMap(line -> Stream.of(line.split(" ", -1))),
                Stream.of("redirect=a.b redirect=a.b", "exp=a.b exp=a.b", "ip4:1.2.3.4 \u0000"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    @Requirement({"RFC 7208 §4.6.1", "J3"})
    void findsErrorsAnywhere(String term) {
        SpfOutcome outcome = check("v=spf1 +all " + term);

        assertThat(outcome.result()).as(outcome.toString()).isEqualTo(AuthResult.PERMERROR);
        assertThat(Plain.isPrintable(outcome.problem().orElseThrow())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ip4:0.0.0.0/0", "IP4:192.0.2.3", "ip6:::/0 ip4:192.0.2.0/30", "a/0", "a:%{d}%%.%{d} all",
                "x-y.z_=%{c}%{t}%{r} all", "foo= all", "redirect=x.com all", "a:x.com.//64 all", "a:x.c-m/32//128 all",
                "?exists:x.com +all", "   all   "
            })
    void readsWhatTheGrammarAllows(String terms) {
        dns.address("email.example.com", "203.0.113.1");
        dns.address("x.com", "203.0.113.1").address("x.c-m", "203.0.113.1");
        dns.txt("email.example.com", "v=spf1 " + terms);

        SpfOutcome outcome = spf.check(SpfQuestion.mailFrom(CLIENT, "helo.example.com", "u@email.example.com"));

        assertThat(outcome.result()).as(outcome.toString()).isIn(AuthResult.PASS, AuthResult.NEUTRAL);
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "0:0:0:0:0:0:0:1, ::1",
        "0:0:0:0:0:0:0:0, ::",
        "1:0:0:0:0:0:0:0, 1::",
        "1:0:2:3:4:5:6:7, 1:0:2:3:4:5:6:7",
        "192.0.2.1, 192.0.2.1"
    })
    void showsAddressesAsPeopleWriteThem(String address, String shown) {
        assertThat(new Client(InetAddress.ofLiteral(address)).readable()).isEqualTo(shown);
    }
}
