package org.postrider.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.postrider.endtoend.SubmissionUnderTest.HOST;
import static org.postrider.endtoend.SubmissionUnderTest.PASSWORD;
import static org.postrider.endtoend.SubmissionUnderTest.USER;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.endtoend.Dialogue;
import org.postrider.endtoend.Letters;
import org.postrider.endtoend.SubmissionUnderTest;
import org.postrider.endtoend.Wire;
import org.postrider.server.crash.ServerProcess;
import org.postrider.testing.Requirement;

/** Other people's mail programs hand in mail over TLS, with a login; each checks our certificate. */
@EnabledIfSystemProperty(named = "interop", matches = "true")
@Timeout(150)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Requirement({"conf-63", "conf-64", "conf-77"})
final class MailInTlsTest {
    private static final long CLIENT_SECONDS = 60;

    @TempDir
    private Path directory;

    /** One for all: each client's mail ends in the same sink, under a name of its own. */
    private SubmissionUnderTest submission;

    private int letters;

    @SuppressWarnings("NullAway.Init") // set before the first test
    MailInTlsTest() {}

    @BeforeAll
    void start(@TempDir Path server) throws IOException, InterruptedException {
        submission = SubmissionUnderTest.start(server);
    }

    @AfterAll
    void stop() throws IOException {
        submission.close();
    }

    /** A letter that no other test has. */
    private byte[] letter(String body) {
        letters++;
        return Letters.letter("letter-" + letters, body);
    }

