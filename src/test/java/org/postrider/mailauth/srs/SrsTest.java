package org.postrider.mailauth.srs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;

final class SrsTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final Domain OURS = new Domain("ours.example");
    private static final Srs SRS = new Srs(List.of("tops3cr3t-for-tests"), OURS, 21);

    private static Mailbox mailbox(String text) {
        return MailboxGrammar.mailbox(text).orElseThrow();
    }

    private static String rewritten(String sender) {
        return SRS.rewritten(mailbox(sender), NOW).map(Mailbox::text).orElse("");
    }

    private static Srs.Original original(Srs srs, String address, Instant at) {
        return srs.original(mailbox(address), at);
    }

    /** The right side is what Mail::SRS::Guarded 0.31 of Debian makes of the left. */
    @ParameterizedTest
    @CsvSource({
        "bob@example.org, SRS0=8qrZ=JP=example.org=bob",
        "SRS0=aaaa=TT=example.org=bob@first.example, SRS1=9v8R=first.example==aaaa=TT=example.org=bob",
        "SRS0+aaaa=TT=example.org=bob@first.example, SRS1=dFuB=first.example=+aaaa=TT=example.org=bob",
        "SRS1=zzzz=first.example==aaaa=TT=example.org=bob@second.example, SRS1=9v8R=first.example==aaaa=TT=example.org=bob"
    })
    void writesWhatOthersWrite(String sender, String expected) {
        assertThat(rewritten(sender)).isEqualTo(expected + "@ours.example");
    }

    /** Mail::SRS keeps the case of a domain; it hashes without it. */
    @Test
    void hashesWithoutCase() {
        assertThat(rewritten("Bob.Smith+x=y@Example.ORG"))
                .isEqualTo("SRS0=bbAC=JP=example.org=Bob.Smith+x=y@ours.example");
        assertThat(original(SRS, "SRS0=bbAC=JP=Example.ORG=Bob.Smith+x=y@ours.example", NOW))
                .isEqualTo(new Srs.Sender(mailbox("Bob.Smith+x=y@example.org")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bob@example.org", "a=b=c@example.org", "x+y@sub.example.org", "\"a b\"@example.org"})
    void givesTheSenderBack(String sender) {
        String made = rewritten(sender);
        assertThat(SRS.concerns(mailbox(made))).isTrue();
        assertThat(original(SRS, made, NOW)).isEqualTo(new Srs.Sender(mailbox(sender)));
    }

    @Test
    void aBounceGoesToTheFirstForwarder() {
        String made = rewritten("SRS0=aaaa=TT=example.org=bob@first.example");
        assertThat(original(SRS, made, NOW))
                .isEqualTo(new Srs.Sender(mailbox("SRS0=aaaa=TT=example.org=bob@first.example")));
    }

    @Test
    void hostsOnTheWayMayChangeTheCase() {
        for (String changed : List.of(
                rewritten("bob@example.org").toLowerCase(Locale.ROOT),
                rewritten("bob@example.org").toUpperCase(Locale.ROOT))) {
            assertThat(SRS.concerns(mailbox(changed))).isTrue();
            assertThat(original(SRS, changed, NOW)).isInstanceOf(Srs.Sender.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SRS0=8qrZ=JP=example.org=eve",
                "SRS0=8qrZ=JP=example.com=bob",
                "SRS0=8qrZ=JQ=example.org=bob",
                "SRS0=9qrZ=JP=example.org=bob",
                "SRS0=8qr=JP=example.org=bob",
                "SRS0==JP=example.org=bob",
                "SRS0=8qrZ=JP=example.org",
                "SRS0=8qrZ",
                "SRS0=",
                "SRS1=8qrZ=first.example==aaaa=TT=example.org=bob",
                "SRS1=9v8R=first.example",
                "SRS1="
            })
    void nobodyElseCanMakeOne(String localPart) {
        Mailbox address = new Mailbox(localPart, OURS);
        assertThat(SRS.concerns(address)).isTrue();
        assertThat(SRS.original(address, NOW)).isEqualTo(new Srs.Forged());
    }

    @Test
    void onlyItsFormAtOurDomainConcernsUs() {
        assertThat(SRS.concerns(mailbox("SRS0=8qrZ=JP=example.org=bob@example.org")))
                .isFalse();
        assertThat(SRS.concerns(mailbox("SRS0@ours.example"))).isFalse();
        assertThat(SRS.concerns(mailbox("SRS0x=a@ours.example"))).isFalse();
        assertThat(SRS.concerns(mailbox("bob@ours.example"))).isFalse();
    }

    @Test
    void growsOldByDays() {
        String made = rewritten("bob@example.org");
        Mailbox bob = mailbox("bob@example.org");
        assertThat(original(SRS, made, NOW.plus(Duration.ofDays(21)))).isEqualTo(new Srs.Sender(bob));
        assertThat(original(SRS, made, NOW.plus(Duration.ofDays(22)))).isEqualTo(new Srs.Old(bob));
        assertThat(original(SRS, made, NOW.minus(Duration.ofDays(2)))).isEqualTo(new Srs.Old(bob));
    }

    @Test
    void theDaysComeAround() {
        Instant last = Instant.EPOCH.plus(Duration.ofDays(1_023));
        Mailbox made = SRS.rewritten(mailbox("bob@example.org"), last).orElseThrow();
        assertThat(made.localPart()).contains("=77=");
        assertThat(SRS.original(made, last.plus(Duration.ofDays(3)))).isInstanceOf(Srs.Sender.class);
    }

    @Test
    void believesAllSecretsAndSignsByTheFirst() {
        Srs older = new Srs(List.of("the older secret"), OURS, 21);
        Srs both = new Srs(List.of("the newer secret", "the older secret"), OURS, 21);
        Srs newer = new Srs(List.of("the newer secret"), OURS, 21);
        Mailbox bob = mailbox("bob@example.org");
        assertThat(both.original(older.rewritten(bob, NOW).orElseThrow(), NOW)).isEqualTo(new Srs.Sender(bob));
        assertThat(newer.original(both.rewritten(bob, NOW).orElseThrow(), NOW)).isEqualTo(new Srs.Sender(bob));
        assertThat(newer.original(older.rewritten(bob, NOW).orElseThrow(), NOW)).isEqualTo(new Srs.Forged());
    }

    @Test
    void makesNoLocalPartThatIsTooLong() {
        assertThat(rewritten("x".repeat(39) + "@example.org")).isNotEmpty();
        assertThat(rewritten("x".repeat(40) + "@example.org")).isEmpty();
        assertThat(rewritten("bob@[192.0.2.1]")).isEmpty();
    }

    @Test
    void needsASecretAndDays() {
        assertThatThrownBy(() -> new Srs(List.of(), OURS, 21)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Srs(List.of(""), OURS, 21)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Srs(List.of("x"), OURS, 1_024)).isInstanceOf(IllegalArgumentException.class);
    }
}
