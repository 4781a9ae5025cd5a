package org.postrider.delivery;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.EnhancedStatus;
import org.postrider.mail.MailHost;
import org.postrider.mail.Recipient;
import org.postrider.mail.Reply;
import org.postrider.queue.Outcome;
import org.postrider.queue.Outcome.Result;
import org.postrider.queue.Outcome.SuccessNotice;
import org.postrider.smtp.client.OutgoingMessage;
import org.postrider.smtp.client.Protocol;
import org.postrider.smtp.client.SmtpConnection;
import org.postrider.smtp.client.Stage;
import org.postrider.smtp.client.Transaction;

/**
 * Hands one message's recipients over on one connection after another, and keeps what was said of each.
 *
 * <p>A recipient is <em>open</em> until something was said of it that ends the attempt for it. What a host said that another
 * host may say otherwise (no to MAIL for now, 421, a broken connection) is kept as a <em>provisional</em> result: it counts
 * where no other host does better.
 *
 * <p>Invariant: once a message may have been taken over for a recipient, that recipient is open no more, so that no other
 * host gets it.
 *
 * <p>Thread: confined to the attempt's.
 */
final class Handover {
    private final OutgoingMessage whole;
    private final SevenBitCopy sevenBitCopy;
    private final Protocol protocol;
    private final @Nullable Result[] results;
    private final @Nullable Result[] provisional;
    private @Nullable Diagnosis contentFailure;
    private @Nullable Diagnosis breakage;
    private boolean sending;

    /** @param sevenBitCopy of {@code whole} */
    Handover(OutgoingMessage whole, SevenBitCopy sevenBitCopy, Protocol protocol) {
        this.whole = whole;
        this.sevenBitCopy = sevenBitCopy;
        this.protocol = protocol;
        this.results = new Result[whole.recipients().size()];
        this.provisional = new Result[results.length];
    }

    /** Tries all open recipients on a connection. Whether any is still open is then for {@link #isDone} to say. */
    void run(SmtpConnection connection) {
        List<Integer> open = new ArrayList<>(results.length);
        for (int i = 0; i < results.length; i++) {
            if (results[i] == null) {
                open.add(i);
            }
        }
        sending = true;
        send(connection, open);
        sending = false;
    }

    /** Whether nothing is left to try elsewhere. */
    boolean isDone() {
        if (contentFailure != null) {
            return true;
        }
        for (Result result : results) {
            if (result == null) {
                return false;
            }
        }
        return true;
    }

    /** Whether anything at all was said of a recipient. */
    boolean isBegun() {
        for (int i = 0; i < results.length; i++) {
            if (results[i] != null || provisional[i] != null) {
                return true;
            }
        }
        return false;
    }

    /** Whether an error that came out of {@link #run} came in the midst of a transaction. */
    boolean isSending() {
        return sending;
    }

    /** How the last connection that broke did so. */
    Optional<Diagnosis> breakage() {
        return Optional.ofNullable(breakage);
    }

    Optional<Diagnosis> contentFailure() {
        return Optional.ofNullable(contentFailure);
    }

    /** One result for each recipient; what is still open is deferred, with {@code otherwise} where nothing was said of it. */
    List<Result> results(Diagnosis otherwise) {
        List<Result> all = new ArrayList<>(results.length);
        for (int i = 0; i < results.length; i++) {
            Result result = results[i] == null ? provisional[i] : results[i];
            all.add(result == null ? new Result.Deferred(otherwise) : result);
        }
        return all;
    }

    private void send(SmtpConnection connection, List<Integer> positions) {
        send(connection, positions, whole);
    }

    /** @param from the whole message or its copy, for all recipients */
    private void send(SmtpConnection connection, List<Integer> positions, OutgoingMessage from) {
        String remote = connection.dial().remote();
        switch (connection.send(part(positions, from))) {
            case Transaction.Completed(var answers, boolean dsnPassedOn) ->
                completed(positions, answers, remote, dsnPassedOn);
            case Transaction.NeedsRequireTls _ -> withoutRequireTls(positions, remote);
            case Transaction.NeedsSmtpUtf8(var unable) -> withoutUtf8(connection, positions, unable);
            case Transaction.NeedsEightBit _ -> inSevenBits(connection, positions, "8-bit");
            case Transaction.NeedsBinary _ -> inSevenBits(connection, positions, "binary");
            case Transaction.TooBig(long octetsMax) ->
                refuse(positions, remote, "5.3.4", remote + " takes at most " + octetsMax + " octets");
            case Transaction.TooManyRecipients(int recipientsMax) ->
                inParts(connection, positions, byCount(positions, recipientsMax));
            case Transaction.TooManyDomains(int domainsMax) -> someDomains(connection, positions, domainsMax);
            case Transaction.ContentFailed(var what) -> contentFailure = Diagnosis.local("4.3.0", what);
            case Transaction.Broken broken -> broken(positions, broken, remote);
        }
    }

