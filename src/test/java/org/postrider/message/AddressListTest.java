package org.postrider.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.testing.Requirement;

/** Lists of addresses as From and To have them. */
class AddressListTest {
    private static List<String> addresses(String value) {
        return AddressList.parse(value).orElseThrow().entries().stream()
                .map(entry -> entry.localPart() + "@" + entry.host().text())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "alice@example.net|alice@example.net|",
                "Alice B. Charles <alice@example.net>|alice@example.net|Alice B. Charles",
                "\"Boss, <boss@bank.example>\" <alice@example.net>|alice@example.net|Boss, <boss@bank.example>",
                "\"a \\\" < b\" <alice@example.net>|alice@example.net|a \" < b",
                "alice@example.net (boss@bank.example, (nested) \\) too)|alice@example.net|",
                "(one)Alice(two)<(three)alice(four)@(five)example.net(six)>(seven)|alice@example.net|Alice",
                "=?utf-8?Q?Al=C3=AFce?= <alice@example.net>|alice@example.net|=?utf-8?Q?Al=C3=AFce?=",
                "Zoë <zoë@exämple.net>|zoë@xn--exmple-cua.net|Zoë",
                "\"quoted local\"@Example.NET|quoted local@example.net|",
                "alice@[192.0.2.1]|alice@[192.0.2.1]|",
                "alice@example.net.|alice@example.net|",
                "boss@bank.example <alice@example.net>|alice@example.net|boss@bank.example",
                "[list] Alice: news <alice@example.net>|alice@example.net|[list] Alice: news"
            })
    @Requirement("RFC 5322 §3.4")
    void readsAnAddressAndItsName(String value, String address, String name) {
        assertThat(addresses(value)).containsExactly(address);
        assertThat(AddressList.parse(value).orElseThrow().entries().getFirst().displayName())
                .isEqualTo(name == null ? "" : name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "<@relay.example,@other.example:alice@example.net>|alice@example.net",
                "alice . b @ example . net|alice.b@example.net",
                "\"alice\".b@example.net|alice.b@example.net",
                ",, alice@example.net ,|alice@example.net"
            })
    @Requirement("RFC 5322 §4.4")
    void readsObsoleteForms(String value, String address) {
        assertThat(addresses(value)).containsExactly(address);
    }

    @Test
    @Requirement("RFC 6854 §2")
    void readsGroups() {
        AddressList list = AddressList.parse("Friends: a@example.net, B <b@example.org>; , c@example.com")
                .orElseThrow();
        assertThat(list.groups()).isEqualTo(1);
        assertThat(list.entries())
                .extracting(AddressList.Entry::localPart, AddressList.Entry::group)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple("a", "Friends"),
                        org.assertj.core.api.Assertions.tuple("b", "Friends"),
                        org.assertj.core.api.Assertions.tuple("c", null));
        assertThat(AddressList.parse("Undisclosed senders:;").orElseThrow().entries())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                "Alice",
                "<>",
                "alice@",
                "@example.net",
                "Alice <alice@example.net> boss@bank.example <",
                "Alice <alice@example.net> boss@bank.example",
                "<alice@example.net> <boss@bank.example>",
                "<<alice@example.net>>",
                "a@b@c",
                "alice@exa\"mp\"le.net",
                "alice..b@example.net",
                "alice@example..net",
                "\"open <alice@example.net>",
                "(open alice@example.net",
                "alice@example.net)",
                "alice bob@example.net",
                "alice@example.net\u0000",
                "alice@exam\u0000ple.net",
                "Group: alice@example.net",
                "Group: inner: alice@example.net;;",
                "Group: alice@example.net; bob@example.net"
            })
    @Requirement("J1")
    void guessesNothing(String value) {
        assertThat(AddressList.parse(value)).isEmpty();
    }

    @Test
    void takesLocalPartsThatNoPathHasRoomFor() {
        String local = "a".repeat(200);
        AddressList.Entry entry = AddressList.parse(local + "@example.net")
                .orElseThrow()
                .entries()
                .getFirst();
        assertThat(entry.localPart()).isEqualTo(local);
        assertThat(entry.mailbox()).isEmpty();
    }

    @Test
    void boundsWhatItReads() {
        assertThat(AddressList.parse("a@b,".repeat(AddressList.ENTRIES_MAX + 1)))
                .isEmpty();
        assertThat(AddressList.parse("(".repeat(1_000) + ")".repeat(1_000) + "a@b"))
                .isEmpty();
    }

    @Test
    void theScannerTellsAValueThatIsCut() {
        HeaderScanner scanner = new HeaderScanner(HeaderLimits.DEFAULT, "mx.example.net");
        byte[] header = ("From: a@example.net" + ",\r\n a@example.net".repeat(200) + "\r\nSubject: short\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        scanner.write(header, 0, header.length);
        assertThat(scanner.cut(HeaderField.FROM)).isTrue();
        assertThat(scanner.cut(HeaderField.SUBJECT)).isFalse();
    }
}
