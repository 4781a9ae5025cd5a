package org.postrider.mailauth.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postrider.dns.Answer;
import org.postrider.mail.Domain;
import org.postrider.mailauth.dmarc.ReportDestinations.Destination;
import org.postrider.mailauth.dmarc.ReportDestinations.Kind;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;

/** Who may be sent the reports of a domain. */
@Requirement("RFC 9990 §4")
class ReportDestinationsTest {
    private static final Domain BLUE = new Domain("blue.example.com");
    private static final String PERMISSION = "blue.example.com._report._dmarc.red.example.net";

    private final FakeResolver dns = new FakeResolver();

    @BeforeEach
    void publish() {
        dns.txt("_dmarc.example.com", "v=DMARC1; p=none").txt("_dmarc.example.net", "v=DMARC1; p=none");
    }

    private List<Destination> destinations(String rua) {
        DmarcRecord record = DmarcRecord.parse("v=DMARC1; p=none; rua=" + rua).orElseThrow();
        return new ReportDestinations(dns).of(BLUE, record, Kind.AGGREGATE);
    }

    private List<String> verified(String rua) {
        return destinations(rua).stream()
                .filter(Destination.Verified.class::isInstance)
                .map(each -> each.uri().text())
                .toList();
    }

    @Test
    void anybodyOfTheSameOrganization() {
        assertThat(verified("mailto:r@reports.example.com,mailto:s@blue.example.com"))
                .containsExactly("mailto:r@reports.example.com", "mailto:s@blue.example.com");
    }

    @Test
    void othersWhereTheySaySo() {
        assertThat(verified("mailto:reports@red.example.net")).isEmpty();
        dns.txt(PERMISSION, "v=DMARC1");
        assertThat(verified("mailto:reports@red.example.net")).containsExactly("mailto:reports@red.example.net");
    }

    @Test
    void anythingElseThereIsNoPermission() {
        dns.txt(PERMISSION, "v=spf1 -all");
        assertThat(verified("mailto:reports@red.example.net")).isEmpty();
    }

    @Test
    void thePlaceThatTheyNameInstead() {
        dns.txt(PERMISSION, "v=DMARC1; rua=mailto:other@red.example.net");
        assertThat(verified("mailto:reports@red.example.net")).containsExactly("mailto:other@red.example.net");
    }

    @Test
    void nobodyWhereThatIsElsewhere() {
        dns.txt(PERMISSION, "v=DMARC1; rua=mailto:other@victim.example");
        assertThat(verified("mailto:reports@red.example.net")).isEmpty();
    }

    @Test
    void laterWhereTheDnsFails() {
        dns.failing(PERMISSION, Answer.Failure.TIMEOUT);
        assertThat(destinations("mailto:reports@red.example.net")).hasOnlyElementsOfType(Destination.Unknown.class);
    }

    @Test
    void notWithoutEnd() {
        assertThat(destinations(String.join(",", java.util.Collections.nCopies(15, "mailto:r@example.com"))))
                .hasSize(ReportDestinations.URIS_MAX);
    }
}
