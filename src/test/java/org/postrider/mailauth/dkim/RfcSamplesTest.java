package org.postrider.mailauth.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.mailauth.AuthResult;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;

/** The signed messages that the RFCs print, and some that others have collected. */
final class RfcSamplesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final String LETTER = """
            From: Joe SixPack <joe@football.example.com>
            To: Suzie Q <suzie@shopping.example.net>
            Subject: Is dinner ready?
            Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
            Message-ID: <20030712040037.46341.5F8J@football.example.com>

            Hi.

            We lost the game. Are you hungry yet?

            Joe.
            """;

    /** Printed with other blanks than it was signed with: folded lines had six, and a sentence ended in one. */
    @Test
    @Requirement("RFC 6376 §A.3")
    void theExampleOfRfc6376Verifies() {
        String mail = """
                DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;
                      c=simple/simple; q=dns/txt; i=joe@football.example.com;
                      h=Received : From : To : Subject : Date : Message-ID;
                      bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
                      b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB
                      4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut
                      KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV
                      4bmp/YzhwvcubU4=;
                Received: from client1.football.example.com  [192.0.2.1]
                      by submitserver.example.com with SUBMISSION;
                      Fri, 11 Jul 2003 21:01:54 -0700 (PDT)
                """ + LETTER;
        FakeResolver dns = new FakeResolver()
                .txt(
                        "brisbane._domainkey.example.com",
                        "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYt"
                                + "IxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4O"
                                + "uKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB");
        assertThat(SampleMail.of(mail).verify(dns, DkimSettings.DEFAULT, NOW).results())
                .extracting(DkimResult::result, DkimResult::auid, DkimResult::keyBits)
                .containsExactly(tuple(AuthResult.PASS, "joe@football.example.com", 1_024));
    }

    @Test
    @Requirement("RFC 8463 §A")
    void bothSignaturesOfRfc8463Verify() {
        String mail = """
                DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
                 d=football.example.com; i=@football.example.com;
                 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
                 subject : date : message-id : from : subject : date;
                 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
                 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
                 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
                DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
                 d=football.example.com; i=@football.example.com;
                 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
                 date : message-id : from : subject : date;
                 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
                 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
                 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
                 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
                """ + LETTER;
        FakeResolver dns = new FakeResolver()
                .txt(
                        "brisbane._domainkey.football.example.com",
                        "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
                .txt(
                        "test._domainkey.football.example.com",
                        "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bd"
                                + "OKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5Qjv"
                                + "HO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB");
        for (SampleMail sample : new SampleMail[] {
            SampleMail.of(mail), SampleMail.of(mail.replace("hungry yet?", "hungry   yet?  ") + "\n\n")
        }) {
            DkimResults results = sample.verify(dns, DkimSettings.DEFAULT, NOW);
            assertThat(results.results())
                    .extracting(DkimResult::selector, DkimResult::result, DkimResult::keyBits)
                    .containsExactly(tuple("brisbane", AuthResult.PASS, 256), tuple("test", AuthResult.PASS, 1_024));
        }
    }

    /** Number 5 has expired since; the clock is that of its days. */
    @ParameterizedTest
    @CsvSource({"1, 2", "2, 1", "3, 2", "4, 1", "5, 1", "6, 1"})
    void messagesThatOthersCollectedVerify(int number, int signatures) throws IOException {
        String text = Files.readString(
                SampleMail.conformance("dkim").resolve("00" + number + ".txt"), StandardCharsets.ISO_8859_1);
        int blank = text.indexOf("\n\n");
        FakeResolver dns = new FakeResolver();
        text.substring(0, blank).lines().forEach(line -> {
            int space = line.indexOf(' ');
            dns.txt(line.substring(0, space), line.substring(space + 1));
        });
        DkimResults results = SampleMail.of(text.substring(blank + 2))
                .verify(dns, DkimSettings.DEFAULT, Instant.parse("2022-11-08T00:00:00Z"));
        assertThat(results.results())
                .hasSize(signatures)
                .allSatisfy(result ->
                        assertThat(result.result()).as(result.reason()).isEqualTo(AuthResult.PASS));
    }
}
