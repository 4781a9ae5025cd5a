package org.postrider.smtp.server;

import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.postrider.mail.Domain;

/**
 * A process with a server that is to run out of file descriptors. Says its port, and {@code full} once it has none left;
 * ends with its standard input.
 */
final class ScarceDescriptors {
    private ScarceDescriptors() {}

    /** Run with a low limit on open files. */
    public static void main(String[] arguments) throws IOException {
        ConnectionLimits limits = new ConnectionLimits(10_000, 10_000, 10_000);
        try (SmtpServer server =
                new SmtpServer(System::nanoTime, limits, () -> StressLevel.CALM, SessionObserver.NONE)) {
            SmtpListener listener = server.listen(
                    ListenerSettings.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0)),
                    SessionSettings.of(new Domain("mx.example.net")),
                    new FakeReceptionist());
            System.out.println(listener.address().getPort());
            while (hasDescriptors()) {
                LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            }
            System.out.println("full");
            int end = System.in.read();
            System.exit(end < 0 ? 0 : 1);
        }
    }

    private static boolean hasDescriptors() {
        try (FileInputStream file = new FileInputStream("/dev/null")) {
            return file.getFD().valid();
        } catch (IOException _) {
            return false;
        }
    }
}
