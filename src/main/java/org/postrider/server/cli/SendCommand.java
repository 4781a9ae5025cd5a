package org.postrider.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.QueueId;
import org.postrider.mail.Reply;
import org.postrider.mail.ReversePath;
import org.postrider.message.MessageBuilder;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.DurationText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code send}: one message, followed to its end. */
@Command(
        name = "send",
        description = "Hands a message to a server and follows its delivery until it has ended.",
        footer = {
            "",
            "Exit codes: 0 delivered (or captured by dev, or handed to a server that cannot be followed), 69 refused or"
                    + " bounced, 75 deferred, held, or still under way after --timeout, 74 no server."
        })
final class SendCommand implements Callable<Integer> {
    private static final int CONTENT_OCTETS_MAX = 256 << 20;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Target target = new Target();

    @Option(names = "--to", required = true, paramLabel = "ADDRESS", description = "A recipient; can be repeated.")
    private List<String> to = new ArrayList<>();

    @Option(
            names = "--from",
            paramLabel = "ADDRESS",
            description = "The reverse-path; empty for none. Default: you@localhost")
    private String from = System.getProperty("user.name", "postrider") + "@localhost";

    @Option(names = "--subject", paramLabel = "TEXT", description = "Default: Test")
    private String subject = "Test";

    @Option(names = "--body", paramLabel = "TEXT", description = "The text.")
    private @Nullable String body;

    @Option(names = "--file", paramLabel = "FILE", description = "A file with the text; - is standard input.")
    private @Nullable String file;

    @Option(names = "--raw", description = "--file is a whole message, with its header.")
    private boolean raw;

    @Option(
            names = "--server",
            paramLabel = "HOST:PORT",
            description = "Default: the first listener of the configuration.")
    private @Nullable String server;

    @Option(names = "--no-follow", description = "Ends once the server has taken the message.")
    private boolean noFollow;

    @Option(names = "--timeout", paramLabel = "DURATION", description = "How long to follow. Default: 60s")
    private String timeout = "60s";

    @Option(names = "--json", description = "The outcome as JSON.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        Duration patience = DurationText.parse(timeout)
                .orElseThrow(() -> new CommandFailed(ExitCodes.USAGE, "--timeout is written like 30s or 5m"));
        List<Mailbox> recipients = new ArrayList<>();
        for (String address : to) {
            recipients.add(mailbox(address));
        }
        ReversePath reversePath = from.isEmpty() ? ReversePath.NULL : new ReversePath(mailbox(from));
        InetSocketAddress address = server();
        Submission.Answer answer = Submission.send(address, reversePath, recipients, content(recipients));
        PrintWriter err = spec.commandLine().getErr();
        err.println(Target.text(address) + ": " + Output.plain(answer.reply().text()));
        err.flush();
        if (!answer.reply().isPositive()) {
            boolean permanent = answer.reply().severity() == Reply.Severity.PERMANENT_NEGATIVE;
            return outcome(
                    answer, permanent ? "refused" : "deferred", permanent ? ExitCodes.REFUSED : ExitCodes.DEFERRED);
        }
        if (noFollow || answer.id().isEmpty()) {
            return outcome(answer, "accepted", ExitCodes.OK);
        }
        return follow(answer, answer.id().get(), patience);
    }

    private static Mailbox mailbox(String address) throws CommandFailed {
        return MailboxGrammar.mailbox(address)
                .orElseThrow(() -> new CommandFailed(ExitCodes.USAGE, "\"" + address + "\" is no address"));
    }

    private InetSocketAddress server() throws CommandFailed {
        if (server != null) {
            return Submission.address(server);
        }
        Optional<Configuration> configuration = target.configuration();
        if (configuration.isEmpty()) {
            return Submission.address(DevCommand.SMTP);
        }
        return Submission.address(configuration.get().listeners().stream()
                .filter(listener -> !listener.proxyProtocol())
                .findFirst()
                .map(listener -> Target.text(listener.address()))
                .orElseThrow(() -> new CommandFailed(
                        ExitCodes.USAGE, "the configuration has no listener without PROXY protocol: use --server")));
    }

    private byte[] content(List<Mailbox> recipients) throws CommandFailed {
        String text = body == null ? "This is a test." : body;
        byte[] given = file == null ? text.getBytes(StandardCharsets.UTF_8) : read(file);
        if (raw) {
            return withLineEnds(given);
        }
        if (!MessageBuilder.isFieldText(subject)) {
            throw new CommandFailed(ExitCodes.USAGE, "the subject has control characters");
        }
        MessageBuilder message = new MessageBuilder().date(Instant.now());
        Mailbox author = from.isEmpty() ? recipients.getFirst() : mailbox(from);
        message.mailbox("From", "", author);
        message.mailbox("To", "", recipients.getFirst());
        message.text("Subject", subject);
        return message.withPlainText(new String(given, StandardCharsets.UTF_8));
    }

    private static byte[] read(String name) throws CommandFailed {
        try {
            if (name.equals("-")) {
                return System.in.readNBytes(CONTENT_OCTETS_MAX);
            }
            return Files.readAllBytes(Path.of(name));
        } catch (IOException e) {
            throw new CommandFailed(ExitCodes.NOT_FOUND, "cannot read " + name + ": " + e.getMessage());
        }
    }

    /** Files have the line ends of their system; on the wire each is CRLF (RFC 5321 §2.3.8). */
    private static byte[] withLineEnds(byte[] given) {
        String text = new String(given, StandardCharsets.ISO_8859_1);
        String lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n");
        return (lines.endsWith("\r\n") ? lines : lines + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private int follow(Submission.Answer answer, QueueId id, Duration patience)
            throws CommandFailed, InterruptedException {
        ControlClient client;
        try {
            client = target.client();
        } catch (CommandFailed e) {
            spec.commandLine().getErr().println("It cannot be followed: " + e.getMessage());
            return outcome(answer, "accepted", ExitCodes.OK);
        }
        boolean captures = target.configuration().isEmpty();
        Following following = new Following(client, id, spec.commandLine().getErr(), captures);
        Following.End end = following.await(patience);
        return outcome(answer, end.outcome(), end.exitCode());
    }

    /** What {@code --json} prints. */
    record Outcome(@Nullable String id, String outcome, String reply, int exitCode) {}

    private int outcome(Submission.Answer answer, String outcome, int exitCode) {
        PrintWriter out = spec.commandLine().getOut();
        String id = answer.id().map(QueueId::text).orElse(null);
        if (json) {
            Output.json(out, new Outcome(id, outcome, answer.reply().text(), exitCode));
        } else {
            out.println(outcome + (id == null ? "" : " " + id));
        }
        out.flush();
        return exitCode;
    }
}