    private OutgoingMessage part(List<Integer> positions, OutgoingMessage from) {
        if (positions.size() == results.length) {
            return from;
        }
        List<Recipient> recipients =
                positions.stream().map(from.recipients()::get).toList();
        return new OutgoingMessage(from.reversePath(), from.parameters(), recipients, from.octets(), from.content());
    }

    /** RFC 6152 §3, RFC 3030 §3: converted for who does not take it as it is, or back to its sender. */
    private void inSevenBits(SmtpConnection connection, List<Integer> positions, String kind) {
        String remote = connection.dial().remote();
        switch (sevenBitCopy.made()) {
            case SevenBitCopy.Made(var message) -> send(connection, positions, message);
            case SevenBitCopy.None(var why) ->
                refuse(positions, remote, "5.6.3", remote + " does not take " + kind + " content" + why);
            case SevenBitCopy.Unreadable(var what) -> contentFailure = Diagnosis.local("4.3.0", what);
        }
    }

    private void completed(
            List<Integer> positions, List<Transaction.Answer> answers, String remote, boolean dsnPassedOn) {
        boolean elsewhere = answers.stream().allMatch(Handover::anotherHostMayDoBetter);
        for (int i = 0; i < positions.size(); i++) {
            Result result = Replies.result(answers.get(i), remote, notice(dsnPassedOn));
            (elsewhere ? provisional : results)[positions.get(i)] = result;
        }
    }

    /**
     * RFC 5321 §5.1: other hosts are tried until one succeeds. A host that puts off the whole transaction before it heard
     * of a recipient, or closes down, speaks for itself; what it says of a recipient (greylisting, a full mailbox) holds.
     */
    private static boolean anotherHostMayDoBetter(Transaction.Answer answer) {
        boolean closing = answer.reply().code() == 421 && answer.stage() != Stage.END;
        return closing
                || (answer.stage() == Stage.MAIL && answer.reply().severity() == Reply.Severity.TRANSIENT_NEGATIVE);
    }

    private SuccessNotice notice(boolean dsnPassedOn) {
        if (dsnPassedOn) {
            return SuccessNotice.NEXT_HOP;
        }
        return switch (protocol) {
            case SMTP, SMTPS -> SuccessNotice.RELAYED;
            // RFC 2033 §4.2: a positive reply says that it is delivered, not that it will be.
            case LMTP -> SuccessNotice.DELIVERED;
        };
    }

    private void withoutUtf8(SmtpConnection connection, List<Integer> positions, List<Integer> unable) {
        String remote = connection.dial().remote();
        List<Integer> refused = unable.stream().map(positions::get).toList();
        // RFC 6531 §3.5: no downgrade; who needs SMTPUTF8 gets the message back.
        refuse(refused, remote, "5.6.7", remote + " does not support SMTPUTF8, which this message needs");
        List<Integer> others = positions.stream()
                .filter(position -> !refused.contains(position))
                .toList();
        if (!others.isEmpty() && !refused.isEmpty()) {
            send(connection, others);
        }
    }

    /** RFC 8689 §4.2.1: another host may offer it; where none does, the message goes back to its sender. */
    private void withoutRequireTls(List<Integer> positions, String remote) {
        Diagnosis diagnosis = new Diagnosis(
                EnhancedStatus.of("5.7.30"),
                null,
                remote,
                remote + " does not support REQUIRETLS, which the sender demands");
        for (int position : positions) {
            provisional[position] = new Result.Refused(diagnosis);
        }
    }

