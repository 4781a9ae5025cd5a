package org.postrider.interop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.postrider.server.crash.ServerProcess;
import org.postrider.testing.FakeDnsServer;
import org.postrider.testing.TestCertificate;

/**
 * Let's Encrypt's authority for tests, on loopback ports. It finds every name here, and asks for HTTP-01 and TLS-ALPN-01 at
 * the ports that it was told.
 *
 * <p>Thread: confined to the test.
 */
final class Pebble implements AutoCloseable {
    static final String KEY_ID = "kid-1";
    static final String MAC_KEY = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";

    private static final long START_SECONDS = 20;
    private static final int POLL_MILLIS = 50;

    private final InetSocketAddress address = ServerProcess.freeAddress();
    private final InetSocketAddress http = ServerProcess.freeAddress();
    private final InetSocketAddress tls = ServerProcess.freeAddress();
    private final TestCertificate authority = TestCertificate.authority("Pebble's own CA");
    private final Path directory;
    private final Process process;

    Pebble(Path directory, FakeDnsServer dns, boolean wantsBinding) throws IOException, InterruptedException {
        this.directory = Files.createDirectories(directory);
        TestCertificate own = authority.issue("localhost");
        Files.writeString(directory.resolve("cert.pem"), own.chainPem());
        Files.writeString(directory.resolve("key.pem"), own.keyPem());
        Files.writeString(trust(), authority.chainPem());
        Files.writeString(directory.resolve("pebble.json"), """
            {"pebble": {"listenAddress": "%s", "managementListenAddress": "%s",
             "certificate": "%s", "privateKey": "%s", "httpPort": %d, "tlsPort": %d,
             "externalAccountBindingRequired": %s, "externalAccountMACKeys": {"%s": "%s"}}}
            """.formatted(
                        ServerProcess.text(address),
                        ServerProcess.text(ServerProcess.freeAddress()),
                        directory.resolve("cert.pem"),
                        directory.resolve("key.pem"),
                        http.getPort(),
                        tls.getPort(),
                        wantsBinding,
                        KEY_ID,
                        MAC_KEY));
        ProcessBuilder builder = new ProcessBuilder(
                "pebble",
                "-strict",
                "-config",
                directory.resolve("pebble.json").toString(),
                "-dnsserver",
                ServerProcess.text(dns.address()));
        builder.environment().put("PEBBLE_VA_NOSLEEP", "1");
        process = builder.redirectErrorStream(true)
                .redirectOutput(directory.resolve("out.log").toFile())
                .start();
        awaitListening();
    }

    private void awaitListening() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < deadline) {
            try (Socket _ = new Socket(address.getAddress(), address.getPort())) {
                return;
            } catch (IOException notYet) {
                if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
        }
        process.destroy();
        throw new IOException("pebble does not listen:\n" + log());
    }

    URI url() {
        return URI.create("https://localhost:" + address.getPort() + "/dir");
    }

    InetSocketAddress http() {
        return http;
    }

    InetSocketAddress tls() {
        return tls;
    }

    TestCertificate authority() {
        return authority;
    }

    /** What its own certificate is from, as a file. */
    Path trust() {
        return directory.resolve("ca.pem");
    }

    String log() throws IOException {
        return Files.readString(directory.resolve("out.log"));
    }

    @Override
    public void close() {
        process.destroy();
    }
}
