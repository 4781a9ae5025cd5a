package org.postrider.endtoend;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.postrider.server.crash.ServerProcess;
import org.postrider.testing.TestCertificate;

/**
 * A server as mail programs meet it: STARTTLS on one port, TLS from the first octet on another, one user, a certificate for
 * {@value #HOST} of an authority of the test's, and a sink where all its mail ends.
 *
 * <p>Thread: confined to the test.
 */
public final class SubmissionUnderTest implements AutoCloseable {
    public static final String HOST = "localhost";
    public static final String USER = "alice@sender.test";
    public static final String PASSWORD = "pa55-word";

    private final TestCertificate authority = TestCertificate.authority("Submission CA");
    private final Path directory;
    private final CollectingSink sink;
    private final PostriderUnderTest server;
    private final InetSocketAddress startTls;
    private final InetSocketAddress implicitTls;

    private SubmissionUnderTest(Path directory) throws IOException {
        this.directory = directory;
        this.sink = CollectingSink.start();
        this.server = PostriderUnderTest.in(directory).route("*", sink.address());
        this.startTls = ServerProcess.freeAddress();
        this.implicitTls = ServerProcess.freeAddress();
    }

    /** Starts it, with further sections of the configuration. */
    public static SubmissionUnderTest start(Path directory, String... sections)
            throws IOException, InterruptedException {
        SubmissionUnderTest made = new SubmissionUnderTest(directory);
        Files.writeString(made.authorityFile(), made.authority.chainPem());
        made.showNewCertificate();
        made.server.section(
                """
                [[listener]]
                address = "%s"
                role = "submission"
                tls = "starttls"

                [[listener]]
                address = "%s"
                role = "submission"
                tls = "implicit"

                [tls]
                certificate = "file:server.pem"
                key = "file:server-key.pem"

                [[user]]
                name = "%s"
                password = "plain:%s"
                """.formatted(ServerProcess.text(made.startTls), ServerProcess.text(made.implicitTls), USER, PASSWORD));
        for (String section : sections) {
            made.server.section(section);
        }
        made.server.start();
        return made;
    }

    /** Puts another certificate into the files. */
    public TestCertificate showNewCertificate() throws IOException {
        TestCertificate certificate = authority.issue(HOST);
        Path key = directory.resolve("server-key.pem");
        Files.deleteIfExists(key);
        Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, certificate.keyPem());
        Files.writeString(directory.resolve("server.pem"), certificate.chainPem());
        return certificate;
    }

    /** Who vouches for its certificate. */
    public Path authorityFile() {
        return directory.resolve("ca.pem");
    }

    public PostriderUnderTest server() {
        return server;
    }

    public InetSocketAddress startTls() {
        return startTls;
    }

    public InetSocketAddress implicitTls() {
        return implicitTls;
    }

    /** A session in clear that has said EHLO. */
    public Dialogue greeted() throws IOException {
        return new Dialogue(startTls).ehlo();
    }

    /** A session under TLS that has said EHLO again. */
    public Dialogue secured() throws IOException {
        Dialogue dialogue = greeted();
        dialogue.startTls(authority);
        return dialogue.ehlo();
    }

    public TestCertificate authority() {
        return authority;
    }

    public CollectingSink sink() {
        return sink;
    }

    @Override
    public void close() throws IOException {
        server.close();
        sink.close();
    }
}
