package org.postrider.server.crash;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A client session that hands over messages one after the other, pipelined as RFC 2920 has it, and tells the ledger how
 * each ended.
 *
 * <p>Thread: confined.
 */
final class LoadClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(20);
    private static final int LINE_OCTETS_MAX = 4_096;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    LoadClient(InetSocketAddress server) throws IOException {
        socket = new Socket();
        try {
            socket.connect(server, (int) CONNECT_TIMEOUT.toMillis());
            socket.setSoTimeout((int) REPLY_TIMEOUT.toMillis());
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream(), 4_096);
            out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024);
            expect("220", reply());
            write("EHLO client.test\r\n");
            out.flush();
            expect("250", reply());
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    /**
     * Sends one message.
     *
     * @return whether the server took it; where it did not, the session goes on
     * @throws IOException where the session is over; the ledger knows what it must
     */
    boolean send(LoadMessage message, Ledger ledger, KillSwitch killSwitch) throws IOException {
        if (!envelope(message)) {
            write("RSET\r\n");
            out.flush();
            expect("250", reply());
            return false;
        }
        writeContent(message.content());
        // Before the last dot leaves: from here on the message may arrive, whatever we hear.
        ledger.offered(message);
        write(".\r\n");
        out.flush();
        killSwitch.seen(KillSwitch.Moment.DOT_SENT);
        String answer = reply();
        boolean accepted = answer.startsWith("250");
        ledger.answered(message, accepted ? Ledger.Answer.ACCEPTED : Ledger.Answer.REFUSED);
        if (accepted) {
            killSwitch.seen(KillSwitch.Moment.REPLY_READ);
        }
        return accepted;
    }

    private boolean envelope(LoadMessage message) throws IOException {
        StringBuilder group = new StringBuilder("MAIL FROM:<" + message.reversePath() + ">\r\n");
        message.recipients().forEach(to -> group.append("RCPT TO:<").append(to).append(">\r\n"));
        write(group + "DATA\r\n");
        out.flush();
        boolean all = reply().startsWith("250");
        for (int i = 0; i < message.recipients().size(); i++) {
            all &= reply().startsWith("250");
        }
        boolean go = reply().startsWith("354");
        if (go && !all) {
            throw new IOException("DATA accepted without all recipients");
        }
        return go;
    }

    private void writeContent(byte[] content) throws IOException {
        int from = 0;
        for (int i = 0; i < content.length; i++) {
            boolean lineStart = i == 0 || content[i - 1] == '\n';
            if (lineStart && content[i] == '.') {
                out.write(content, from, i - from);
                out.write('.');
                from = i;
            }
        }
        out.write(content, from, content.length - from);
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void expect(String code, String reply) throws IOException {
        if (!reply.startsWith(code)) {
            throw new IOException("wanted " + code + ", got " + reply);
        }
    }

    /** The last line of a reply. */
    private String reply() throws IOException {
        String line = line();
        while (line.length() > 3 && line.charAt(3) == '-') {
            line = line();
        }
        return line;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(80);
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException();
            }
            line.append((char) octet);
            if (line.length() > LINE_OCTETS_MAX) {
                throw new IOException("reply line longer than " + LINE_OCTETS_MAX);
            }
        }
        return line.toString().stripTrailing();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
