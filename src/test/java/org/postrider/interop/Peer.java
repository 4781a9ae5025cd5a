package org.postrider.interop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.postrider.server.crash.ServerProcess;
import org.postrider.testing.TestCertificate;

/**
 * A mail server of somebody else's. It delivers mail for {@value #DOMAIN} to a maildir, refuses {@code refused-N} there, and relays everything else to one address.
 *
 * <p>Thread: confined to the test.
 */
abstract sealed class Peer implements AutoCloseable permits PostfixPeer, OpenSmtpdPeer, EximPeer {
    static final String DOMAIN = "peer.test";
    /** Who vouches for all of them. */
    static final TestCertificate AUTHORITY = TestCertificate.authority("Peers' CA");

    private static final TestCertificate CERTIFICATE = AUTHORITY.issueRsa("mx.peer.test");
    /** Recipients {@code refused-0} to so many are refused. */
    static final int REFUSED_MAX = 10;

    private static final long START_SECONDS = 20;
    private static final long STOP_SECONDS = 20;
    private static final long MAIL_SECONDS = 40;
    private static final int POLL_MILLIS = 20;

    private final Path directory;
    private final InetSocketAddress address;
    private final Process process;

    /** Starts what {@link #command} says, and waits for its greeting. */
    Peer(Path directory, InetSocketAddress relayTo) throws IOException, InterruptedException {
        this.directory = Files.createDirectories(directory);
        this.address = ServerProcess.freeAddress();
        openTheWay(directory);
        ProcessBuilder builder = new ProcessBuilder(command(relayTo));
        builder.environment().putAll(environment());
        process = builder.redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(directory.resolve("out.log").toFile())
                .start();
        awaitGreeting();
    }

    /** The daemons drop their privileges and must get through to their files. */
    private static void openTheWay(Path directory) throws IOException, InterruptedException {
        Path top = Path.of(System.getProperty("java.io.tmpdir"));
        for (Path path = directory;
                path != null && path.startsWith(top) && !path.equals(top);
                path = path.getParent()) {
            run("chmod", "a+rx", path.toString());
        }
    }

    /** Writes the configuration and gives the command that runs in the foreground. */
    abstract List<String> command(InetSocketAddress relayTo) throws IOException, InterruptedException;

    /** What the greeting contains, so that nobody else on the port is taken for this. */
    abstract String host();

    Map<String, String> environment() {
        return Map.of();
    }

    Path directory() {
        return directory;
    }

    /** Its key and certificate, in files that it may read; of a name that is not looked at unless it is to be verified. */
    Path certificate() throws IOException {
        Path file = directory.resolve("certificate.pem");
        if (!Files.exists(file)) {
            Files.writeString(file, CERTIFICATE.keyPem() + CERTIFICATE.chainPem());
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
        return file;
    }

    InetSocketAddress address() {
        return address;
    }

    Path maildir() {
        return directory.resolve("mail/box");
    }

    /** Where the packages were unpacked: see {@code bench/peers/install}. */
    static Path unpacked(String name) {
        String cache = System.getenv().getOrDefault("XDG_CACHE_HOME", "/var/cache");
        Path peers = Path.of(System.getenv().getOrDefault("POSTRIDER_PEERS", cache + "/postrider-peers"));
        Path found = peers.resolve(name);
        if (!Files.exists(found.resolve(".complete"))) {
            throw new IllegalStateException(name + " is not in " + peers + ": run bench/peers/install");
        }
        return found;
    }

    static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(START_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("failed: " + String.join(" ", command));
        }
    }

    Path makeOwned(String path, String owner) throws IOException, InterruptedException {
        Path made = Files.createDirectories(directory.resolve(path));
        run("chown", owner, made.toString());
        return made;
    }

    private void awaitGreeting() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < deadline) {
            try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                socket.setSoTimeout(5_000);
                byte[] greeting = new byte[512];
                int length = Math.max(0, socket.getInputStream().read(greeting));
                String text = new String(greeting, 0, length, StandardCharsets.ISO_8859_1);
                if (text.contains(host())) {
                    socket.getOutputStream().write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
                    return;
                }
            } catch (IOException notYet) {
                // It is still starting.
            }
            if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        close();
        throw new IOException(getClass().getSimpleName() + " did not greet:\n" + log());
    }

    /** All that it logged. */
    String log() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith("log"))
                    .sorted()
                    .toList()) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }

    /** Waits until the maildir holds so many messages that are wanted, and gives their contents. */
    List<byte[]> awaitMail(int count, Predicate<String> wanted) throws IOException, InterruptedException {
        Path arrivals = maildir().resolve("new");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MAIL_SECONDS);
        try (WatchService watcher = directory.getFileSystem().newWatchService()) {
            while (true) {
                if (Files.isDirectory(arrivals)) {
                    arrivals.register(watcher, StandardWatchEventKinds.ENTRY_CREATE);
                }
                List<byte[]> found = mail(arrivals, wanted);
                if (found.size() >= count) {
                    return found;
                }
                if (System.nanoTime() > deadline) {
                    throw new AssertionError(String.format(
                            Locale.ROOT, "%d of %d messages arrived; log:%n%s", found.size(), count, log()));
                }
                // Before the first message there may be no maildir to watch.
                WatchKey key = watcher.poll(200, TimeUnit.MILLISECONDS);
                if (key != null) {
                    key.pollEvents();
                    key.reset();
                }
            }
        }
    }

    private static List<byte[]> mail(Path arrivals, Predicate<String> wanted) throws IOException {
        if (!Files.isDirectory(arrivals)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(arrivals)) {
            List<byte[]> found = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                byte[] content = Files.readAllBytes(file);
                if (wanted.test(new String(content, StandardCharsets.ISO_8859_1))) {
                    found.add(content);
                }
            }
            return found;
        }
    }

    /** SIGTERM, which each of them passes on to its children; SIGKILL to all that is left after a while. */
    @Override
    public void close() throws IOException {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                all.forEach(ProcessHandle::destroyForcibly);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroy);
    }
}
