package org.postrider.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.testing.Requirement;

class HeaderScannerTest {
    private static HeaderScanner scanned(String content) {
        return scanned(content, HeaderLimits.DEFAULT, Integer.MAX_VALUE);
    }

    private static HeaderScanner scanned(String content, HeaderLimits limits, int slice) {
        HeaderScanner scanner = new HeaderScanner(limits, "mx1.example.net");
        byte[] octets = content.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < octets.length; at += Math.min(slice, octets.length - at)) {
            scanner.write(octets, at, Math.min(slice, octets.length - at));
        }
        scanner.end();
        return scanner;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 4096})
    void seesTheSameHoweverTheContentIsCut(int slice) {
        String content =
                "Received: from a by b; x\r\nSUBJECT: one\r\n two\r\nFrom : a@x\r\nX-Other: y\r\n\r\nFrom: body\r\n";
        HeaderScanner scanner = scanned(content, HeaderLimits.DEFAULT, slice);
        assertThat(scanner.fields()).isEqualTo(4);
        assertThat(scanner.count(HeaderField.FROM)).isEqualTo(1);
        assertThat(scanner.value(HeaderField.FROM)).contains("a@x");
        assertThat(scanner.value(HeaderField.SUBJECT)).contains("one two");
        assertThat(scanner.headerOctets()).isEqualTo(content.indexOf("From: body"));
        assertThat(scanner.excess()).isEqualTo(HeaderScanner.Excess.NONE);
    }

    @Test
    @Requirement("J1")
    void countsDuplicates() {
        HeaderScanner scanner = scanned("From: a@x\r\nFrom: b@y\r\nSubject: 1\r\nsubject: 2\r\n\r\n");
        assertThat(scanner.count(HeaderField.FROM)).isEqualTo(2);
        assertThat(scanner.count(HeaderField.SUBJECT)).isEqualTo(2);
        assertThat(scanner.value(HeaderField.SUBJECT)).contains("1");
        assertThat(scanner.has(HeaderField.DATE)).isFalse();
    }

    @Test
    @Requirement("J1")
    void keepsNulAndEightBitOfAValueForTheJudge() {
        HeaderScanner scanner = scanned("From: a\0b@x\r\nTo: \u00e9@x\r\n\r\n");
        assertThat(scanner.value(HeaderField.FROM)).contains("a\0b@x");
        assertThat(scanner.eightBit()).isTrue();
    }

    @Test
    @Requirement("E7")
    void countsReceivedFieldsAndOurNameInThem() {
        HeaderScanner scanner = scanned("""
            Received: from x (y [192.0.2.1])\r
            \tby MX1.example.NET with ESMTP id 1;\r
            \tMon, 23 Nov 2026 21:00:00 +0000\r
            Received: from mx1.example.net by mx1.example.net.evil; x\r
            Received: by mx1.example.net; x\r
            Received: from by.mx1.example.net by other; x\r
            \r
            """);
        assertThat(scanner.count(HeaderField.RECEIVED)).isEqualTo(4);
        assertThat(scanner.ownReceived()).isEqualTo(2);
    }

    @Test
    @Requirement("E7")
    void countsReceivedFieldsBehindBareLineFeeds() {
        assertThat(scanned("Received: a\nReceived: b\n\nReceived: c\n").count(HeaderField.RECEIVED))
                .isEqualTo(2);
    }

    @Test
    @Requirement({"E2", "conf-21"})
    void noticesAFieldThatIsTooLong() {
        HeaderLimits limits = new HeaderLimits(10, 1_000, 100_000);
        String fits = "X: " + "a".repeat(995) + "\r\n\r\n";
        assertThat(scanned(fits, limits, 64).excess()).isEqualTo(HeaderScanner.Excess.NONE);
        String single = "X: " + "a".repeat(1_000) + "\r\n\r\n";
        assertThat(scanned(single, limits, 64).excess()).isEqualTo(HeaderScanner.Excess.FIELD_OCTETS);
        String folded = "X: a\r\n" + (" " + "a".repeat(97) + "\r\n").repeat(10) + "\r\n";
        assertThat(scanned(folded, limits, 64).excess()).isEqualTo(HeaderScanner.Excess.FIELD_OCTETS);
    }

    @Test
    @Requirement("E2")
    void noticesTooManyFieldsAndTooLargeAHeader() {
        String many = "X: a\r\n".repeat(11) + "\r\n";
        assertThat(scanned(many, new HeaderLimits(10, 1_000, 100_000), 64).excess())
                .isEqualTo(HeaderScanner.Excess.FIELDS);
        assertThat(scanned(many, new HeaderLimits(100, 1_000, 50), 64).excess())
                .isEqualTo(HeaderScanner.Excess.HEADER_OCTETS);
        String endless = "X".repeat(60);
        assertThat(scanned(endless, new HeaderLimits(100, 1_000, 50), 64).excess())
                .isEqualTo(HeaderScanner.Excess.HEADER_OCTETS);
    }

    @Test
    void doesNotLimitTheBody() {
        HeaderLimits limits = new HeaderLimits(10, 100, 200);
        HeaderScanner scanner = scanned("X: a\r\n\r\n" + "b".repeat(10_000), limits, 64);
        assertThat(scanner.excess()).isEqualTo(HeaderScanner.Excess.NONE);
        assertThat(scanner.headerOctets()).isEqualTo(8);
    }

    @Test
    void tellsContentWithoutHeader() {
        assertThat(scanned("Hello, world\r\n").headless()).isTrue();
        assertThat(scanned("From someone Mon 12:00\r\nX: y\r\n").headless()).isTrue();
        assertThat(scanned("\r\nbody\r\n").headless()).isFalse();
        assertThat(scanned("").headless()).isFalse();
        HeaderScanner broken = scanned("X: y\r\nno field\r\nSubject: z\r\n");
        assertThat(broken.headless()).isFalse();
        assertThat(broken.nonField()).isTrue();
        assertThat(broken.has(HeaderField.SUBJECT)).isFalse();
    }

    @Test
    void readsAHeaderThatEndsWithTheContent() {
        assertThat(scanned("Subject: last").value(HeaderField.SUBJECT)).contains("last");
        assertThat(scanned("Subject: last\r").value(HeaderField.SUBJECT)).contains("last");
    }

    @Test
    void cutsLongValues() {
        HeaderScanner scanner =
                scanned("Subject: " + "s".repeat(500) + ("\r\n " + "s".repeat(500)).repeat(10) + "\r\n\r\n");
        assertThat(scanner.value(HeaderField.SUBJECT).orElseThrow()).hasSize(HeaderScanner.VALUE_OCTETS_MAX);
    }
}
