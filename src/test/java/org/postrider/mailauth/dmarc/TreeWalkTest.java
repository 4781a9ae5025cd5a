package org.postrider.mailauth.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.dns.Answer;
import org.postrider.mail.Domain;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;

/** From a name to its organization. */
class TreeWalkTest {
    private static FakeResolver zones(String zones) {
        FakeResolver dns = new FakeResolver();
        for (String zone : zones.split(" ", -1)) {
            String[] parts = zone.split(":", 2);
            String flag = parts.length == 2 ? "; psd=" + parts[1] : "";
            dns.txt("_dmarc." + parts[0], "v=DMARC1; p=reject" + flag);
        }
        return dns;
    }

    @ParameterizedTest
    @CsvSource({
        "example.com,                        example.com,        1, _dmarc.x",
        "a.mail.example.com,                 a.mail.example.com, 4, x",
    })
    void isItsOwnWithoutRecords(String start, String organization, int questions, String zone) {
        FakeResolver dns = zones(zone);
        assertThat(new TreeWalk(dns).from(new Domain(start)).organization()).contains(new Domain(organization));
        assertThat(dns.questions()).isGreaterThanOrEqualTo(questions);
    }

    @Test
    @Requirement("RFC 9989 §4.10")
    void asksAtMostEightTimes() {
        assertThat(TreeWalk.names(new Domain("a.b.c.d.e.f.g.h.i.j.mail.example.com")))
                .extracting(Domain::ascii)
                .containsExactly(
                        "a.b.c.d.e.f.g.h.i.j.mail.example.com",
                        "g.h.i.j.mail.example.com",
                        "h.i.j.mail.example.com",
                        "i.j.mail.example.com",
                        "j.mail.example.com",
                        "mail.example.com",
                        "example.com",
                        "com");
        assertThat(TreeWalk.names(new Domain("a.b.c.d.e.f.g"))).hasSize(7);
        assertThat(TreeWalk.names(new Domain("a.b.c.d.e.f.g.h"))).hasSize(8);
        assertThat(TreeWalk.names(new Domain("a.b.c.d.e.f.g.h.i"))).hasSize(8);
        assertThat(TreeWalk.names(new Domain("com"))).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "example.com:n|example.com|1",
                "bank.example:y giant.bank.example|bank.example|1",
                "mail.example.com:n example.com|a.mail.example.com|2",
                "com:y|a.mail.example.com|4"
            })
    @Requirement("RFC 9989 §4.10")
    void stopsWhereARecordSaysWhatItsNameIs(String zones, String start, int questions) {
        FakeResolver dns = zones(zones);
        new TreeWalk(dns).from(new Domain(start));
        assertThat(dns.questions()).isEqualTo(questions);
    }

    @Test
    void asksForEachNameOnce() {
        FakeResolver dns = zones("example.com");
        TreeWalk walker = new TreeWalk(dns);
        walker.from(new Domain("a.example.com"));
        walker.from(new Domain("b.example.com"));
        assertThat(dns.questions()).isEqualTo(4);
    }

    @Test
    @Requirement("RFC 9989 §4.10.1")
    void doesNotTakeAFailureForNoRecord() {
        FakeResolver dns = zones("mail.example.com").failing("_dmarc.example.com", Answer.Failure.TIMEOUT);
        TreeWalk.Walk walk = new TreeWalk(dns).from(new Domain("a.mail.example.com"));
        assertThat(walk.organization()).isEmpty();
        assertThat(walk.failure()).isPresent();
    }

    @Test
    void takesANameThatIsTooLongForOneWithoutARecord() {
        String label = "a".repeat(63);
        Domain longest = new Domain(label + "." + label + "." + label + "." + "a".repeat(59));
        assertThat(new TreeWalk(new FakeResolver()).from(longest).found()).isEqualTo(List.of());
    }
}
