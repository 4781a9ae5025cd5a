package org.postrider.smtp.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.postrider.mail.Reply;
import org.postrider.testing.ScriptedChannel;

/**
 * What a client makes of all that a server says.
 *
 * @param replies in order
 * @param complaint why there are no more
 */
public record RepliesOfScript(List<Reply> replies, String complaint) {
    public static final int LINES_MAX = ReplyReader.LINES_MAX;
    public static final int OCTETS_MAX = ReplyReader.OCTETS_MAX;
    private static final Duration LONG = Duration.ofMinutes(5);

    /** @param sliceOctets how much comes in one read at most */
    public static RepliesOfScript read(byte[] script, int sliceOctets) {
        List<Reply> replies = new ArrayList<>();
        ScriptedChannel channel = new ScriptedChannel(script, sliceOctets);
        try (Wire wire = new Wire(channel, Watch.over(channel), LONG)) {
            ReplyReader reader = new ReplyReader(wire);
            while (true) {
                Reply reply = reader.read(LONG);
                Capabilities.parse(reply.lines());
                replies.add(reply);
            }
        } catch (BrokenWire broken) {
            return new RepliesOfScript(List.copyOf(replies), String.valueOf(broken.getMessage()));
        }
    }
}
