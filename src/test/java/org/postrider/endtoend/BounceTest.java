package org.postrider.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.server.crash.SinkServer;
import org.postrider.testing.Requirement;

@Timeout(60)
final class BounceTest {
    @TempDir
    private Path directory;

    private final SinkServer.Manners picky = new SinkServer.Manners() {
        @Override
        public String recipient(String reversePath, String recipient) {
            return recipient.startsWith("nobody") ? "550 5.1.1 No such user" : "250 2.1.5 Ok";
        }
    };

    @Test
    @Requirement({"conf-34", "conf-38", "RFC 5321 §4.5.5", "RFC 3464 §2"})
    void theSenderLearnsOfEachRefusedRecipientAndOfNoOther() throws IOException, InterruptedException {
        try (CollectingSink sink = CollectingSink.start(0, picky);
                PostriderUnderTest server = PostriderUnderTest.in(directory).route("*", sink.address());
                Dialogue client = new Dialogue(server.start().smtp())) {
            client.ehlo()
                    .deliver(
                            "alice@sender.test",
                            Letters.letter("picky"),
                            "bob@peer.test",
                            "nobody-1@peer.test",
                            "nobody-2@peer.test");
            List<SinkServer.Received> received = sink.await(2);
            SinkServer.Received notice = received.stream()
                    .filter(one -> one.reversePath().isEmpty())
                    .findAny()
                    .orElseThrow();
            assertThat(notice.recipients()).containsExactly("alice@sender.test");
            assertThat(new String(notice.content(), StandardCharsets.ISO_8859_1))
                    .containsPattern("(?i)report-type=\"?delivery-status")
                    .contains("nobody-1@peer.test", "nobody-2@peer.test", "Action: failed", "Status: 5.1.1")
                    .doesNotContain("Final-Recipient: rfc822; bob@peer.test");
            server.drain();
        }
    }

    @Test
    @Requirement("RFC 5321 §4.5.5")
    void aNoticeThatIsRefusedGoesToPostmasterAndNowhereElse() throws IOException, InterruptedException {
        try (CollectingSink sink = CollectingSink.start(0, picky);
                PostriderUnderTest server = PostriderUnderTest.in(directory).route("*", sink.address());
                Dialogue client = new Dialogue(server.start().smtp())) {
            client.ehlo().deliver("", Letters.letter("from-nobody"), "nobody-1@peer.test", "bob@peer.test");
            List<SinkServer.Received> received = sink.await(2);
            assertThat(received.stream().flatMap(one -> one.recipients().stream()))
                    .hasSize(2)
                    .contains("bob@peer.test")
                    .anyMatch(recipient -> recipient.startsWith("postmaster@"));
            server.drain();
            assertThat(sink.count()).isEqualTo(2);
        }
    }
}
