package org.postrider.account;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A directory that knows nobody: every bind with a name fails (RFC 4511 §4.2.2), after what the test does first.
 * Its messages are short, with lengths of one octet.
 */
final class FakeDirectory implements AutoCloseable {
    private static final int BIND_REQUEST = 0x60;
    private static final int UNBIND_REQUEST = 0x42;
    private static final byte SUCCESS = 0;
    private static final byte INVALID_CREDENTIALS = 49;

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger asked = new AtomicInteger();
    private final Runnable first;

    /** @param first done before each answer */
    FakeDirectory(Runnable first) throws IOException {
        this.first = first;
        threads.execute(this::accept);
    }

    String url() {
        return "ldap://127.0.0.1:" + listening.getLocalPort();
    }

    /** How many binds with a name there were. */
    int asked() {
        return asked.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                threads.execute(() -> serve(socket));
            }
        } catch (IOException _) {
            // Closed: the test is over.
            return;
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            while (true) {
                in.readUnsignedByte();
                byte[] message = in.readNBytes(in.readUnsignedByte());
                // INTEGER of one octet, the message's number; then the operation.
                int operation = message[3] & 0xff;
                if (operation == UNBIND_REQUEST) {
                    return;
                }
                boolean named = operation == BIND_REQUEST && message[9] != 0;
                if (named) {
                    asked.incrementAndGet();
                    first.run();
                }
                byte code = named ? INVALID_CREDENTIALS : SUCCESS;
                out.write(new byte[] {0x30, 12, 2, 1, message[2], 0x61, 7, 0x0a, 1, code, 4, 0, 4, 0});
                out.flush();
            }
        } catch (IOException _) {
            // The client has gone.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        threads.shutdownNow();
    }
}
