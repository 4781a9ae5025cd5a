package org.postrider.interop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.postrider.server.crash.ServerProcess;

/**
 * Debian's NSD with zones of the test's own, signed by {@code ldns-signzone}.
 *
 * <p>Thread: confined to the test.
 */
final class Nsd implements AutoCloseable {
    private static final long TOOL_SECONDS = 30;

    private final Path directory;
    private final InetSocketAddress address = ServerProcess.freeAddress();
    private final List<String> zones = new ArrayList<>();
    private final StringBuilder anchors = new StringBuilder();
    private FilterPeer process;

    @SuppressWarnings("NullAway.Init") // there is no process before start
    Nsd(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    InetSocketAddress address() {
        return address;
    }

    /** DS records of all signed zones. */
    String anchors() {
        return anchors.toString();
    }

    /** Adds a zone that nobody has signed. */
    Nsd plain(String name, String records) throws IOException {
        Files.writeString(file(name), zone(name, records));
        zones.add(name);
        return this;
    }

    /**
     * Adds a signed zone.
     *
     * @param until when the signatures end, as YYYYMMDD
     */
    Nsd signed(String name, String records, String until) throws IOException, InterruptedException {
        plain(name, records);
        String key = tool("ldns-keygen", "-a", "ECDSAP256SHA256", "-k", name).strip();
        tool(
                "ldns-signzone",
                "-i",
                "20200101",
                "-e",
                until,
                "-f",
                file(name).toString(),
                file(name).toString(),
                key);
        anchors.append(Files.readString(directory.resolve(key + ".ds")));
        return this;
    }

    /** Changes a zone behind its signatures' back. */
    Nsd tamper(String name, String from, String to) throws IOException {
        String text = Files.readString(file(name));
        if (!text.contains(from)) {
            throw new IOException(name + " has no " + from + ":\n" + text);
        }
        Files.writeString(file(name), text.replace(from, to));
        return this;
    }

    private Path file(String name) {
        return directory.resolve(name + ".zone");
    }

    private static String zone(String name, String records) {
        return "$ORIGIN " + name + ".\n$TTL 60\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n"
                + records;
    }

    private String tool(String... command) throws IOException, InterruptedException {
        Process tool = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(tool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
        if (!tool.waitFor(TOOL_SECONDS, TimeUnit.SECONDS) || tool.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ":\n" + said);
        }
        return said;
    }

    Nsd start() throws IOException, InterruptedException {
        StringBuilder text =
                new StringBuilder("""
            server:
              ip-address: 127.0.0.1@%d
              server-count: 1
              username: ""
              database: ""
              zonesdir: "%s"
              pidfile: "%s/nsd.pid"
              xfrdfile: "%s/xfrd.state"
              xfrdir: "%s"
              zonelistfile: "%s/zone.list"
            remote-control:
              control-enable: no
            """.replace("%s", directory.toString()).formatted(address.getPort()));
        for (String zone : zones) {
            text.append("zone:\n  name: \"%s\"\n  zonefile: \"%s.zone\"\n".formatted(zone, zone));
        }
        Path file = directory.resolve("nsd.conf");
        Files.writeString(file, text);
        Path binary = Peer.unpacked("nsd").resolve("usr/sbin/nsd");
        process =
                FilterPeer.start(directory, Map.of(), address, List.of(binary.toString(), "-d", "-c", file.toString()));
        return this;
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