    /** RFC 9422 §4.2: what is more than a transaction may have goes in the next one, on the same connection. */
    private void inParts(SmtpConnection connection, List<Integer> positions, List<List<Integer>> parts) {
        if (parts.size() < 2) {
            throw new AssertionError("no way to part " + positions.size() + " recipients");
        }
        for (List<Integer> part : parts) {
            send(connection, part);
            if (contentFailure != null || !connection.reusable()) {
                return;
            }
        }
    }

    private static List<List<Integer>> byCount(List<Integer> positions, int recipientsMax) {
        List<List<Integer>> parts = new ArrayList<>();
        for (int from = 0; from < positions.size(); from += recipientsMax) {
            parts.add(positions.subList(from, Math.min(from + recipientsMax, positions.size())));
        }
        return parts;
    }

    /**
     * RFC 9422 §4.3: so many domains a session. A used connection is left for messages to the domains it has seen; a new one
     * takes what it may, and the others stay open for the next connection.
     */
    private void someDomains(SmtpConnection connection, List<Integer> positions, int domainsMax) {
        String summary = connection.dial().remote() + " takes recipients of " + domainsMax + " domains a session";
        Diagnosis diagnosis = new Diagnosis(
                EnhancedStatus.of("4.5.3"), null, connection.dial().remote(), summary);
        Set<MailHost> hosts = new HashSet<>();
        List<Integer> taken = new ArrayList<>();
        for (int position : positions) {
            MailHost host = whole.recipients().get(position).mailbox().host();
            if (hosts.contains(host) || (hosts.size() < domainsMax && hosts.add(host))) {
                taken.add(position);
            } else {
                provisional[position] = new Result.Deferred(diagnosis);
            }
        }
        if (connection.transactions() == 0 && taken.size() < positions.size()) {
            send(connection, taken);
        }
    }

    private void broken(List<Integer> positions, Transaction.Broken broken, String remote) {
        Diagnosis diagnosis = Replies.broken(broken.failure(), broken.stage(), broken.what(), remote);
        breakage = diagnosis;
        for (int i = 0; i < positions.size(); i++) {
            int position = positions.get(i);
            Optional<Transaction.Answer> answer = broken.answers().get(i);
            if (answer.isPresent() && !anotherHostMayDoBetter(answer.get())) {
                results[position] = Replies.result(answer.get(), remote, notice(false));
            } else if (broken.contentSentWhole() && answer.isEmpty()) {
                // RFC 5321 §4.5.3.2.6 and RFC 1047: it may have been delivered; another host would make it two.
                results[position] = new Result.Unanswered(diagnosis);
            } else if (answer.isPresent()) {
                provisional[position] = Replies.result(answer.get(), remote, notice(false));
            }
        }
    }

    /**
     * RFC 3207 §4: 530 tells a client in clear to begin TLS first, and says nothing of its recipients. Where that was impossible
     * such refusals are put off, for another host or another time; says whether there were any.
     */
    boolean putOffForTls(String remote) {
        boolean any = false;
        for (int i = 0; i < results.length; i++) {
            if (results[i] instanceof Result.Refused(Diagnosis diagnosis) && wantsTls(diagnosis)) {
                String summary = remote + " insists on TLS, and its STARTTLS is broken";
                results[i] = null;
                provisional[i] = new Result.Deferred(
                        new Diagnosis(EnhancedStatus.of("4.7.4"), diagnosis.reply(), remote, summary));
                any = true;
            }
        }
        return any;
    }

    /** X.7.10 is "encryption needed" (RFC 5248). */
    private static boolean wantsTls(Diagnosis diagnosis) {
        Reply reply = diagnosis.reply();
        return reply != null
                && (reply.code() == 530 || diagnosis.status().toString().equals("5.7.10"));
    }

    private void refuse(List<Integer> positions, String remote, String status, String summary) {
        Diagnosis diagnosis = new Diagnosis(EnhancedStatus.of(status), null, remote, summary);
        for (int position : positions) {
            results[position] = new Result.Refused(diagnosis);
        }
    }

    /** For an error of our own in the midst of a transaction: what was not answered may have been taken over. */
    List<Result> unanswered(Diagnosis diagnosis) {
        List<Result> all = new ArrayList<>(results.length);
        for (Result result : results) {
            all.add(result == null ? new Result.Unanswered(diagnosis) : result);
        }
        return all;
    }

    /** Which way the results point as to speed. */
    static Outcome.Answered answered(List<Result> results) {
        return new Outcome.Answered(results, Replies.pushback(results));
    }
}
