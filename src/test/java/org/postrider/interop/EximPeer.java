package org.postrider.interop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Debian's Exim (the light daemon), on a spool and a configuration of the test's own. */
@SuppressWarnings("InlineFormatString") // a configuration reads better apart
final class EximPeer extends Peer {
    EximPeer(Path directory, InetSocketAddress relayTo) throws IOException, InterruptedException {
        super(directory, relayTo);
    }

    @Override
    String host() {
        return "exim.test";
    }

    @Override
    List<String> command(InetSocketAddress relayTo) throws IOException, InterruptedException {
        Path exim = unpacked("exim4-daemon-light").resolve("usr/sbin/exim4");
        makeOwned("spool", "Debian-exim:Debian-exim");
        makeOwned("log", "Debian-exim:Debian-exim");
        makeOwned("mail", "Debian-exim:Debian-exim");
        Path configuration = directory().resolve("exim.conf");
        Files.writeString(
                configuration,
                CONFIGURATION.formatted(
                        directory(), exim, address().getPort(), DOMAIN, relayTo.getPort(), certificate()));
        return List.of(exim.toString(), "-C", configuration.toString(), "-bdf", "-q2s");
    }

    private static final String CONFIGURATION = """
        exim_path = %2$s
        spool_directory = %1$s/spool
        log_file_path = %1$s/log/%%slog
        pid_file_path = %1$s/spool/exim.pid
        exim_user = Debian-exim
        exim_group = Debian-exim
        primary_hostname = exim.test
        local_interfaces = 127.0.0.1.%3$d
        tls_advertise_hosts = *
        tls_certificate = %6$s
        tls_privatekey = %6$s
        acl_smtp_rcpt = recipient
        acl_smtp_data = content
        keep_environment =
        add_environment = PATH=/usr/bin:/bin
        message_size_limit = 100M
        host_lookup =
        rfc1413_query_timeout = 0s
        smtp_accept_queue_per_connection = 0
        smtp_accept_max_per_connection = 1000
        recipients_max = 1000
        begin acl
        recipient:
          deny local_parts = ^refused
               message = 5.1.1 No such user
          accept
        content:
          accept
        begin routers
        here:
          driver = accept
          domains = %4$s
          transport = box
        elsewhere:
          driver = manualroute
          route_list = * 127.0.0.1
          self = send
          transport = next
        begin transports
        box:
          driver = appendfile
          maildir_format
          directory = %1$s/mail/box
          create_directory
          user = Debian-exim
          batch_max = 1
        next:
          driver = smtp
          port = %5$d
          allow_localhost
          hosts_avoid_tls = *
          message_linelength_limit = 1000
        begin retry
        * * F,1h,2s
        begin rewrite
        begin authenticators
        """;
}
