package org.postrider.smtp.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.testing.Requirement;

/** A server that has no file descriptors left, in a process of its own. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class DescriptorShortageTest {
    private static final int OPEN_FILES_MAX = 128;

    @Test
    @Requirement("L3")
    void acceptsAgainOnceDescriptorsAreFree() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n " + OPEN_FILES_MAX + " && exec \"$0\" -XX:+UseSerialGC -Xmx64m -cp \"$1\" \"$2\"",
                        java,
                        System.getProperty("java.class.path"),
                        ScarceDescriptors.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader said = process.inputReader(US_ASCII)) {
            int port = Integer.parseInt(said.readLine());
            // A class that is first wanted in a shortage cannot be read, and stays unusable: this is a server that has
            // worked.
            sendMail(port);
            List<Socket> flood = new ArrayList<>();
            try {
                // Each connection costs the server a descriptor; the last ones wait for it to accept them.
                for (int i = 0; i < OPEN_FILES_MAX; i++) {
                    flood.add(new Socket(InetAddress.ofLiteral("127.0.0.1"), port));
                }
                assertThat(said.readLine()).isEqualTo("full");
            } finally {
                for (Socket socket : flood) {
                    socket.close();
                }
            }
            sendMail(port);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static void sendMail(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
                BufferedReader replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))) {
            socket.setSoTimeout(10_000);
            String mail = "HELO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@example.net>\r\nDATA\r\ntext\r\n.\r\n";
            socket.getOutputStream().write(mail.getBytes(US_ASCII));
            for (String start : new String[] {"220", "250", "250", "250", "354", "250 2.0.0"}) {
                assertThat(replies.readLine()).startsWith(start);
            }
        }
    }
}
