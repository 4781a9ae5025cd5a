package org.postrider.server;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.postrider.server.config.Configuration;

/** What another configuration means for a server that runs. */
final class AtReload {
    private AtReload() {}

    /**
     * The line for each open listener: that of the new configuration with the same address, the first of these for the
     * first such listener and so on; where there is none, the one it has.
     */
    static List<Configuration.Listener> lines(List<Configuration.Listener> open, List<Configuration.Listener> now) {
        List<Configuration.Listener> left = new ArrayList<>(now);
        List<Configuration.Listener> lines = new ArrayList<>();
        for (Configuration.Listener line : open) {
            Configuration.Listener found = left.stream()
                    .filter(candidate -> candidate.address().equals(line.address()))
                    .findFirst()
                    .orElse(null);
            if (found != null) {
                left.remove(found);
            }
            lines.add(found == null ? line : found);
        }
        return lines;
    }

    /**
     * What cannot be changed while the server runs, a sentence each.
     *
     * @param first what the server was started with: an earlier reload has not changed these either
     */
    static List<String> remarks(Configuration first, Configuration now) {
        List<String> remarks = new ArrayList<>();
        remark(remarks, !first.dataDir().equals(now.dataDir()), "data-dir takes");
        remark(remarks, !first.spool().equals(now.spool()), "[spool] takes");
        remark(remarks, !first.http().equals(now.http()), "[http] takes");
        remark(remarks, !first.dns().equals(now.dns()), "[dns] takes");
        remark(remarks, !addresses(first).equals(addresses(now)), "listeners that are added, removed or moved take");
        remark(remarks, proxyProtocolDiffers(first, now), "proxy-protocol takes");
        remark(remarks, !first.proxy().equals(now.proxy()), "[proxy] networks take");
        remark(remarks, !first.log().equals(now.log()), "log.mail-log takes");
        remark(remarks, !first.hostname().equals(now.hostname()), "hostname in bounces and on HTTP takes");
        remark(remarks, !first.postmaster().equals(now.postmaster()), "postmaster takes");
        remark(remarks, first.callForward().entries() != now.callForward().entries(), "call-forward.entries takes");
        remark(
                remarks,
                now.delivery().attempts() > first.delivery().attempts(),
                "delivery.attempts beyond those at the start take");
        return remarks;
    }

    private static void remark(List<String> remarks, boolean differs, String what) {
        if (differs) {
            remarks.add(what + " effect at the next start");
        }
    }

    private static List<InetSocketAddress> addresses(Configuration configuration) {
        return configuration.listeners().stream()
                .map(Configuration.Listener::address)
                .toList();
    }

    private static boolean proxyProtocolDiffers(Configuration first, Configuration now) {
        List<Configuration.Listener> lines = lines(first.listeners(), now.listeners());
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).proxyProtocol() != first.listeners().get(i).proxyProtocol()) {
                return true;
            }
        }
        return false;
    }
}
