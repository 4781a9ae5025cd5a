package org.postrider.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.server.crash.SinkServer;
import org.postrider.testing.Requirement;

@Timeout(60)
final class GreylistingPeerTest {
    @TempDir
    private Path directory;

    private final Map<String, Integer> asked = new ConcurrentHashMap<>();

    private final SinkServer.Manners greylisting = new SinkServer.Manners() {
        @Override
        public String recipient(String reversePath, String recipient) {
            boolean first = asked.merge(recipient, 1, Integer::sum) == 1;
            return first && recipient.startsWith("grey") ? "450 4.7.1 Greylisted, try again" : "250 2.1.5 Ok";
        }
    };

    @Test
    @Requirement({"conf-34", "RFC 5321 §4.2.1"})
    void onlyTheGreylistedRecipientIsTriedAgain() throws IOException, InterruptedException {
        try (CollectingSink sink = CollectingSink.start(0, greylisting);
                PostriderUnderTest server = PostriderUnderTest.in(directory).route("*", sink.address());
                Dialogue client = new Dialogue(server.start().smtp())) {
            client.ehlo().deliver("alice@sender.test", Letters.letter("grey"), "grey@peer.test", "known@peer.test");
            assertThat(sink.await(2))
                    .extracting(SinkServer.Received::recipients)
                    .containsExactlyInAnyOrder(List.of("known@peer.test"), List.of("grey@peer.test"));
            assertThat(asked).containsEntry("known@peer.test", 1).containsEntry("grey@peer.test", 2);
            server.drain();
        }
    }
}
