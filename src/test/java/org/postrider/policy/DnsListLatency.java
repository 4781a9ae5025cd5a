package org.postrider.policy;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.postrider.dns.DnsResolver;
import org.postrider.dns.DnsSettings;
import org.postrider.mail.Domain;
import org.postrider.mail.MailboxGrammar;
import org.postrider.policy.PolicySettings.DnsList;
import org.postrider.smtp.server.StressLevel;
import org.postrider.testing.FakeDnsServer;

/**
 * Measures what five DNS lists add to a session whose answers are cached: from its connection to the reply to RCPT. A
 * program, not a test: {@code java org.postrider.policy.DnsListLatency}.
 */
final class DnsListLatency {
    private static final int CLIENTS = 2_000;
    private static final int SESSIONS = 40_000;

    private DnsListLatency() {}

    static void main() throws InterruptedException {
        try (FakeDnsServer dns = FakeDnsServer.start()) {
            Gate gate = new Gate();
            DnsResolver resolver =
                    new DnsResolver(DnsSettings.DEFAULT.withServers(List.of(dns.address())), System::nanoTime);
            for (int i = 0; i < 5; i++) {
                dns.add("2.0.0.127.list" + i + ".example", 300, "A", "127.0.0.2");
            }
            measure("no list ", gate, resolver, 1);
            for (int i = 0; i < 5; i++) {
                gate.lists.add(new DnsList(
                        new Domain("list" + i + ".example"), false, Gate.CODES, Response.REJECT, false, null));
            }
            measure("warm-up ", gate, resolver, 1);
            measure("5 lists ", gate, resolver, 1);
            measure("5 lists ", gate, resolver, 20);
        }
    }

    private static void measure(String what, Gate gate, DnsResolver resolver, int sessionsAtOnce)
            throws InterruptedException {
        Policy policy = new Policy(
                new Policy.Ports(
                        resolver, gate::now, System::nanoTime, GreylistStore.NONE, gate.probe, () -> StressLevel.CALM),
                gate.settings());
        long[] nanos = new long[SESSIONS];
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < sessionsAtOnce; t++) {
            int first = t;
            threads.add(Thread.ofVirtual().start(() -> {
                for (int i = first; i < SESSIONS; i += sessionsAtOnce) {
                    nanos[i] = session(policy, i % CLIENTS);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Arrays.sort(nanos);
        System.out.printf(
                "%s %2d at once: p50 %4d us, p99 %4d us, p99.9 %4d us%n",
                what,
                sessionsAtOnce,
                nanos[SESSIONS / 2] / 1_000,
                nanos[SESSIONS / 100 * 99] / 1_000,
                nanos[SESSIONS / 1_000 * 999] / 1_000);
    }

    private static long session(Policy policy, int client) {
        InetAddress address = InetAddress.ofLiteral("203.0." + client / 250 + "." + client % 250);
        long begun = System.nanoTime();
        Inspection inspection = policy.inspect(address, false, Response.OFF);
        inspection.connected();
        inspection.greeted("client.example.org");
        inspection.sender(Gate.path(""));
        inspection.recipient(MailboxGrammar.mailbox(Gate.OURS).orElseThrow());
        return System.nanoTime() - begun;
    }
}
