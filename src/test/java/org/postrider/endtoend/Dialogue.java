package org.postrider.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.SSLSocket;
import org.postrider.testing.TestCertificate;

/**
 * An SMTP client that says exactly what a test tells it to, byte for byte.
 *
 * <p>Thread: confined to the test.
 */
public final class Dialogue implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;

    private Socket socket;
    private InputStream in;
    private OutputStream out;

    /** Connects, and has read the greeting when this returns. */
    public Dialogue(InetSocketAddress server) throws IOException {
        this(server, "");
        assertThat(reply()).startsWith("220 ");
    }

    private Dialogue(InetSocketAddress server, String first) throws IOException {
        socket = new Socket();
        socket.connect(server, TIMEOUT_MILLIS);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        send(first);
    }

    private Dialogue(InputStream in, OutputStream out) {
        socket = new Socket();
        this.in = new BufferedInputStream(in);
        this.out = out;
    }

    /** Speaks through another program, which has connected and ends by itself; reads nothing yet. */
    public static Dialogue through(Process program) {
        return new Dialogue(program.getInputStream(), program.getOutputStream());
    }

    /** Connects as a proxy that speaks for {@code client}, and sends {@code more} at once; reads nothing yet. */
    public static Dialogue claiming(String client, InetSocketAddress server, String more) throws IOException {
        String local = client.indexOf(':') < 0 ? "127.0.0.1" : "::1";
        String family = client.indexOf(':') < 0 ? "TCP4" : "TCP6";
        return new Dialogue(
                server, "PROXY " + family + " " + client + " " + local + " 40000 " + server.getPort() + "\r\n" + more);
    }

    /** The same, and has read the greeting when this returns. */
    public static Dialogue claiming(String client, InetSocketAddress server) throws IOException {
        Dialogue dialogue = claiming(client, server, "");
        assertThat(dialogue.reply()).startsWith("220 ");
        return dialogue;
    }

    /** STARTTLS and its handshake, with a server whose certificate is of {@code trusted}; gives that certificate. */
    public X509Certificate startTls(TestCertificate trusted) throws IOException {
        say("STARTTLS", "220");
        return secure(trusted);
    }

    private X509Certificate secure(TestCertificate trusted) throws IOException {
        String host = socket.getInetAddress().getHostAddress();
        SSLSocket secured = (SSLSocket)
                trusted.clientContext().getSocketFactory().createSocket(socket, host, socket.getPort(), true);
        secured.startHandshake();
        socket = secured;
        in = new BufferedInputStream(secured.getInputStream());
        out = secured.getOutputStream();
        return (X509Certificate) secured.getSession().getPeerCertificates()[0];
    }

    /** AUTH PLAIN with its initial response; gives the reply. */
    public String authenticate(String user, String password) throws IOException {
        send("AUTH PLAIN " + plain(user, password) + "\r\n");
        return reply();
    }

    /** The message of PLAIN (RFC 4616 §2), in base64. */
    public static String plain(String user, String password) {
        byte[] message = ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(message);
    }

    /** Sends a line and wants a reply that begins so. Returns the whole reply. */
    public String say(String line, String wanted) throws IOException {
        send(line + "\r\n");
        String reply = reply();
        assertThat(reply).as("reply to %s", line).startsWith(wanted);
        return reply;
    }

    public void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void send(byte[] octets) throws IOException {
        out.write(octets);
        out.flush();
    }

    public Dialogue ehlo() throws IOException {
        say("EHLO client.test", "250");
        return this;
    }

    public void envelope(String reversePath, String... recipients) throws IOException {
        say("MAIL FROM:<" + reversePath + ">", "250");
        for (String recipient : recipients) {
            say("RCPT TO:<" + recipient + ">", "250");
        }
    }

    /** Sends a message by DATA and wants it taken. */
    public String deliver(String reversePath, byte[] content, String... recipients) throws IOException {
        envelope(reversePath, recipients);
        say("DATA", "354");
        send(Wire.dotted(content));
        String reply = reply();
        assertThat(reply).as("reply to the last dot").startsWith("250");
        return reply;
    }

    /** Reads a reply, its lines joined by a line feed. */
    public String reply() throws IOException {
        StringBuilder reply = new StringBuilder(line());
        String last = reply.toString();
        while (last.length() > 3 && last.charAt(3) == '-') {
            last = line();
            reply.append('\n').append(last);
        }
        return reply.toString();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("connection closed after: " + line);
            }
            line.append((char) octet);
        }
        return line.toString().stripTrailing();
    }

    /** Closes without QUIT. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
