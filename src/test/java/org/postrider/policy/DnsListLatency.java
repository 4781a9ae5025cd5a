package org.postrider.policy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
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
    /** Of twenty at once with pauses, that is a thousand a second. */
    private static final int PACED_SESSIONS = 10_000;

    private static final Duration PAUSE = Duration.ofMillis(20);

    private DnsListLatency() {}

    static void main() throws InterruptedException {
        try (FakeDnsServer dns = FakeDnsServer.start()) {
            Gate gate = new Gate();
            DnsResolver resolver =
                    new DnsResolver(DnsSettings.DEFAULT.withServers(List.of(dns.address())), System::nanoTime);
            for (int i = 0; i < 5; i++) {
                dns.add("2.0.0.127.list" + i + ".example", 300, "A", "127.0.0.2");
            }
            measure("no list ", gate, resolver, new Load(SESSIONS, 1, Duration.ZERO));
            measure("no list ", gate, resolver, new Load(PACED_SESSIONS, 20, PAUSE));
            for (int i = 0; i < 5; i++) {
                gate.lists.add(new DnsList(
                        new Domain("list" + i + ".example"), false, Gate.CODES, Response.REJECT, false, null));
            }
            measure("warm-up ", gate, resolver, new Load(SESSIONS, 1, Duration.ZERO));
            measure("5 lists ", gate, resolver, new Load(SESSIONS, 1, Duration.ZERO));
            measure("5 lists ", gate, resolver, new Load(PACED_SESSIONS, 20, PAUSE));
            measure("5 lists ", gate, resolver, new Load(SESSIONS, 20, Duration.ZERO));
        }
    }

    /** @param pause of each of those at once before its next session; with none the processors are full */
    private record Load(int sessions, int atOnce, Duration pause) {}

    private static void measure(String what, Gate gate, DnsResolver resolver, Load load) throws InterruptedException {
        Policy policy = new Policy(
                new Policy.Ports(
                        resolver, gate::now, System::nanoTime, GreylistStore.NONE, gate.probe, () -> StressLevel.CALM),
                gate.settings());
        long[] nanos = new long[load.sessions];
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < load.atOnce; t++) {
            int first = t;
            threads.add(Thread.ofVirtual().start(() -> {
                for (int i = first; i < load.sessions; i += load.atOnce) {
                    nanos[i] = session(policy, i % CLIENTS);
                    LockSupport.parkNanos(load.pause.toNanos());
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Arrays.sort(nanos);
        System.out.printf(
                "%s %2d at once, pauses of %2d ms: p50 %4d us, p99 %4d us, p99.9 %4d us%n",
                what,
                load.atOnce,
                load.pause.toMillis(),
                nanos[load.sessions / 2] / 1_000,
                nanos[load.sessions / 100 * 99] / 1_000,
                nanos[load.sessions / 1_000 * 999] / 1_000);
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
