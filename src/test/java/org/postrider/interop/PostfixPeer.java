package org.postrider.interop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postrider.server.crash.ServerProcess;

/** Debian's Postfix, on a queue and a configuration of the test's own. */
@SuppressWarnings("InlineFormatString") // a configuration reads better apart
final class PostfixPeer extends Peer {
    private static final List<String> OWN_QUEUES = List.of(
            "active",
            "bounce",
            "corrupt",
            "defer",
            "deferred",
            "flush",
            "hold",
            "incoming",
            "private",
            "saved",
            "trace");

    private final String more;

    PostfixPeer(Path directory, InetSocketAddress relayTo) throws IOException, InterruptedException {
        this(directory, relayTo, "");
    }

    /**
     * @param more lines of the configuration, over those that are there
     */
    PostfixPeer(Path directory, InetSocketAddress relayTo, String more) throws IOException, InterruptedException {
        // The server starts in the constructor above.
        this.more = more;
        super(directory, relayTo);
    }

    @Override
    String host() {
        return "postfix.test";
    }

    @Override
    Map<String, String> environment() {
        return Map.of("LD_LIBRARY_PATH", unpacked("postfix") + "/usr/lib/postfix");
    }

    @Override
    List<String> command(InetSocketAddress relayTo) throws IOException, InterruptedException {
        Path peer = unpacked("postfix");
        for (String queue : OWN_QUEUES) {
            run("chmod", "700", makeOwned("queue/" + queue, "postfix").toString());
        }
        makeOwned("queue/pid", "root");
        run("chmod", "710", makeOwned("queue/public", "postfix:postdrop").toString());
        run("chmod", "1730", makeOwned("queue/maildrop", "postfix:postdrop").toString());
        makeOwned("data", "postfix");
        makeOwned("mail", "postfix");
        Path conf = Files.createDirectories(directory().resolve("conf"));
        Files.writeString(
                conf.resolve("main.cf"),
                MAIN.formatted(
                                directory(),
                                peer,
                                DOMAIN,
                                "[127.0.0.1]:" + relayTo.getPort(),
                                Files.getAttribute(directory().resolve("mail"), "unix:uid"),
                                refusals(),
                                certificate())
                        + more);
        Files.writeString(conf.resolve("master.cf"), MASTER.formatted(ServerProcess.text(address())));
        return List.of(peer + "/usr/lib/postfix/sbin/master", "-c", conf.toString(), "-d");
    }

    private static String refusals() {
        return IntStream.range(0, REFUSED_MAX)
                .mapToObj(i -> "{ refused-" + i + "@" + DOMAIN + " = REJECT 5.1.1 No such user }")
                .collect(Collectors.joining(" "));
    }

    private static final String MAIN = """
        compatibility_level = 3.6
        queue_directory = %1$s/queue
        data_directory = %1$s/data
        command_directory = %2$s/usr/sbin
        daemon_directory = %2$s/usr/lib/postfix/sbin
        shlib_directory = %2$s/usr/lib/postfix
        meta_directory = %2$s/etc/postfix
        mail_owner = postfix
        setgid_group = postdrop
        import_environment = LD_LIBRARY_PATH=%2$s/usr/lib/postfix MAIL_CONFIG MAIL_LOGTAG TZ LANG=C POSTLOG_SERVICE POSTLOG_HOSTNAME
        maillog_file = %1$s/mail.log
        maillog_file_prefixes = %1$s
        myhostname = postfix.test
        mydestination =
        mynetworks = 127.0.0.0/8
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        alias_maps =
        alias_database =
        local_recipient_maps =
        local_header_rewrite_clients =
        virtual_mailbox_domains = %3$s
        virtual_mailbox_base = %1$s/mail
        virtual_mailbox_maps = static:box/
        virtual_uid_maps = static:%5$s
        virtual_gid_maps = static:%5$s
        virtual_minimum_uid = 1
        message_size_limit = 0
        virtual_mailbox_limit = 0
        smtpd_recipient_restrictions = check_recipient_access inline:{ %6$s }, permit_mynetworks, reject
        smtpd_tls_chain_files = %7$s
        smtpd_tls_security_level = may
        smtp_tls_security_level = none
        relayhost = %4$s
        minimal_backoff_time = 2s
        queue_run_delay = 2s
        """;

    private static final String MASTER = """
        %s inet n - n - - smtpd
        cleanup   unix  n       -  n  -      0  cleanup
        qmgr      unix  n       -  n  300    1  qmgr
        rewrite   unix  -       -  n  -      -  trivial-rewrite
        bounce    unix  -       -  n  -      0  bounce
        defer     unix  -       -  n  -      0  bounce
        trace     unix  -       -  n  -      0  bounce
        flush     unix  n       -  n  1000?  0  flush
        proxymap  unix  -       -  n  -      -  proxymap
        smtp      unix  -       -  n  -      -  smtp
        error     unix  -       -  n  -      -  error
        retry     unix  -       -  n  -      -  error
        virtual   unix  -       n  n  -      -  virtual
        anvil     unix  -       -  n  -      1  anvil
        scache    unix  -       -  n  -      1  scache
        tlsmgr    unix  -       -  n  1000?  1  tlsmgr
        postlog   unix-dgram n  -  n  -      1  postlogd
        """;
}
