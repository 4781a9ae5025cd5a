package org.postrider.delivery;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.Mailbox;
import org.postrider.mail.QueueId;
import org.postrider.queue.Attempt;
import org.postrider.queue.Outcome;
import org.postrider.queue.Outcome.Pushback;
import org.postrider.queue.Outcome.Result;
import org.postrider.queue.Outcome.SuccessNotice;
import org.postrider.spool.Spool;
import org.postrider.spool.StoredMessage;

/**
 * Final delivery into maildirs: written to {@code tmp}, synced, renamed into {@code new}, the directory synced.
 *
 * <p>A file's name is made of the time of acceptance, the queue id and the recipient's index: nothing of it comes from the
 * network, and a delivery that is repeated after a crash replaces its first file or, where a reader has moved that on
 * already, leaves it alone. So a recipient gets a message once.
 *
 * <p>Thread: confined.
 */
final class MaildirAttempt {
    private static final int BUFFER_OCTETS = 65_536;

    private final MaildirTemplate template;
    private final Attempt attempt;
    private final StoredMessage message;
    private final Spool spool;
    private final DeliverySettings settings;

    MaildirAttempt(
            MaildirTemplate template, Attempt attempt, StoredMessage message, Spool spool, DeliverySettings settings) {
        this.template = template;
        this.attempt = attempt;
        this.message = message;
        this.spool = spool;
        this.settings = settings;
    }

    Outcome run() {
        List<Result> results = new ArrayList<>(attempt.recipients().size());
        for (int recipient : attempt.recipients()) {
            results.add(deliver(recipient));
        }
        return new Outcome.Answered(results, Pushback.NONE);
    }

    private Result deliver(int recipient) {
        Mailbox mailbox =
                message.arrival().envelope().recipients().get(recipient).mailbox();
        Optional<Path> directory = template.directory(settings.base(), mailbox);
        if (directory.isEmpty()) {
            return new Result.Refused(
                    Diagnosis.local("5.1.1", "this address has no mailbox: its name cannot be that of a directory"));
        }
        try {
            write(directory.get(), recipient);
            return new Result.Delivered(Diagnosis.local("2.0.0", "delivered to its maildir"), SuccessNotice.DELIVERED);
        } catch (IOException failed) {
            String what = String.valueOf(failed.getMessage()).replaceAll("[\r\n]", " ");
            return new Result.Deferred(Diagnosis.local("4.3.0", "the maildir cannot be written: " + what));
        }
    }

    private void write(Path directory, int recipient) throws IOException {
        Path tmp = directory.resolve("tmp");
        Path fresh = directory.resolve("new");
        Path read = directory.resolve("cur");
        makeDirectories(directory, List.of(tmp, fresh, read));
        String name = fileName(message.id(), recipient);
        if (attempt.number() > 1 && isThere(read, name)) {
            return;
        }
        Path draft = tmp.resolve(name);
        try {
            writeSynced(draft);
            Files.move(draft, fresh.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            // Half a message must not keep the space that a full disk lacks.
            Files.deleteIfExists(draft);
            throw failed;
        }
        sync(fresh);
    }

    private void writeSynced(Path draft) throws IOException {
        try (FileChannel file = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file), BUFFER_OCTETS);
            try (InputStream content = spool.content(message.id())) {
                MaildirContent.write(
                        content, message.arrival().envelope().reversePath().text(), out);
            }
            out.flush();
            file.force(true);
        }
    }

    private String fileName(QueueId id, int recipient) {
        long seconds = message.arrival().at().getEpochSecond();
        String host = settings.heloName().replaceAll("[^A-Za-z0-9.-]", "_");
        return seconds + "." + id.text() + "R" + recipient + "." + host;
    }

    /** A reader renames what it has seen to {@code name:2,FLAGS}. */
    private static boolean isThere(Path directory, String name) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                directory, file -> file.getFileName().toString().startsWith(name))) {
            return files.iterator().hasNext();
        }
    }

    private static void makeDirectories(Path directory, List<Path> parts) throws IOException {
        if (parts.stream().allMatch(Files::isDirectory)) {
            return;
        }
        for (Path part : parts) {
            Files.createDirectories(part);
        }
        sync(directory);
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            sync(parent);
        }
    }

    /** A name is durable when its directory is synced. */
    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
