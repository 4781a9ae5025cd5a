package org.postrider.interop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Debian's OpenSMTPD. Its queue, its socket and its helper programs have their places compiled in, so it runs in a mount
 * namespace of its own where directories of the test stand there.
 */
@SuppressWarnings("InlineFormatString") // a configuration reads better apart
final class OpenSmtpdPeer extends Peer {
    OpenSmtpdPeer(Path directory, InetSocketAddress relayTo) throws IOException, InterruptedException {
        super(directory, relayTo);
    }

    @Override
    String host() {
        return "opensmtpd.test";
    }

    @Override
    List<String> command(InetSocketAddress relayTo) throws IOException, InterruptedException {
        Path peer = unpacked("opensmtpd");
        run("chmod", "711", makeOwned("root/spool/smtpd", "root").toString());
        makeOwned("root/lib/opensmtpd/empty", "root");
        makeOwned("root/run", "root");
        makeOwned("mail", "opensmtpq");
        Path configuration = directory().resolve("smtpd.conf");
        // It insists that nobody else can read the key.
        run("chmod", "600", certificate().toString());
        Files.writeString(
                configuration,
                CONFIGURATION.formatted(directory(), address().getPort(), DOMAIN, relayTo.getPort(), certificate()));
        run("chmod", "600", configuration.toString());
        Path script = directory().resolve("run.sh");
        Files.writeString(script, SCRIPT.formatted(directory(), peer));
        Files.createDirectories(Path.of("/usr/libexec"));
        return List.of("unshare", "--mount", "--propagation", "private", "sh", script.toString());
    }

    private static final String SCRIPT = """
        set -e
        mount --bind %1$s/root/spool /var/spool
        mount --bind %1$s/root/lib /var/lib
        mount --bind %1$s/root/run /run
        mount --bind %2$s/usr/libexec /usr/libexec
        exec %2$s/usr/sbin/smtpd -d -f %1$s/smtpd.conf
        """;

    private static final String CONFIGURATION = """
        smtp max-message-size 100M
        queue ttl 1h
        table users { "@" = "opensmtpq" }
        table refused { "refused-0@%3$s", "refused-1@%3$s", "refused-2@%3$s" }
        pki opensmtpd.test cert "%5$s"
        pki opensmtpd.test key "%5$s"
        listen on 127.0.0.1 port %2$d tls pki opensmtpd.test hostname opensmtpd.test
        action here maildir "%1$s/mail/box" virtual <users>
        action elsewhere relay host smtp://127.0.0.1:%4$d
        match from any for any rcpt-to <refused> reject
        match from any for domain "%3$s" action here
        match from any for any action elsewhere
        """;
}
