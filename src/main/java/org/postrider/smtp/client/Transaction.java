package org.postrider.smtp.client;

import java.util.List;
import java.util.Optional;
import org.postrider.mail.Reply;

/** What became of one message on one connection. */
public sealed interface Transaction {

    /**
     * What the peer said of one recipient.
     *
     * @param stage what {@code reply} answers: MAIL, RCPT, DATA, CONTENT where the peer refused midway, or END; only then
     *     can it be positive
     */
    record Answer(Stage stage, Reply reply) {
        public Answer {
            if (reply.isPositive() && stage != Stage.END) {
                throw new IllegalArgumentException("an answer of " + reply + " to " + stage.words());
            }
        }

        /** Whether the peer has taken the message over for this recipient. */
        public boolean accepted() {
            return reply.isPositive();
        }
    }

    /**
     * The peer answered for every recipient.
     *
     * @param answers in the order of the message's recipients
     * @param dsnPassedOn whether the peer offers DSN and was told of RET, ENVID, NOTIFY and ORCPT: if not, a success that
     *     the sender asked to hear of is "relayed" (RFC 3461 §5.2.2)
     */
    record Completed(List<Answer> answers, boolean dsnPassedOn) implements Transaction {
        public Completed {
            answers = List.copyOf(answers);
        }
    }

    /** This peer cannot take this message. Nothing was sent; the connection is as it was. */
    sealed interface Refused extends Transaction {}

    /**
     * It does not offer SMTPUTF8, and the message needs it (RFC 6531 §3.5).
     *
     * @param recipients indexes of the recipients that cannot be served: all of them, unless only their own addresses are
     *     the reason and the message may go to the others
     */
    record NeedsSmtpUtf8(List<Integer> recipients) implements Refused {
        public NeedsSmtpUtf8 {
            recipients = List.copyOf(recipients);
        }
    }

    /** It does not offer 8BITMIME, and the content was declared to be 8-bit and is (RFC 6152 §3). */
    record NeedsEightBit() implements Refused {}

    /** It does not offer BINARYMIME with CHUNKING, and the content was declared to be binary (RFC 3030 §3). */
    record NeedsBinary() implements Refused {}

    /** It does not offer REQUIRETLS over TLS, and the sender demands it (RFC 8689 §4.2.1); another host may. */
    record NeedsRequireTls() implements Refused {}

    /** The message is larger than the SIZE it offers (RFC 1870 §4). */
    record TooBig(long octetsMax) implements Refused {}

    /** It takes fewer recipients a transaction; send to that many, then to the others (RFC 9422 §4.2). */
    record TooManyRecipients(int recipientsMax) implements Refused {}

    /** It takes fewer domains a session; another connection will take those left over (RFC 9422 §4.3). */
    record TooManyDomains(int domainsMax) implements Refused {}

    /**
     * Our own content could not be read. The peer has no message of it; unless nothing was sent yet, the connection is
     * closed. Says nothing of the peer.
     */
    record ContentFailed(String what) implements Transaction {}

    /**
     * The connection broke. Each recipient without an answer is temporarily failed; if the content was sent whole, the
     * peer may have taken the message over nonetheless, and it must be told as unknown.
     *
     * @param stage what was under way
     * @param contentSentWhole whether the content and its end were handed to the network
     * @param what one sentence for people, free of CR and LF
     * @param answers in the order of the message's recipients, empty where there is none
     */
    record Broken(Stage stage, boolean contentSentWhole, Failure failure, String what, List<Optional<Answer>> answers)
            implements Transaction {
        public Broken {
            answers = List.copyOf(answers);
        }
    }
}
