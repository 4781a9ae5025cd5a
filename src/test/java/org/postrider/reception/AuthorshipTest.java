package org.postrider.reception;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.Mailbox;
import org.postrider.testing.Requirement;

/** Whom a From field names. */
class AuthorshipTest {
    private static List<String> authors(String value) {
        return Authorship.authors(value).orElseThrow().stream()
                .map(Mailbox::text)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "alice@example.net|alice@example.net",
                "Alice <alice@example.net>|alice@example.net",
                "\"Boss, <boss@bank.example>\" <alice@example.net>|alice@example.net",
                "\"a \\\" < b\" <alice@example.net>|alice@example.net",
                "alice@example.net (boss@bank.example, (nested) \\) too)|alice@example.net",
                "(comment) <alice@example.net>|alice@example.net"
            })
    @Requirement({"C6", "RFC 5322 §3.4"})
    void findsTheAddressAndNotWhatLooksLikeOne(String value, String address) {
        assertThat(authors(value)).containsExactly(address);
    }

    @Test
    void findsAllOfAList() {
        assertThat(authors("Alice <alice@example.net>, bob@example.org,\"C, D\" <c@example.com>"))
                .containsExactly("alice@example.net", "bob@example.org", "c@example.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Alice", "<>", "alice@", "Alice <alice@example.net> boss@bank.example <", "a@b@c"})
    void saysWhereOneIsNoAddress(String value) {
        assertThat(Authorship.authors(value).filter(list -> !list.isEmpty())).isEmpty();
    }
}
