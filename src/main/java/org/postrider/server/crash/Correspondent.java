package org.postrider.server.crash;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The far side of the crash test: enters every delivery and every bounce in the ledger, and is as unreliable as the world,
 * until it is told to be kind.
 *
 * <p>Thread: any.
 */
final class Correspondent implements SinkServer.Manners {
    private static final Pattern FAILED =
            Pattern.compile("^Final-Recipient:[^;\\r\\n]*;[ \\t]*(\\S+)", Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);
    /** One in so many last dots gets a 451. */
    private static final int LATER_ONE_IN = 30;
    /** One in so many last dots gets no reply at all. */
    private static final int HANG_UP_ONE_IN = 100;

    private final Ledger ledger;
    private final SplittableRandom random;
    private volatile boolean kind;
    private volatile KillSwitch killSwitch;

    Correspondent(Ledger ledger, SplittableRandom random, KillSwitch killSwitch) {
        this.ledger = ledger;
        this.random = random;
        this.killSwitch = killSwitch;
    }

    void watchFor(KillSwitch next) {
        killSwitch = next;
    }

    /** From now on every message gets its 250. */
    void beKind() {
        kind = true;
    }

    @Override
    public String recipient(String reversePath, String recipient) {
        return recipient.startsWith(LoadMessage.REFUSED) ? "550 5.1.1 Nobody here by that name" : "250 2.1.5 Ok";
    }

    @Override
    public String ended(SinkServer.Received message) {
        int dice = dice();
        if (!kind && dice % LATER_ONE_IN == 0) {
            return "451 4.2.0 Later";
        }
        killSwitch.seen(KillSwitch.Moment.SINK_HAS_IT);
        if (!kind && dice % HANG_UP_ONE_IN == 1) {
            // Not entered: a server that hangs up here has not taken the message.
            return HANG_UP;
        }
        enter(message, System.nanoTime());
        return "250 2.0.0 Ok";
    }

    @Override
    public void answered(SinkServer.Received message, String reply) {
        if (reply.startsWith("250")) {
            killSwitch.seen(KillSwitch.Moment.SINK_ANSWERED);
        }
    }

    private synchronized int dice() {
        return random.nextInt(LATER_ONE_IN * HANG_UP_ONE_IN);
    }

    private void enter(SinkServer.Received message, long nanos) {
        if (message.reversePath().isEmpty()) {
            enterBounce(new String(message.content(), StandardCharsets.ISO_8859_1), nanos);
            return;
        }
        boolean intact = LoadMessage.intact(message.content());
        for (String recipient : message.recipients()) {
            String id = LoadMessage.idOf(recipient).orElse("?");
            ledger.settled(id, recipient, nanos);
            if (!intact) {
                ledger.damaged(id);
            }
        }
    }

    private void enterBounce(String notice, long nanos) {
        Matcher failed = FAILED.matcher(notice);
        while (failed.find()) {
            String recipient = failed.group(1);
            ledger.settled(LoadMessage.idOf(recipient).orElse("?"), recipient, nanos);
        }
    }
}