    @ParameterizedTest
    @CsvSource({"--tls, PLAIN", "--tls, LOGIN", "--tls-on-connect, PLAIN"})
    void swaksHandsInMail(String tls, String mechanism) throws IOException, InterruptedException {
        byte[] content = letter(".\r\n..\r\n.x\r\n\r\n.\r\nFrom here\r\n");
        Path file = Files.write(directory.resolve("letter.eml"), Wire.dotted(content));
        run(
                "swaks",
                "--server",
                "127.0.0.1",
                "--port",
                port(tls.equals("--tls") ? submission.startTls() : submission.implicitTls()),
                tls,
                "--tls-ca-path",
                submission.authorityFile().toString(),
                "--tls-verify",
                "--auth",
                mechanism,
                "--auth-user",
                USER,
                "--auth-password",
                PASSWORD,
                "--from",
                USER,
                "--to",
                "bob@elsewhere.test",
                "--no-data-fixup",
                "--data",
                "@" + file);
        assertArrived(content);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void pythonsSmtplibHandsInMail(boolean isImplicit) throws IOException, InterruptedException {
        byte[] content = letter("gr\u00fc\u00df\u00e9 \u00ff\r\n");
        Path file = Files.write(directory.resolve("letter.eml"), content);
        run(
                "python3",
                "-c",
                SMTPLIB,
                isImplicit ? "implicit" : "starttls",
                port(isImplicit ? submission.implicitTls() : submission.startTls()),
                submission.authorityFile().toString(),
                USER,
                PASSWORD,
                file.toString());
        assertArrived(content);
    }

    private static final String SMTPLIB = """
        import smtplib, ssl, sys
        kind, port, authority, user, password, letter = sys.argv[1:]
        context = ssl.create_default_context(cafile=authority)
        # What our test certificates leave out, and newer versions of Python want.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        if kind == "implicit":
            client = smtplib.SMTP_SSL("localhost", int(port), "python.test", timeout=30, context=context)
        else:
            client = smtplib.SMTP("localhost", int(port), "python.test", timeout=30)
            client.starttls(context=context)
        with client:
            client.login(user, password)
            with open(letter, "rb") as file:
                refused = client.sendmail(user, ["bob@elsewhere.test"], file.read(), mail_options=["BODY=8BITMIME"])
            assert not refused, refused
        """;

    @Test
    void opensslCarriesASessionByHand() throws IOException, InterruptedException {
        byte[] content = letter("Hello,\r\n\r\nthis is plain.\r\n");
        Process openssl = new ProcessBuilder(
                        "openssl",
                        "s_client",
                        "-quiet",
                        "-starttls",
                        "smtp",
                        "-CAfile",
                        submission.authorityFile().toString(),
                        "-verify_return_error",
                        "-verify_hostname",
                        HOST,
                        "-connect",
                        ServerProcess.text(submission.startTls()))
                .redirectError(directory.resolve("openssl.log").toFile())
                .start();
        try {
            Dialogue client = Dialogue.through(openssl).ehlo();
            assertThat(client.authenticate(USER, PASSWORD)).startsWith("235 ");
            client.deliver(USER, content, "bob@elsewhere.test");
            client.say("QUIT", "221");
            assertThat(openssl.waitFor(CLIENT_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            openssl.destroyForcibly();
        }
        assertArrived(content);
    }

    @ParameterizedTest
    @CsvSource({"plain, on", "login, on", "scram-sha-256, on", "scram-sha-256, off"})
    void msmtpHandsInMail(String mechanism, String starttls) throws IOException, InterruptedException {
        byte[] content = letter("Hello,\r\n\r\nthis is plain.\r\n");
        Path configuration = directory.resolve("msmtprc");
        Files.createFile(
                configuration, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(configuration, """
                account default
                host %s
                port %s
                from %s
                auth %s
                user %s
                password %s
                tls on
                tls_starttls %s
                tls_trust_file %s
                """.formatted(
                        HOST,
                        port(starttls.equals("on") ? submission.startTls() : submission.implicitTls()),
                        USER,
                        mechanism,
                        USER,
                        PASSWORD,
                        starttls,
                        submission.authorityFile()));
        Path letter = Files.write(directory.resolve("letter.eml"), Wire.withLineFeeds(content));
        run(letter, "msmtp", "--file=" + configuration, "bob@elsewhere.test");
        assertArrived(content);
    }

    /** Debian has no package of it: it is fetched from its registry, and the test is left out where there is none. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nodemailerHandsInMail(boolean isImplicit) throws IOException, InterruptedException {
        Path modules = directory.resolve("node");
        Files.createDirectories(modules);
        assumeTrue(
                ends("npm", "--prefix", modules.toString(), "--no-audit", "--no-fund", "install", "nodemailer@7"),
                "LEFT OUT: npm cannot fetch nodemailer here");
        byte[] content = letter(".\r\n..\r\n.x\r\n\r\n.\r\nFrom here\r\n");
        Path script = Files.writeString(modules.resolve("send.js"), NODEMAILER);
        run(
                "node",
                script.toString(),
                Boolean.toString(isImplicit),
                port(isImplicit ? submission.implicitTls() : submission.startTls()),
                submission.authorityFile().toString(),
                USER,
                PASSWORD,
                Files.write(directory.resolve("letter.eml"), content).toString());
        assertArrived(content);
    }

    private static final String NODEMAILER = """
        const [secure, port, authority, user, pass, letter] = process.argv.slice(2);
        const fs = require("fs");
        require("nodemailer").createTransport({
          host: "localhost", port: Number(port), secure: secure === "true", requireTLS: true,
          tls: { ca: fs.readFileSync(authority) }, auth: { user, pass }
        }).sendMail({ envelope: { from: user, to: ["bob@elsewhere.test"] }, raw: fs.readFileSync(letter) })
          .catch(error => { console.error(error); process.exit(1); });
        """;

    @Test
    @Requirement("conf-30")
    void postfixRelaysThroughUsWithALogin() throws IOException, InterruptedException {
        byte[] content = letter("Hello,\r\n\r\nthis is plain.\r\n");
        String login = """
            smtp_tls_security_level = secure
            smtp_tls_secure_cert_match = %s
            smtp_tls_CAfile = %s
            smtp_sasl_auth_enable = yes
            smtp_sasl_security_options = noanonymous
            smtp_sasl_password_maps = static:%s:%s
            """.formatted(HOST, submission.authorityFile(), USER, PASSWORD);
        try (Peer peer = new PostfixPeer(directory.resolve("peer"), submission.startTls(), login);
                Dialogue client = new Dialogue(peer.address())) {
            client.ehlo().deliver(USER, content, "bob@elsewhere.test");
            assertArrived(content);
        }
    }

    private static String port(InetSocketAddress address) {
        return Integer.toString(address.getPort());
    }

    private void assertArrived(byte[] content) throws InterruptedException {
        byte[] arrived = submission
                .sink()
                .awaitOne("Subject: letter-" + letters + "\r\n")
                .content();
        assertThat(Wire.traceBefore(content, arrived)).contains("with ESMTPSA");
    }

    private void run(String... command) throws IOException, InterruptedException {
        run(Path.of("/dev/null"), command);
    }

    private void run(Path in, String... command) throws IOException, InterruptedException {
        boolean isRight = ends(in, command);
        String said = Files.readString(directory.resolve("client.log"), StandardCharsets.ISO_8859_1);
        assertThat(isRight).as("%s: %s", command[0], said).isTrue();
    }

    private boolean ends(String... command) throws IOException, InterruptedException {
        return ends(Path.of("/dev/null"), command);
    }

    /** Whether it ends in time, and well. */
    private boolean ends(Path in, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(in.toFile())
                .redirectOutput(directory.resolve("client.log").toFile())
                .start();
        boolean ended = process.waitFor(CLIENT_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        return ended && process.exitValue() == 0;
    }
}
